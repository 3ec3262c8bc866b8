using System.Globalization;

namespace Paypro.Server.Platform;

/// <summary>Times are Unix milliseconds UTC (<c>…Ms</c>), dates are local <c>yyyyMMdd</c> numbers: both compare in SQL on either engine.</summary>
internal static class Clock
{
    public static long NowMs(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    public static DateOnly LocalDate(long unixMs, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone).DateTime);

    public static int ToNumber(this DateOnly date) => date.Year * 10000 + date.Month * 100 + date.Day;

    public static DateOnly FromNumber(int date) => new(date / 10000, date / 100 % 100, date % 100);

    public static string Text(int date) => FromNumber(date).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
