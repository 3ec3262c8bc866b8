namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// A Brazilian person's tax number: 9 digits and 2 check digits, each a weighted sum modulo 11. It detects nearly every
/// single wrong digit (a rest of 0 and one of 1 give the same check digit). Source: Receita Federal, rules of the CPF.
/// </summary>
public static class Cpf
{
    /// <summary>Digits of a CPF.</summary>
    public const int Length = 11;

    /// <summary>Appends the check digits.</summary>
    /// <param name="digits">The first 9 digits.</param>
    /// <exception cref="ArgumentException">They are not 9 decimal digits.</exception>
    public static string Complete(string digits)
    {
        if (digits.Length != Length - 2 || digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException("A CPF is completed from 9 digits.", nameof(digits));
        }

        var first = digits + CheckDigit(digits);
        return first + CheckDigit(first);
    }

    /// <summary>
    /// Whether a text is 11 digits of which the last two are right. Eleven equal digits pass the sums but are never given out.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> cpf) =>
        cpf.Length == Length && !cpf.ContainsAnyExceptInRange('0', '9') && cpf.ContainsAnyExcept(cpf[0])
        && cpf[^2] == CheckDigit(cpf[..^2]) && cpf[^1] == CheckDigit(cpf[..^1]);

    private static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            sum += (digits[at] - '0') * (digits.Length + 1 - at);
        }

        return (char)('0' + (sum * 10 % 11 % 10));
    }
}
