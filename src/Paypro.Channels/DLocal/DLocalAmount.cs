using System.Diagnostics.CodeAnalysis;
using Paypro.Protocol;

namespace Paypro.Channels.DLocal;

/// <summary>
/// Amounts as JSON numbers: <c>1234.5</c>, <c>1234.50</c>, <c>12345e-1</c>. They are read from the number's own digits and never through a binary fraction; what
/// has more decimals than the currency is no amount.
/// </summary>
internal static class DLocalAmount
{
    /// <summary>The most that is sent or read, minor units.</summary>
    public const long MaxMinor = 999_999_999_999_999;

    private const int Longest = 24;

    /// <summary>Decimals of a currency that we keep no accounts in, so that what is told in it can be stored at all.</summary>
    private const int UsualDecimals = 2;

    /// <summary>Reads a number's text; zero is an amount.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, string currency, out long minor)
    {
        minor = 0;
        if (text is not { Length: > 0 and <= Longest })
        {
            return false;
        }

        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (mantissa, "") : (mantissa[..point], mantissa[(point + 1)..]);
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0) || !IsDigits(whole) || !IsDigits(fraction) || !TryExponent(exponentAt < 0 ? null : text[(exponentAt + 1)..], out var exponent))
        {
            return false;
        }

        UInt128 value = 0;
        foreach (var digit in whole + fraction)
        {
            value = (value * 10) + (UInt128)(digit - '0');
        }

        var shift = DecimalsOf(currency) - fraction.Length + exponent;
        for (; shift > 0 && value <= MaxMinor; shift--)
        {
            value *= 10;
        }

        for (; shift < 0 && value % 10 == 0 && value > 0; shift++)
        {
            value /= 10;
        }

        if (value > MaxMinor || (shift < 0 && value > 0))
        {
            return false;
        }

        minor = (long)value;
        return true;
    }

    /// <summary>The number with all the currency's decimals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above zero, or more than the rail is sent.</exception>
    public static decimal Write(long minor, string currency) => minor is > 0 and <= MaxMinor
        ? new decimal((int)minor, (int)(minor >> 32), 0, isNegative: false, (byte)DecimalsOf(currency))
        : throw new ArgumentOutOfRangeException(nameof(minor));

    private static int DecimalsOf(string currency) => Currency.All.FirstOrDefault(each => each.Code == currency)?.MinorDigits ?? UsualDecimals;

    private static bool IsDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool TryExponent(string? text, out int exponent)
    {
        exponent = 0;
        if (text is null)
        {
            return true;
        }

        var digits = text.StartsWith('+') || text.StartsWith('-') ? text[1..] : text;
        if (digits.Length is < 1 or > 2 || !IsDigits(digits))
        {
            return false;
        }

        exponent = digits.Aggregate(0, static (so, digit) => (so * 10) + digit - '0') * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
