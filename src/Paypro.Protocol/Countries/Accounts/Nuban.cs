namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// Nigeria's account numbers: nine digits serial and a check digit. Source: Central Bank of Nigeria, Revised Standards on Nigeria
/// Uniform Bank Account Number, 2020: weights 3, 7, 3 over the bank's code and the serial, ten less the last digit of the sum.
/// </summary>
public static class Nuban
{
    /// <summary>Digits of a number, the check digit included.</summary>
    public const int Length = 10;

    /// <summary>Whether a number is a right one of a bank.</summary>
    /// <param name="number">Any text.</param>
    /// <param name="bankCode">Three digits; six for other institutions, in their padded form.</param>
    public static bool IsValid(string number, string bankCode) =>
        number.Length == Length && !number.AsSpan().ContainsAnyExceptInRange('0', '9') && CompleteFor(bankCode)(number[..^1]) == number;

    /// <summary>Appends the check digit for one bank.</summary>
    /// <param name="bankCode">Three digits; institutions of five digits are written with a leading 9, so six.</param>
    /// <returns>A function of nine digits.</returns>
    public static Func<string, string> CompleteFor(string bankCode) => serial =>
    {
        var sum = 0;
        var digits = bankCode + serial;
        for (var at = 0; at < digits.Length; at++)
        {
            sum += (digits[at] - '0') * (at % 3 == 1 ? 7 : 3);
        }

        return serial + (char)('0' + ((10 - (sum % 10)) % 10));
    };
}
