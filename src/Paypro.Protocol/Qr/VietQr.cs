using System.Globalization;

namespace Paypro.Protocol.Qr;

/// <summary>
/// A Vietnamese VietQR code for a NAPAS 247 transfer. Source: NAPAS, Technical Specifications on QR Switching, part IV, QR code
/// format. The transfer carries the purpose with it, so the order's reference stands there.
/// </summary>
public static class VietQr
{
    /// <summary>Digits of a bank's BIN in NAPAS.</summary>
    public const int BinLength = 6;

    /// <summary>The most characters of an account or card number.</summary>
    public const int MaxAccountLength = 19;

    /// <summary>The most characters of a purpose and of a bill number.</summary>
    public const int MaxPurposeLength = 25;

    private const string Napas = "A000000727";

    /// <summary>A code for a transfer to an account (service QRIBFTTA).</summary>
    /// <param name="bin">The bank's BIN, six digits.</param>
    /// <param name="account">The account number, 1 to 19 letters and digits.</param>
    /// <param name="amount">Whole dong, since the currency has no smaller unit; null makes a code for any amount and many payments.</param>
    /// <param name="purpose">What the transfer says it is for, 1 to 25 characters: English letters, digits and blanks. Null for none.</param>
    /// <param name="billNumber">A number of the bill beside it, 1 to 25 letters and digits, or null.</param>
    /// <exception cref="ArgumentException">One of them has another form.</exception>
    public static string ToAccount(string bin, string account, long? amount, string? purpose, string? billNumber = null) =>
        Encode("QRIBFTTA", bin, account, amount, purpose, billNumber);

    /// <summary>A code for a transfer to a card (service QRIBFTTC); the rest as for <see cref="ToAccount"/>.</summary>
    /// <exception cref="ArgumentException">One of them has another form.</exception>
    public static string ToCard(string bin, string card, long? amount, string? purpose, string? billNumber = null) =>
        Encode("QRIBFTTC", bin, card, amount, purpose, billNumber);

    private static string Encode(string service, string bin, string account, long? amount, string? purpose, string? billNumber)
    {
        if (bin.Length != BinLength || bin.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException($"A BIN is {BinLength} digits.", nameof(bin));
        }

        if (account.Length is 0 or > MaxAccountLength || !account.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException($"An account number is 1 to {MaxAccountLength} letters and digits.", nameof(account));
        }

        if (purpose is not null && (purpose.Length is 0 or > MaxPurposeLength || !purpose.All(letter => letter == ' ' || char.IsAsciiLetterOrDigit(letter))))
        {
            throw new ArgumentException($"A purpose is 1 to {MaxPurposeLength} English letters, digits and blanks.", nameof(purpose));
        }

        if (billNumber is not null && (billNumber.Length is 0 or > MaxPurposeLength || !billNumber.All(char.IsAsciiLetterOrDigit)))
        {
            throw new ArgumentException($"A bill number is 1 to {MaxPurposeLength} letters and digits.", nameof(billNumber));
        }

        var beneficiary = EmvObject.Template("01", new("00", bin), new("01", account));
        return EmvQr.Encode(
            new EmvObject("01", amount is null ? "11" : "12"),
            EmvObject.Template("38", new("00", Napas), beneficiary, new("02", service)),
            new EmvObject("53", Currency.Vnd.NumericCode.ToString("000", CultureInfo.InvariantCulture)),
            amount is { } dong ? EmvMerchant.Amount(dong, Currency.Vnd) : null,
            new EmvObject("58", "VN"),
            purpose is null && billNumber is null
                ? null
                : EmvObject.Template("62", billNumber is null ? null : new("01", billNumber), purpose is null ? null : new("08", purpose)));
    }
}
