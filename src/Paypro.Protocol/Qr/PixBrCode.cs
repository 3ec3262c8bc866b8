using System.Globalization;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Qr;

/// <summary>
/// A Brazilian PIX code, shown as a picture and as the text of "copia e cola". Source: Banco Central do Brasil, Manual do BR
/// Code and Manual de Padrões para Iniciação do Pix. Either kind tells orders apart: the static one by its txid, which comes
/// back with the money, the dynamic one by its location.
/// </summary>
public static class PixBrCode
{
    /// <summary>The most characters of the address of a charge; longer ones do not fit beside the scheme's name.</summary>
    public const int MaxLocationLength = 77;

    private const string Scheme = "br.gov.bcb.pix";

    /// <summary>A code that is paid to a key.</summary>
    /// <param name="key">The key of the receiving account, in the form that <see cref="PixKey.Normalise"/> gives.</param>
    /// <param name="txid">What tells the order apart; see <see cref="PixTxId.IsValidForStatic"/>.</param>
    /// <param name="amountMinor">Centavos, or null when the payer decides.</param>
    /// <param name="merchant">Who is paid.</param>
    /// <exception cref="ArgumentException">The key or the txid is none, or the amount does not fit.</exception>
    public static string Static(string key, string txid, long? amountMinor, EmvMerchant merchant)
    {
        if (PixKey.TypeOf(key) is null)
        {
            throw new ArgumentException("It is no PIX key.", nameof(key));
        }

        if (!PixTxId.IsValidForStatic(txid))
        {
            throw new ArgumentException("The txid of a static code is 1 to 25 letters and digits.", nameof(txid));
        }

        var account = EmvObject.Template("26", new("00", Scheme), new("01", key));
        return Encode(initiation: null, account, txid, amountMinor, merchant);
    }

    /// <summary>
    /// A code for one payment of a registered charge. The payer's app reads amount and txid from the charge at the location, so
    /// the txid of 26 to 35 characters, longer than a reference label may be, is not repeated here: the manual puts three stars.
    /// </summary>
    /// <param name="location">Where the charge is read: host and path, without the scheme; at most 77 characters.</param>
    /// <param name="amountMinor">Centavos, for apps that show it before they have read the charge; null leaves it to the charge.</param>
    /// <param name="merchant">Who is paid.</param>
    /// <exception cref="ArgumentException">The location has a scheme, blanks or other than ASCII, or the amount does not fit.</exception>
    public static string Dynamic(string location, long? amountMinor, EmvMerchant merchant)
    {
        if (location.Length is 0 or > MaxLocationLength || location.AsSpan().ContainsAnyExceptInRange('!', '~')
            || location.Contains("://", StringComparison.Ordinal) || location.IndexOf('/', StringComparison.Ordinal) < 1)
        {
            throw new ArgumentException($"A location is a host and a path, at most {MaxLocationLength} characters.", nameof(location));
        }

        var account = EmvObject.Template("26", new("00", Scheme), new("25", location));
        return Encode(new EmvObject("01", "12"), account, PixTxId.None, amountMinor, merchant);
    }

    private static string Encode(EmvObject? initiation, EmvObject account, string txid, long? amountMinor, EmvMerchant merchant) => EmvQr.Encode(
        initiation,
        account,
        new EmvObject("52", merchant.CategoryCode),
        new EmvObject("53", Currency.Brl.NumericCode.ToString("000", CultureInfo.InvariantCulture)),
        amountMinor is { } minor ? EmvMerchant.Amount(minor, Currency.Brl) : null,
        new EmvObject("58", "BR"),
        new EmvObject("59", merchant.Name),
        new EmvObject("60", merchant.City),
        merchant.PostalCode is { } postalCode ? new EmvObject("61", postalCode) : null,
        EmvObject.Template("62", new EmvObject("05", txid)));
}
