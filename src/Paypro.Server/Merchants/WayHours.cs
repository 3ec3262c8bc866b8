using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>
/// When a rail takes payouts of a way: until its cut-off of a day, and on its days. What is asked later waits for the beginning of the next such day, in the country's
/// zone. Nothing is stored with an order, so that a holiday which is added later counts for what waits already.
/// </summary>
internal static class WayHours
{
    /// <summary>A way's last minute, at most: one that has all of the day has no cut-off.</summary>
    public const int LastMinute = (24 * 60) - 1;

    /// <summary>What waits has this much time after its way has opened, whatever it waited for before; milliseconds.</summary>
    public const long LeastOpenMs = 3_600_000;

    /// <summary>Days that are looked at: a way that has none of them is never open.</summary>
    private const int MostDays = 400;

    /// <summary>Whether it takes payouts at some times only.</summary>
    public static bool HasHours(this ChannelWayRow way) => way.Direction == Direction.Payout && (way.CutOffMinute is not null || way.BusinessDaysOnly);

    /// <summary>The first instant from a given one at which it takes payouts, Unix milliseconds UTC: that one while it does; null when there is none.</summary>
    public static long? OpensAtMs(this ChannelWayRow way, BookingRules calendar, long fromMs)
    {
        var date = Clock.LocalDate(fromMs, calendar.Zone);
        for (var i = 0; i < MostDays; i++, date = date.AddDays(1))
        {
            if (way.BusinessDaysOnly && !calendar.IsBusinessDay(date))
            {
                continue;
            }

            var opensMs = Math.Max(fromMs, Clock.FirstMs(date, 0, calendar.Zone));
            if (way.CutOffMinute is not { } minute || opensMs < Clock.FirstMs(date, minute, calendar.Zone))
            {
                return opensMs;
            }
        }

        return null;
    }

    /// <summary>A cut-off as people write it, <c>16:30</c>; empty for none.</summary>
    public static string Text(int? minute) => minute is { } of ? string.Create(CultureInfo.InvariantCulture, $"{of / 60:00}:{of % 60:00}") : "";

    /// <summary>Whether a text is a cut-off, or none.</summary>
    public static bool TryRead(string text, out int? minute)
    {
        minute = text.Length > 0 && TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
        return text.Length == 0 || minute is > 0;
    }
}
