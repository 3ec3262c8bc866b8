namespace Paypro.Protocol;

/// <summary>
/// Reads the amount of a request from its literal text, without floating point, so that <c>1.0E7</c> is exactly ten million and
/// <c>0.1</c> is never nearly something. Source of the rules: the merchant API's page on requests.
/// </summary>
public static class AmountReader
{
    /// <summary>
    /// The largest amount of one order, in minor units: 10^15. Nine thousand such orders still fit the sum of one account.
    /// </summary>
    public const long MaxMinor = 1_000_000_000_000_000;

    /// <summary>More significant digits than this cannot be an amount below <see cref="MaxMinor"/>.</summary>
    private const int MaxSignificantDigits = 18;

    /// <summary>Exponents beyond this change nothing any more; a body of 16 KiB cannot make up for them.</summary>
    private const int ExponentLimit = 1_000_000;

    /// <summary>Reads an amount.</summary>
    /// <param name="literal">The text of the JSON token: the content of a string, or the number as sent.</param>
    /// <param name="quoted">A quoted amount is plain decimal digits; a bare one may be in any JSON notation.</param>
    /// <param name="currency">The currency of the merchant.</param>
    /// <param name="decimalsAllowed">Whether the country takes parts of a unit; <c>1.00</c> is whole in either case.</param>
    /// <param name="minor">The amount, 1 to <see cref="MaxMinor"/>; 0 when there is an error.</param>
    /// <returns>Null, or what is wrong, without the name of the field: <c>must be a whole number</c>.</returns>
    public static string? Read(ReadOnlySpan<byte> literal, bool quoted, Currency currency, bool decimalsAllowed, out long minor)
    {
        minor = 0;
        if (!TryScan(literal, quoted, out var number))
        {
            return "must be a number in plain decimal digits";
        }

        if (number.IsZero || number.IsNegative)
        {
            return "must be greater than zero";
        }

        var digits = decimalsAllowed ? currency.MinorDigits : 0;
        if (number.Exponent < -digits)
        {
            return digits == 0 ? "must be a whole number" : $"must have at most {digits} decimals";
        }

        if (!TryScale(number, currency.MinorDigits, MaxMinor, out minor))
        {
            return $"must be at most {AmountText.WholeOrFixed(MaxMinor, currency)}";
        }

        return null;
    }

    /// <summary>Reads a whole number that is not money (a timestamp), with the same forgiveness for bare notations.</summary>
    /// <returns>False when it is no whole number from 0 to <paramref name="max"/>.</returns>
    public static bool TryReadWhole(ReadOnlySpan<byte> literal, bool quoted, long max, out long value)
    {
        value = 0;
        return TryScan(literal, quoted, out var number) && !number.IsNegative && (number.IsZero || (number.Exponent >= 0 && TryScale(number, 0, max, out value)));
    }

    private static bool TryScale(in Scanned number, int minorDigits, long max, out long value)
    {
        value = 0;
        if (number.IsTooLong || number.Exponent > MaxSignificantDigits)
        {
            return false;
        }

        Int128 scaled = number.Coefficient;
        for (var power = number.Exponent + minorDigits; power > 0 && scaled <= max; power--)
        {
            scaled *= 10;
        }

        if (scaled > max)
        {
            return false;
        }

        value = (long)scaled;
        return true;
    }

    private static bool TryScan(ReadOnlySpan<byte> text, bool quoted, out Scanned number)
    {
        number = default;
        var at = 0;
        if (!quoted && text.Length > 0 && text[0] == (byte)'-')
        {
            number.IsNegative = true;
            at++;
        }

        if (!ScanDigits(text, ref at, ref number, fraction: false))
        {
            return false;
        }

        if (at < text.Length && text[at] == (byte)'.')
        {
            at++;
            if (!ScanDigits(text, ref at, ref number, fraction: true))
            {
                return false;
            }
        }

        var exponent = 0;
        if (!quoted && at < text.Length && (text[at] | 0x20) == (byte)'e')
        {
            at++;
            if (!ScanExponent(text, ref at, out exponent))
            {
                return false;
            }
        }

        number.Exponent = exponent - number.FractionDigits + number.PendingZeros;
        return at == text.Length;
    }

    private static bool ScanDigits(ReadOnlySpan<byte> text, ref int at, ref Scanned number, bool fraction)
    {
        var start = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            number.FractionDigits += fraction ? 1 : 0;
            var digit = text[at] - '0';
            if (digit == 0)
            {
                // Zeros count only when another digit follows them; so trailing ones, however many, cost nothing.
                number.PendingZeros += number.IsZero ? 0 : 1;
                continue;
            }

            number.Append(digit);
        }

        return at > start;
    }

    private static bool ScanExponent(ReadOnlySpan<byte> text, ref int at, out int exponent)
    {
        exponent = 0;
        var negative = false;
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
        {
            negative = text[at] == (byte)'-';
            at++;
        }

        var start = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            exponent = Math.Min((exponent * 10) + (text[at] - '0'), ExponentLimit);
        }

        exponent = negative ? -exponent : exponent;
        return at > start;
    }

    /// <summary>The value is Coefficient × 10^Exponent.</summary>
    private struct Scanned
    {
        public long Coefficient;
        public int SignificantDigits;
        public int PendingZeros;
        public int FractionDigits;
        public int Exponent;
        public bool IsNegative;

        public readonly bool IsZero => SignificantDigits == 0;

        public readonly bool IsTooLong => SignificantDigits > MaxSignificantDigits;

        public void Append(int digit)
        {
            SignificantDigits += PendingZeros + 1;
            if (!IsTooLong)
            {
                for (; PendingZeros > 0; PendingZeros--)
                {
                    Coefficient *= 10;
                }

                Coefficient = (Coefficient * 10) + digit;
            }

            PendingZeros = 0;
        }
    }
}
