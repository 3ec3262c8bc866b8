using System.Globalization;

namespace Paypro.Protocol.Qr;

/// <summary>
/// An Indonesian QRIS code for one payment. Source: Bank Indonesia and ASPI, Quick Response Code Indonesian Standard,
/// merchant-presented mode. The acquirer's template (id 26) leads to the merchant's account, the national one (id 51) names the
/// merchant in the national repository; the reference label tells the order apart.
/// </summary>
public static class Qris
{
    /// <summary>The most characters of a reference.</summary>
    public const int MaxReferenceLength = 25;

    private const string National = "ID.CO.QRIS.WWW";

    /// <summary>Makes a code.</summary>
    /// <param name="acquirer">The merchant's account at its acquirer.</param>
    /// <param name="reference">The order's reference, 1 to 25 letters and digits.</param>
    /// <param name="amountMinor">Hundredths of a rupiah; whole rupiah are written without decimals.</param>
    /// <param name="merchant">Who is paid. Indonesia wants a category code and a postal code of five digits.</param>
    /// <param name="terminal">The till, 1 to 25 letters and digits; <c>A01</c> is what acquirers write for the first.</param>
    /// <exception cref="ArgumentException">One of them has another form, or the amount does not fit.</exception>
    public static string Dynamic(QrisAcquirer acquirer, string reference, long amountMinor, EmvMerchant merchant, string terminal = "A01")
    {
        if (merchant.PostalCode is not { Length: 5 } postalCode || !postalCode.All(char.IsAsciiDigit))
        {
            throw new ArgumentException("An Indonesian postal code is five digits.", nameof(merchant));
        }

        if (!IsLabel(reference))
        {
            throw new ArgumentException($"A reference is 1 to {MaxReferenceLength} letters and digits.", nameof(reference));
        }

        if (!IsLabel(terminal))
        {
            throw new ArgumentException($"A terminal is 1 to {MaxReferenceLength} letters and digits.", nameof(terminal));
        }

        return EmvQr.Encode(
            new EmvObject("01", "12"),
            EmvObject.Template("26", new("00", acquirer.Domain), new("01", acquirer.MerchantPan), new("02", acquirer.MerchantId), new("03", acquirer.Criteria)),
            EmvObject.Template("51", new("00", National), new("02", acquirer.NationalId), new("03", acquirer.Criteria)),
            new EmvObject("52", merchant.CategoryCode),
            new EmvObject("53", Currency.Idr.NumericCode.ToString("000", CultureInfo.InvariantCulture)),
            EmvMerchant.Amount(amountMinor, Currency.Idr, wholeWithoutDecimals: true),
            new EmvObject("58", "ID"),
            new EmvObject("59", merchant.Name),
            new EmvObject("60", merchant.City),
            new EmvObject("61", postalCode),
            EmvObject.Template("62", new("05", reference), new("07", terminal)));
    }

    private static bool IsLabel(string text) => text.Length is >= 1 and <= MaxReferenceLength && text.All(char.IsAsciiLetterOrDigit);
}
