using System.Globalization;
using Paypro.Server.Platform;

namespace Paypro.Server.Books;

/// <summary>A month of the books, by value date: local days of each country.</summary>
internal readonly record struct Month(int Number)
{
    /// <summary>Days of the next month that must have passed, in UTC: the month is over everywhere, and what was under way at its end is booked.</summary>
    public const int DaysAfter = 2;

    /// <summary>A value date is no more than this before the day of its booking in UTC.</summary>
    private const int DaysAhead = 3;

    private DateOnly First => new(Number / 100, Number % 100, 1);

    /// <summary><c>yyyyMMdd</c>.</summary>
    public int FirstDate => First.ToNumber();

    /// <summary><c>yyyyMMdd</c>.</summary>
    public int LastDate => First.AddMonths(1).AddDays(-1).ToNumber();

    public Month Next => Of(First.AddMonths(1));

    /// <summary>Nothing with a value date of it was booked before, Unix milliseconds UTC.</summary>
    public long SinceMs => MsOf(First.AddDays(-DaysAhead));

    /// <summary>From when it can be closed, Unix milliseconds UTC.</summary>
    public long ClosesFromMs => MsOf(First.AddMonths(1).AddDays(DaysAfter));

    public static Month Of(DateOnly day) => new((day.Year * 100) + day.Month);

    /// <summary>A month as <c>yyyyMM</c>; null when it is none.</summary>
    public static Month? Read(long number) => number is >= 200_001 and <= 210_012 && number % 100 is >= 1 and <= 12 ? new Month((int)number) : null;

    /// <summary><c>2026-11</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number / 100:0000}-{Number % 100:00}");

    private static long MsOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
}
