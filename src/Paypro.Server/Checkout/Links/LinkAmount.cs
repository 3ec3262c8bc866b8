using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Checkout.Links;

/// <summary>
/// An amount as payers of many countries type it: with groups of thousands or without, with a point or a comma, in their own digits. One or two digits
/// after the last separator are decimals, three are thousands: no currency that we know has three decimals.
/// </summary>
internal static class LinkAmount
{
    private const int Longest = 40;

    /// <returns>Minor units, above 0; null when it is no amount that the country takes.</returns>
    public static long? Read(string typed, Country country)
    {
        if (typed.Length > Longest || Plain(typed) is not { } text)
        {
            return null;
        }

        var last = text.LastIndexOfAny(['.', ',']);
        var decimals = last >= 0 && text.Length - last - 1 is 1 or 2 ? text[(last + 1)..] : "";
        var whole = decimals.Length > 0 ? text[..last] : text;
        if (Whole(whole) is not { Length: > 0 } digits)
        {
            return null;
        }

        var number = decimals.Length == 0 ? digits : $"{digits}.{decimals}";
        return AmountReader.Read(Encoding.ASCII.GetBytes(number), quoted: true, country.Currency, country.AmountDecimals, out var minor) is null ? minor : null;
    }

    /// <summary>ASCII digits and the two separators; null when there is anything else.</summary>
    private static string? Plain(string typed)
    {
        var plain = new StringBuilder();
        foreach (var c in typed)
        {
            if (CharUnicodeInfo.GetDecimalDigitValue(c) is var digit and >= 0)
            {
                plain.Append((char)('0' + digit));
            }
            else if (c is '.' or ',' or '\u066b' or '\u066c')
            {
                plain.Append(c is '.' or '\u066b' ? '.' : ',');
            }
            else if (!char.IsWhiteSpace(c) && c != '\'')
            {
                return null;
            }
        }

        return plain.Length == 0 ? null : plain.ToString();
    }

    /// <summary>The digits of a whole number, whose groups are of three, or of two above the thousands as India writes them.</summary>
    private static string? Whole(string text)
    {
        var groups = text.Split('.', ',');
        return groups.Length == 1 ? groups[0]
            : groups[0].Length is 1 or 2 or 3 && groups[^1].Length == 3 && groups[1..^1].All(g => g.Length is 2 or 3) ? string.Concat(groups)
            : null;
    }
}
