using System.Buffers;

namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// An international bank account number: two letters of the country, two check digits by modulus 97, then the national part. Any
/// one wrong character is found. Source: ISO 13616 and ISO 7064.
/// </summary>
public static class Iban
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Whether a text is an IBAN without blanks and in capitals, with right check digits.</summary>
    /// <param name="iban">The text.</param>
    /// <param name="length">Characters in all, as the country's registry entry has it (Pakistan 24): 15 to 34.</param>
    public static bool IsValid(ReadOnlySpan<char> iban, int length)
    {
        if (iban.Length != length || iban.ContainsAnyExcept(Characters) || !char.IsAsciiLetterUpper(iban[0]) || !char.IsAsciiLetterUpper(iban[1])
            || iban[2..4].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        return Remainder(iban[..4], Remainder(iban[4..], 0)) == 1;
    }

    /// <summary>A letter counts as two digits: A is 10, Z is 35.</summary>
    private static int Remainder(ReadOnlySpan<char> text, int rest)
    {
        foreach (var character in text)
        {
            rest = char.IsAsciiDigit(character) ? ((rest * 10) + character - '0') % 97 : ((rest * 100) + character - 'A' + 10) % 97;
        }

        return rest;
    }
}
