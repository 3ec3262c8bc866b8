namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// A Mexican account number: 3 digits bank, 3 digits place, 11 digits account, 1 check digit over the weights 3, 7, 1 (each
/// product modulo 10). It detects any single wrong digit. Source: the CLABE standard of the Mexican banks' association.
/// </summary>
public static class Clabe
{
    /// <summary>Digits of a CLABE.</summary>
    public const int Length = 18;

    /// <summary>Leading digits that name the bank.</summary>
    public const int BankPrefixLength = 3;

    /// <summary>Appends the check digit.</summary>
    /// <param name="digits">The first 17 digits.</param>
    /// <exception cref="ArgumentException">They are not 17 decimal digits.</exception>
    public static string Complete(string digits)
    {
        if (digits.Length != Length - 1 || digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException("A CLABE is completed from 17 digits.", nameof(digits));
        }

        return digits + CheckDigit(digits);
    }

    /// <summary>Whether a text is 18 digits of which the last is right.</summary>
    public static bool IsValid(ReadOnlySpan<char> clabe) =>
        clabe.Length == Length && !clabe.ContainsAnyExceptInRange('0', '9') && clabe[^1] == CheckDigit(clabe[..^1]);

    /// <summary>
    /// The CLABE prefix of a SPEI participant: the last three digits of its number, so 40012 is 012 and Banxico's 2001 is 001.
    /// </summary>
    /// <returns>Null when the participant has no number.</returns>
    public static string? PrefixOf(Bank bank) =>
        bank.NationalCode.Length >= BankPrefixLength ? bank.NationalCode[^BankPrefixLength..] : null;

    private static char CheckDigit(ReadOnlySpan<char> digits)
    {
        ReadOnlySpan<byte> weights = [3, 7, 1];
        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            sum += (digits[at] - '0') * weights[at % 3] % 10;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
