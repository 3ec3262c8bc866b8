namespace Paypro.Protocol.Countries.Accounts;

/// <summary>The check digit of cards and of our store references (ISO/IEC 7812). It detects any single wrong digit.</summary>
public static class Luhn
{
    /// <summary>The digit that completes a number.</summary>
    /// <param name="digits">Decimal digits only.</param>
    public static char CheckDigit(ReadOnlySpan<char> digits) => (char)('0' + ((10 - (Sum(digits, doubleLast: true) % 10)) % 10));

    /// <summary>Whether a number is all digits, at least two, and ends with its check digit.</summary>
    public static bool IsValid(ReadOnlySpan<char> number) =>
        number.Length >= 2 && !number.ContainsAnyExceptInRange('0', '9') && Sum(number, doubleLast: false) % 10 == 0;

    private static int Sum(ReadOnlySpan<char> digits, bool doubleLast)
    {
        var sum = 0;
        var doubles = doubleLast;
        for (var at = digits.Length - 1; at >= 0; at--)
        {
            var digit = digits[at] - '0';
            digit = doubles ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
            doubles = !doubles;
        }

        return sum;
    }
}
