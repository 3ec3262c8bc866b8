using System.Globalization;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>How many random stories a test tells: its own bounded share, or <c>PAYPRO_TEST_STORIES</c> times as many, which <c>eng/full</c> asks for.</summary>
public static class Stories
{
    /// <summary>1 unless more are asked for.</summary>
    public static int Times { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("PAYPRO_TEST_STORIES"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times > 0 ? times : 1;
}
