using System.Globalization;
using Paypro.Protocol;

namespace Paypro.Server.Screens;

/// <summary>Numbers as people type them. The decimal separator is a point or a comma; groups of thousands are not taken, since nobody can tell them from decimals.</summary>
internal static class TypedNumbers
{
    /// <returns>Minor units from 0; null when it is no amount of the currency.</returns>
    public static long? Amount(string text, Currency currency) => Scaled(text, currency.MinorDigits);

    /// <summary>A rate in per cent with at most two decimals.</summary>
    /// <returns>Basis points from 0; null when it is no rate.</returns>
    public static int? Percent(string text) => Scaled(text.TrimEnd('%', ' '), 2) is { } points and <= 100_000 ? (int)points : null;

    /// <summary>A whole number from 0.</summary>
    public static int? Whole(string text) => Scaled(text, 0) is { } whole and <= int.MaxValue ? (int)whole : null;

    /// <summary>What an input of kind <c>datetime-local</c> sends, in a zone.</summary>
    /// <returns>Unix milliseconds UTC; null when it is no time of the years 2000 to 2199, or one that the zone leaves out.</returns>
    public static long? Time(string text, TimeZoneInfo zone) =>
        DateTime.TryParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year is >= 2000 and < 2200 && !zone.IsInvalidTime(local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds()
            : null;

    private static long? Scaled(string text, int digits)
    {
        var parts = text.Trim().Replace(',', '.').Split('.');
        var decimals = parts.Length == 2 ? parts[1] : "";
        return parts.Length <= 2 && parts[0].Length is > 0 and <= 13 && decimals.Length <= digits && (parts.Length == 1 || decimals.Length > 0)
            && long.TryParse(parts[0] + decimals.PadRight(digits, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? minor
            : null;
    }
}
