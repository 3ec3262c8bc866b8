using System.Globalization;

namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// An Indonesian virtual account: the digits that a bank gave the biller, then the biller's own customer number. Banks agree on
/// digits only and on no check digit; ours ends with a Luhn digit, so that a number typed wrongly belongs to nobody. Source: the
/// SNAP standard of Bank Indonesia and ASPI (virtual account, partnerServiceId and customerNo).
/// </summary>
public static class VirtualAccountNumber
{
    /// <summary>The fewest digits of a number.</summary>
    public const int MinLength = 10;

    /// <summary>What most banks use.</summary>
    public const int UsualLength = 16;

    /// <summary>The most digits: 8 of the bank and 20 of the customer.</summary>
    public const int MaxLength = 28;

    /// <summary>The fewest and the most digits that a bank gives a biller.</summary>
    public const int MinPrefixLength = 1, MaxPrefixLength = 8;

    /// <summary>The number of an order: prefix, index with leading zeros, Luhn digit. Different indexes give different numbers.</summary>
    /// <param name="bankPrefix">The digits that the bank gave the biller, 1 to 8.</param>
    /// <param name="index">Which order it is, from 0; at most what the remaining digits can count.</param>
    /// <param name="length">Digits in all, 10 to 28, as the bank requires.</param>
    /// <exception cref="ArgumentException">One of them is out of range.</exception>
    public static string Create(string bankPrefix, long index, int length = UsualLength)
    {
        if (bankPrefix.Length is < MinPrefixLength or > MaxPrefixLength || bankPrefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException($"A bank's prefix is {MinPrefixLength} to {MaxPrefixLength} digits.", nameof(bankPrefix));
        }

        if (length is < MinLength or > MaxLength)
        {
            throw new ArgumentException($"A virtual account has {MinLength} to {MaxLength} digits.", nameof(length));
        }

        var serial = index.ToString(CultureInfo.InvariantCulture).PadLeft(length - bankPrefix.Length - 1, '0');
        if (index < 0 || bankPrefix.Length + serial.Length + 1 != length)
        {
            throw new ArgumentException("The index has more digits than are left for it.", nameof(index));
        }

        return Complete(bankPrefix + serial);
    }

    /// <summary>Appends the check digit.</summary>
    /// <param name="digits">Decimal digits only.</param>
    public static string Complete(string digits) => digits + Luhn.CheckDigit(digits);

    /// <summary>Whether a text is a number that we could have given out: 10 to 28 digits, the last by Luhn.</summary>
    public static bool IsValid(ReadOnlySpan<char> number) => number.Length is >= MinLength and <= MaxLength && Luhn.IsValid(number);
}
