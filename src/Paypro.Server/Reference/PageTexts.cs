using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>Amounts and times as a reader of the pages likes them.</summary>
internal static class PageTexts
{
    /// <summary>"from 1 to 10,000 MXN"; a greatest amount that only guards the arithmetic is nothing to tell.</summary>
    public static string Range(PayInWay way, Currency currency) => way.MaxMinor >= AmountReader.MaxMinor
        ? $"from {Amount(way.MinMinor, currency)} {currency.Code}"
        : $"from {Amount(way.MinMinor, currency)} to {Amount(way.MaxMinor, currency)} {currency.Code}";

    public static string Length(TimeSpan time) => time.TotalHours >= 2
        ? $"{time.TotalHours.ToString("0", CultureInfo.InvariantCulture)} hours"
        : $"{time.TotalMinutes.ToString("0", CultureInfo.InvariantCulture)} minutes";

    public static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Amount(long minor, Currency currency) =>
        (minor / currency.UnitMinor).ToString("N0", CultureInfo.InvariantCulture) + (minor % currency.UnitMinor is var part and > 0 ? $".{part.ToString(CultureInfo.InvariantCulture).PadLeft(currency.MinorDigits, '0')}" : "");
}
