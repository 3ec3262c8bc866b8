namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// A Pakistani identity number: 13 digits, of which the first five name the place, the last the sex. It has no check digit.
/// Source: NADRA, Computerised National Identity Card; the merchant API wants it without its dashes.
/// </summary>
public static class Cnic
{
    /// <summary>Digits of a number.</summary>
    public const int Length = 13;

    /// <summary>Whether a text is 13 digits, the first of which is no zero: that is the province, 1 to 8, or 9.</summary>
    public static bool IsValid(ReadOnlySpan<char> cnic) =>
        cnic.Length == Length && !cnic.ContainsAnyExceptInRange('0', '9') && cnic[0] != '0';
}
