using System.Globalization;

namespace Paypro.Server.Books;

/// <summary>What a merchant writes into the transfers with which it tops its balance up: always the same, with a digit by which a typing error shows.</summary>
internal static class TopUpReference
{
    private const string Prefix = "TU";

    public static string Of(long merchantNo)
    {
        var digits = merchantNo.ToString(CultureInfo.InvariantCulture);
        return Prefix + digits + CheckDigit(digits);
    }

    /// <summary>The merchant that a reference names, whatever its case and spaces; null when it is none.</summary>
    public static long? MerchantOf(string text)
    {
        var clean = new string([.. text.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant();
        return clean.StartsWith(Prefix, StringComparison.Ordinal) && clean.Length is > 3 and <= 20 && clean[2..].All(char.IsAsciiDigit) && CheckDigit(clean[2..^1]) == clean[^1]
            ? long.Parse(clean[2..^1], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Luhn's.</summary>
    private static char CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 0 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
