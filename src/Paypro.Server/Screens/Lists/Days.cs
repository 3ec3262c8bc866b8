using System.Globalization;

namespace Paypro.Server.Screens.Lists;

/// <summary>Days in the zone shown, as they stand in addresses: <c>2026-11-29</c>.</summary>
internal static class Days
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>A day that something can have happened on; null for every other text.</summary>
    public static DateOnly? Read(string text) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 2200 ? day : null;

    public static string Text(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>
    /// The first moment of a day, Unix milliseconds UTC. Where the clock skips midnight it is the moment of the skip, and where midnight comes twice the
    /// first one.
    /// </summary>
    public static long BeginMs(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var offset = zone.IsInvalidTime(midnight) ? zone.GetUtcOffset(midnight.AddHours(-3))
            : zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUnixTimeMilliseconds();
    }

    public static string Moment(long ms, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
