namespace Paypro.ServerTests.Payments;

/// <summary>A clock that a test sets; measured times stay real.</summary>
internal sealed class SettableTime : TimeProvider
{
    /// <summary>A Thursday at noon UTC, early morning in Mexico.</summary>
    public static readonly DateTimeOffset Thursday = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    private DateTimeOffset now = Thursday;

    public void Set(DateTimeOffset value) => now = value;

    /// <summary>The real time, for tests of what the database's own clock decides too.</summary>
    public void SetToReal() => now = System.GetUtcNow() + TimeSpan.FromSeconds(5);

    public void Pass(TimeSpan time) => now += time;

    public override DateTimeOffset GetUtcNow() => now;
}

/// <summary>No time passes on it.</summary>
internal sealed class StandingTime : TimeProvider
{
    public override long GetTimestamp() => 0;
}
