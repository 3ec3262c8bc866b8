namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// The code of an Indian bank's branch: four capital letters for the bank, a zero, six letters or digits for the branch. Source:
/// Reserve Bank of India, Indian Financial System Code.
/// </summary>
public static class Ifsc
{
    /// <summary>Characters of a code.</summary>
    public const int Length = 11;

    /// <summary>Leading letters that name the bank.</summary>
    public const int BankPrefixLength = 4;

    /// <summary>Whether a text has the form, in capital letters. Whether there is such a branch only the Reserve Bank's list says.</summary>
    public static bool IsValid(ReadOnlySpan<char> ifsc)
    {
        if (ifsc.Length != Length || ifsc[..BankPrefixLength].ContainsAnyExceptInRange('A', 'Z') || ifsc[BankPrefixLength] != '0')
        {
            return false;
        }

        foreach (var letter in ifsc[(BankPrefixLength + 1)..])
        {
            if (!char.IsAsciiDigit(letter) && !char.IsAsciiLetterUpper(letter))
            {
                return false;
            }
        }

        return true;
    }
}
