using System.Globalization;
using Paypro.Server.Platform;

namespace Paypro.Server.Orders;

/// <summary>
/// The merchant's number of an order that a payment link made: <c>L{link's number}-{use}{content}</c>, the use as 16 hexadecimal digits, the content as 8. It is
/// all that ties the two together: numbers are unique per merchant, so one use with one content makes one order, whichever node is asked how often; and they
/// sort by use, so the orders of a link are a range of the index that every order has.
/// </summary>
internal static class LinkTradeNo
{
    private const int UseLength = 16, ContentLength = 8;
    private const int Length = 1 + OrderNumber.Length + 1 + UseLength + ContentLength;

    /// <param name="linkNumber">The link's.</param>
    /// <param name="use">From 1: of a link that is paid once the try, of another one an id.</param>
    /// <param name="content">Tells two payments of one page apart: who goes back and types something else makes another order. 0 of a link that is paid once.</param>
    public static string Of(string linkNumber, long use, uint content = 0) => string.Create(CultureInfo.InvariantCulture, $"L{linkNumber}-{use:x16}{content:x8}");

    /// <summary>Orders of a link have numbers above the first and below the last.</summary>
    public static (string First, string Last) RangeOf(string linkNumber) => (Of(linkNumber, 0), Of(linkNumber, long.MaxValue));

    /// <summary>The number of the link and the use; null for any other number. The merchant may have made it up.</summary>
    public static (string LinkNumber, long Use)? Read(string tradeNo)
    {
        if (tradeNo is not { Length: Length } || tradeNo[0] != 'L' || tradeNo[1 + OrderNumber.Length] != '-' || !tradeNo[^ContentLength..].All(IsHex))
        {
            return null;
        }

        var number = tradeNo[1..(1 + OrderNumber.Length)];
        return OrderNumber.BucketOf(number) is not null && ReadUse(tradeNo[^(UseLength + ContentLength)..^ContentLength]) is { } use ? (number, use) : null;
    }

    /// <summary>A use as a form carries it.</summary>
    public static string UseText(long use) => use.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The same, read; null when it is none.</summary>
    public static long? ReadUse(string text) =>
        text.Length == UseLength && text.All(IsHex) && long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var use) && use > 0 ? use : null;

    private static bool IsHex(char c) => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f';
}
