using System.Globalization;

namespace Paypro.Protocol.Qr;

/// <summary>
/// A Philippine QR Ph code for one payment. Source: Bangko Sentral ng Pilipinas and PPMI, National QR Code Standard: payments to
/// merchants (P2M, id 28) and InstaPay transfers to an account (P2P, id 27). The reference label tells the order apart.
/// </summary>
public static class QrPh
{
    /// <summary>The most characters of a reference.</summary>
    public const int MaxReferenceLength = 25;

    /// <summary>What InstaPay writes as the kind of payment.</summary>
    private const string InstaPayTransfer = "99964403";

    private const string ToMerchantScheme = "ph.ppmi.p2m";
    private const string ToAccountScheme = "com.p2pqrpay";
    private const string NationalScheme = "ph.ppmi.qrph";

    /// <summary>A code that pays a merchant.</summary>
    /// <param name="acquirer">The merchant's account at its acquirer.</param>
    /// <param name="reference">The order's reference, 1 to 25 letters and digits.</param>
    /// <param name="amountMinor">Centavos.</param>
    /// <param name="merchant">Who is paid.</param>
    /// <exception cref="ArgumentException">The reference has another form or the amount does not fit.</exception>
    public static string ToMerchant(QrPhAcquirer acquirer, string reference, long amountMinor, EmvMerchant merchant)
    {
        var account = EmvObject.Template("28", new("00", ToMerchantScheme), new("01", acquirer.Bic), new("03", acquirer.MerchantId), new("05", acquirer.Flags));
        return Encode(
            account,
            merchant.CategoryCode,
            amountMinor,
            merchant,
            EmvObject.Template(
                "62", new("00", NationalScheme), new("03", acquirer.StoreLabel), new("05", Checked(reference)), acquirer.Terminal is { } terminal ? new("07", terminal) : null),
            EmvObject.Template("88", new("00", NationalScheme), new("01", acquirer.Note ?? reference)));
    }

    /// <summary>A code that transfers to an account by InstaPay.</summary>
    /// <param name="bic">The bank's or wallet's BIC, 11 characters.</param>
    /// <param name="account">The account number, 1 to 19 digits.</param>
    /// <param name="reference">The order's reference, 1 to 25 letters and digits.</param>
    /// <param name="amountMinor">Centavos.</param>
    /// <param name="merchant">Who is paid; transfers have the category of financial institutions, 6016, whatever it says.</param>
    /// <exception cref="ArgumentException">One of them has another form, or the amount does not fit.</exception>
    public static string ToAccount(string bic, string account, string reference, long amountMinor, EmvMerchant merchant)
    {
        if (account.Length is 0 or > 19 || account.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException("An account number is 1 to 19 digits.", nameof(account));
        }

        var creditor = EmvObject.Template("27", new("00", ToAccountScheme), new("01", QrPhAcquirer.CheckedBic(bic)), new("02", InstaPayTransfer), new("04", account));
        return Encode(creditor, "6016", amountMinor, merchant, EmvObject.Template("62", new("00", ToAccountScheme), new("05", Checked(reference))), national: null);
    }

    private static string Encode(EmvObject account, string categoryCode, long amountMinor, EmvMerchant merchant, EmvObject additional, EmvObject? national) => EmvQr.Encode(
        new EmvObject("01", "12"),
        account,
        new EmvObject("52", categoryCode),
        new EmvObject("53", Currency.Php.NumericCode.ToString("000", CultureInfo.InvariantCulture)),
        EmvMerchant.Amount(amountMinor, Currency.Php),
        new EmvObject("58", "PH"),
        new EmvObject("59", merchant.Name),
        new EmvObject("60", merchant.City),
        merchant.PostalCode is { } postalCode ? new EmvObject("61", postalCode) : null,
        additional,
        national);

    private static string Checked(string reference) => reference.Length is >= 1 and <= MaxReferenceLength && reference.All(char.IsAsciiLetterOrDigit)
        ? reference
        : throw new ArgumentException($"A reference is 1 to {MaxReferenceLength} letters and digits.", nameof(reference));
}
