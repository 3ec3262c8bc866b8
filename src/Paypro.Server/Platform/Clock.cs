using System.Globalization;

namespace Paypro.Server.Platform;

/// <summary>Times are Unix milliseconds UTC (<c>…Ms</c>), dates are local <c>yyyyMMdd</c> numbers: both compare in SQL on either engine.</summary>
internal static class Clock
{
    /// <summary>The end of the year 2199, Unix milliseconds UTC. A time that a person or program names is not later: every zone can still name it.</summary>
    public const long LastMs = 7_258_118_399_999;

    public static long NowMs(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    public static DateOnly LocalDate(long unixMs, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone).DateTime);

    /// <summary>
    /// The first instant at which clocks show a minute of a day, or have passed it: of one that comes twice the first, of one that clocks leave out the moment at which
    /// they do. Unix milliseconds UTC.
    /// </summary>
    public static long FirstMs(DateOnly date, int minute, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }

    public static int ToNumber(this DateOnly date) => date.Year * 10000 + date.Month * 100 + date.Day;

    public static DateOnly FromNumber(int date) => new(date / 10000, date / 100 % 100, date % 100);

    public static string Text(int date) => FromNumber(date).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
