namespace Paypro.ServerTests.Infrastructure;

/// <summary>The two databases that Paypro runs on; the names are the values of the setting <c>Paypro__Database</c>.</summary>
public enum Engine
{
    /// <summary>The embedded default.</summary>
    Sqlite = 1,

    /// <summary>For operators, and for more than one node.</summary>
    Postgres = 2,
}

/// <summary>Theory data: every test that touches storage runs on both.</summary>
public static class Engines
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> All => [Engine.Sqlite, Engine.Postgres];
}
