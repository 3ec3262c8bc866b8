using System.Globalization;

namespace Paypro.RailDoubles.Spei;

/// <summary>An order that was sent to STP.</summary>
internal sealed class StpOrder
{
    public required long Id { get; init; }

    public required string Key { get; init; }

    public required long AmountMinor { get; init; }

    public required string Participant { get; init; }

    public required string ToAccount { get; init; }

    public required string ToName { get; init; }

    public required int ToKind { get; init; }

    public required string Day { get; init; }

    public required long CapturedAtMs { get; init; }

    public long SettledAtMs { get; set; }

    public string State { get; set; } = "C";

    public string? Cause { get; set; }
}

/// <summary>Money that came to a CLABE under our prefix.</summary>
internal sealed class StpCredit
{
    public required long Id { get; init; }

    public required string Key { get; init; }

    public required long AmountMinor { get; init; }

    public required string Sender { get; init; }

    public required string FromAccount { get; init; }

    public required string ToAccount { get; init; }

    public required string Day { get; init; }

    public required long SettledAtMs { get; init; }

    public int Type { get; init; } = 1;

    /// <summary><c>LQ</c> while it is ours, <c>D</c> when our answer sent it back, <c>RE</c> when it was given back afterwards.</summary>
    public string State { get; set; } = "LQ";

    /// <summary>Whether a verdict of ours has arrived.</summary>
    public bool IsJudged { get; set; }
}

/// <summary>How the double writes and reads money and days: its own code, so that a mistake of ours is not made twice.</summary>
internal static class StpForms
{
    /// <summary>As it is signed.</summary>
    public static string Text(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>As STP writes it in JSON, where 10.20 is 10.2.</summary>
    public static decimal Number(long minor) => decimal.Parse((minor / 100m).ToString("0.##", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Whether a CLABE's last digit is right.</summary>
    public static bool IsClabe(string text)
    {
        if (text.Length != 18 || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        var sum = 0;
        for (var at = 0; at < 17; at++)
        {
            var weight = (at % 3) switch { 0 => 3, 1 => 7, _ => 1 };
            sum += (text[at] - '0') * weight % 10;
        }

        return text[17] - '0' == (10 - (sum % 10)) % 10;
    }

    /// <summary>An operating day: until 18:00 six hours behind Greenwich, and none on a weekend or on a day that the test names.</summary>
    public static string Day(DateTimeOffset time, IReadOnlySet<string> holidays)
    {
        var local = time.UtcDateTime.AddHours(-6);
        var day = local.Hour >= 18 ? local.Date.AddDays(1) : local.Date;
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || holidays.Contains(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)))
        {
            day = day.AddDays(1);
        }

        return day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
    }
}
