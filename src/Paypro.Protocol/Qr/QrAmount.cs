using System.Text;
using System.Web;

namespace Paypro.Protocol.Qr;

/// <summary>What a payment code itself says of the amount: whoever pays with it pays that, whatever stands beside it.</summary>
public static class QrAmount
{
    private const string Upi = "upi://pay?";
    private const string PixScheme = "br.gov.bcb.pix";

    /// <summary>Whether a payer who uses the code pays just this amount, or may type it.</summary>
    /// <param name="code">A UPI link or a merchant-presented EMV code.</param>
    /// <param name="amountMinor">Minor units.</param>
    /// <param name="currency">Of the amount.</param>
    /// <returns>False for another amount, and for a code that cannot be read or leaves the amount to the rail.</returns>
    public static bool Fits(string code, long amountMinor, Currency currency) =>
        TryRead(code, currency, out var asked) && (asked is null || asked == amountMinor);

    /// <summary>Reads the amount.</summary>
    /// <param name="code">A UPI link or a merchant-presented EMV code.</param>
    /// <param name="currency">The one that the amount is in.</param>
    /// <param name="amountMinor">Minor units; null when the payer types it.</param>
    /// <returns>False when it is no code, has an amount that the currency does not know, or names a charge at the rail that has the amount.</returns>
    public static bool TryRead(string code, Currency currency, out long? amountMinor)
    {
        amountMinor = null;
        if (code.StartsWith(Upi, StringComparison.Ordinal))
        {
            return TryParse(HttpUtility.ParseQueryString(code[Upi.Length..])["am"], currency, out amountMinor);
        }

        return EmvQrReader.TryRead(code, out var payload, out _) && !NamesCharge(payload) && TryParse(payload.Find("54"), currency, out amountMinor);
    }

    /// <summary>A dynamic PIX code: the amount in it is only shown, the charge decides.</summary>
    private static bool NamesCharge(EmvQrPayload payload) =>
        string.Equals(payload.Find("26", "00"), PixScheme, StringComparison.OrdinalIgnoreCase) && payload.Find("26", "25") is not null;

    private static bool TryParse(string? text, Currency currency, out long? amountMinor)
    {
        amountMinor = null;
        if (text is null)
        {
            return true;
        }

        if (AmountReader.Read(Encoding.UTF8.GetBytes(text.TrimEnd('.')), quoted: true, currency, decimalsAllowed: true, out var minor) is not null)
        {
            return false;
        }

        amountMinor = minor;
        return true;
    }
}
