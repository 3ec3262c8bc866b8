using System.Globalization;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Spei;

/// <summary>
/// SPEI's operating days: one ends at 18:00 in Mexico City, and what moves on a weekend or bank holiday has the date of the next business day. Pure.
/// </summary>
/// <param name="further">Holidays beside those of the law: the banking commission's list of a year may have more.</param>
internal sealed class SpeiDays(IEnumerable<DateOnly> further)
{
    private const int EndsAtHour = 18;

    private readonly HashSet<DateOnly> _further = [.. further];

    /// <summary>The operating day of a time.</summary>
    public DateOnly Of(long ms)
    {
        var local = LocalOf(ms);
        var day = DateOnly.FromDateTime(local);
        return OnOrAfter(local.Hour >= EndsAtHour ? day.AddDays(1) : day);
    }

    /// <summary>The calendar's date of a time, in Mexico City.</summary>
    public static DateOnly DateOf(long ms) => DateOnly.FromDateTime(LocalOf(ms));

    /// <summary>The operating day after one.</summary>
    public DateOnly After(DateOnly day) => OnOrAfter(day.AddDays(1));

    /// <summary>The operating day before one.</summary>
    public DateOnly Before(DateOnly day)
    {
        do
        {
            day = day.AddDays(-1);
        }
        while (!IsBusinessDay(day));
        return day;
    }

    /// <summary>A day as the rail writes it.</summary>
    public static string Write(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Reads such a day; null when it is none.</summary>
    public static DateOnly? Read(string? text) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A time of the rail: Unix milliseconds, quoted or not, even with apostrophes; 0 where it has none.</summary>
    public static long TimeOf(string? text) =>
        long.TryParse(text?.Trim(' ', '\''), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms is > 946_684_800_000 and < 4_102_444_800_000 ? ms : 0;

    private static DateTime LocalOf(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, 4_102_444_800_000)), Mexico.Country.TimeZone).DateTime;

    private DateOnly OnOrAfter(DateOnly day)
    {
        while (!IsBusinessDay(day))
        {
            day = day.AddDays(1);
        }

        return day;
    }

    private bool IsBusinessDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day) && !_further.Contains(day);

    /// <summary>The days on which banks are closed every year, by the banking commission's general rule.</summary>
    private static bool IsHoliday(DateOnly day) => (day.Month, day.Day) switch
    {
        (1, 1) or (5, 1) or (9, 16) or (11, 2) or (12, 12) or (12, 25) => true,
        (2, <= 7) => day.DayOfWeek == DayOfWeek.Monday,
        (3, >= 15 and <= 21) when day.DayOfWeek == DayOfWeek.Monday => true,
        (11, >= 15 and <= 21) => day.DayOfWeek == DayOfWeek.Monday,

        // A president takes office on 1 October since 2024.
        (10, 1) => day.Year >= 2024 && (day.Year - 2024) % 6 == 0,
        (3 or 4, _) => EasterOf(day.Year) is var easter && (day == easter.AddDays(-3) || day == easter.AddDays(-2)),
        _ => false,
    };

    /// <summary>Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).</summary>
    private static DateOnly EasterOf(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var days = h + l - (7 * m) + 114;
        return new DateOnly(year, days / 31, (days % 31) + 1);
    }
}
