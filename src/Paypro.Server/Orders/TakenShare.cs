using System.Globalization;

namespace Paypro.Server.Orders;

/// <summary>Money taken from what was not settled yet.</summary>
/// <param name="DueDate">When it would have become available, <c>yyyyMMdd</c>.</param>
/// <param name="AmountMinor">How much, above zero.</param>
internal readonly record struct TakenShare(int DueDate, long AmountMinor)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DueDate}:{AmountMinor}");

    /// <summary>What stands in <see cref="Storage.OrderRow.TakenFrom"/>.</summary>
    public static IReadOnlyList<TakenShare> Parse(string text) => text.Length == 0 ? [] : [.. text.Split(',').Select(One)];

    private static TakenShare One(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new(int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }
}
