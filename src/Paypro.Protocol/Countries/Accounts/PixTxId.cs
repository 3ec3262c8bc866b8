namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// What tells one PIX payment from another: letters and digits only. Source: Banco Central do Brasil, Manual de Padrões para
/// Iniciação do Pix (static codes) and API Pix (charges).
/// </summary>
public static class PixTxId
{
    /// <summary>Says that a code carries no txid of its own.</summary>
    public const string None = "***";

    /// <summary>The most characters in a static code.</summary>
    public const int MaxStaticLength = 25;

    /// <summary>The fewest characters of a charge, which a dynamic code points at.</summary>
    public const int MinChargeLength = 26;

    /// <summary>The most characters of a charge.</summary>
    public const int MaxChargeLength = 35;

    /// <summary>Whether a text may stand in a static code: <see cref="None"/>, or 1 to 25 letters and digits.</summary>
    public static bool IsValidForStatic(ReadOnlySpan<char> txid) =>
        txid.SequenceEqual(None) || (txid.Length is >= 1 and <= MaxStaticLength && IsAlphanumeric(txid));

    /// <summary>Whether a text may name a charge: 26 to 35 letters and digits.</summary>
    public static bool IsValidForCharge(ReadOnlySpan<char> txid) =>
        txid.Length is >= MinChargeLength and <= MaxChargeLength && IsAlphanumeric(txid);

    private static bool IsAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
            {
                return false;
            }
        }

        return true;
    }
}
