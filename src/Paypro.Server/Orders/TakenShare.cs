using System.Globalization;

namespace Paypro.Server.Orders;

/// <summary>Money of a pay-in that was not available yet: of what is unsettled, or of the reserve.</summary>
/// <param name="DueDate">When it would have become available, <c>yyyyMMdd</c>.</param>
/// <param name="AmountMinor">How much, above zero.</param>
/// <param name="IsReserve">Whether it is held as a reserve.</param>
internal readonly record struct TakenShare(int DueDate, long AmountMinor, bool IsReserve = false)
{
    private const char Reserve = 'h';

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsReserve ? "h" : "")}{DueDate}:{AmountMinor}");

    /// <summary>What stands in <see cref="Storage.OrderRow.TakenFrom"/>.</summary>
    public static IReadOnlyList<TakenShare> Parse(string text) => text.Length == 0 ? [] : [.. text.Split(',').Select(One)];

    private static TakenShare One(string text)
    {
        var (isReserve, colon) = (text[0] == Reserve, text.IndexOf(':', StringComparison.Ordinal));
        var from = isReserve ? 1 : 0;
        return new(
            int.Parse(text.AsSpan(from, colon - from), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture), isReserve);
    }
}
