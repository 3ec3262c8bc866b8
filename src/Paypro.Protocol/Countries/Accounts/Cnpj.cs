namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// A Brazilian company's tax number: 12 characters and 2 check digits, each a weighted sum modulo 11. The 12 are digits, and
/// since July 2026 digits or capital letters, each counting as its ASCII code less 48. Source: Receita Federal, Instrução
/// Normativa RFB 2.229/2024.
/// </summary>
public static class Cnpj
{
    /// <summary>Characters of a CNPJ.</summary>
    public const int Length = 14;

    /// <summary>Appends the check digits.</summary>
    /// <param name="characters">The first 12 characters, digits or capital letters.</param>
    /// <exception cref="ArgumentException">They are not 12 of those.</exception>
    public static string Complete(string characters)
    {
        if (characters.Length != Length - 2 || !IsBody(characters))
        {
            throw new ArgumentException("A CNPJ is completed from 12 digits or capital letters.", nameof(characters));
        }

        var first = characters + CheckDigit(characters);
        return first + CheckDigit(first);
    }

    /// <summary>Whether a text is a CNPJ of either kind with right check digits. Fourteen zeros pass the sums but are never given out.</summary>
    public static bool IsValid(ReadOnlySpan<char> cnpj) =>
        cnpj.Length == Length && IsBody(cnpj[..^2]) && cnpj.ContainsAnyExcept('0')
        && cnpj[^2] == CheckDigit(cnpj[..^2]) && cnpj[^1] == CheckDigit(cnpj[..^1]);

    private static bool IsBody(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter) && !char.IsAsciiLetterUpper(letter))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The weights run from 2 to 9 and again, from the right.</summary>
    private static char CheckDigit(ReadOnlySpan<char> text)
    {
        var sum = 0;
        for (var at = 0; at < text.Length; at++)
        {
            sum += (text[at] - '0') * (((text.Length - 1 - at) % 8) + 2);
        }

        var rest = sum % 11;
        return (char)('0' + (rest < 2 ? 0 : 11 - rest));
    }
}
