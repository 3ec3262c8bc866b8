namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// A convenience-store reference: digits whose last one is a Luhn check digit. Stores' own rules differ by network; Luhn is
/// chosen because every till and merchant system can check it.
/// </summary>
public static class StoreReference
{
    /// <summary>The most digits that a Code 128 barcode of it still scans from a phone's screen.</summary>
    public const int MaxLength = 30;

    /// <summary>Appends the check digit.</summary>
    /// <param name="digits">Decimal digits only.</param>
    public static string Complete(string digits) => digits + Luhn.CheckDigit(digits);

    /// <summary>Whether a text is a reference with a right check digit.</summary>
    public static bool IsValid(ReadOnlySpan<char> reference) => reference.Length <= MaxLength && Luhn.IsValid(reference);
}
