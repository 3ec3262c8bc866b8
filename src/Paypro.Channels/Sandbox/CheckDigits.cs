using System.Globalization;

namespace Paypro.Channels.Sandbox;

/// <summary>Check digits of the numbers that the rail gives out.</summary>
internal static class CheckDigits
{
    private static readonly int[] ClabeWeights = [3, 7, 1];

    /// <summary>Appends the CLABE's check digit: weights 3, 7, 1 over 17 digits, each product modulo ten (Banxico, circular 14/2017).</summary>
    /// <exception cref="ArgumentException">Not 17 digits.</exception>
    public static string AppendClabe(string digits)
    {
        if (digits.Length != 17)
        {
            throw new ArgumentException("A CLABE has 17 digits before its check digit.", nameof(digits));
        }

        return Append(digits, digits.Select((c, i) => Digit(c) * ClabeWeights[i % 3] % 10).Sum());
    }

    /// <summary>Appends the Luhn digit (ISO/IEC 7812-1).</summary>
    public static string AppendLuhn(string digits) => Append(digits, digits.Reverse().Select((c, i) =>
    {
        var doubled = Digit(c) * (i % 2 == 0 ? 2 : 1);
        return doubled > 9 ? doubled - 9 : doubled;
    }).Sum());

    private static string Append(string digits, int sum) => digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);

    private static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' : throw new ArgumentException("Only digits have a check digit.", nameof(c));
}
