namespace Paypro.Protocol.Qr;

/// <summary>A merchant's account at a QRIS acquirer, as the acquirer and the national repository gave it.</summary>
public sealed record QrisAcquirer
{
    /// <summary>An account.</summary>
    /// <param name="domain">The acquirer's reversed domain in capital letters, at most 32 characters: <c>COM.EXAMPLE.WWW</c>.</param>
    /// <param name="merchantPan">The merchant's PAN: 16 to 19 digits that begin with 9360, the national switch's block.</param>
    /// <param name="merchantId">The acquirer's own number of the merchant, 1 to 15 letters and digits.</param>
    /// <param name="nationalId">The merchant's national number (NMID): <c>ID</c> and 13 digits.</param>
    /// <param name="criteria">The merchant's size, three capital letters: <c>UMI</c> micro, <c>UKE</c> small, <c>UME</c> medium, <c>UBE</c> large, <c>URE</c> regular.</param>
    /// <exception cref="ArgumentException">One of them has another form.</exception>
    public QrisAcquirer(string domain, string merchantPan, string merchantId, string nationalId, string criteria)
    {
        Domain = Checked(domain, domain.Length is >= 1 and <= 32 && domain.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-'), nameof(domain));
        MerchantPan = Checked(merchantPan, merchantPan.Length is >= 16 and <= 19 && merchantPan.All(char.IsAsciiDigit) && merchantPan.StartsWith("9360", StringComparison.Ordinal), nameof(merchantPan));
        MerchantId = Checked(merchantId, merchantId.Length is >= 1 and <= 15 && merchantId.All(char.IsAsciiLetterOrDigit), nameof(merchantId));
        NationalId = Checked(nationalId, nationalId.Length == 15 && nationalId.StartsWith("ID", StringComparison.Ordinal) && nationalId[2..].All(char.IsAsciiDigit), nameof(nationalId));
        Criteria = Checked(criteria, criteria.Length == 3 && criteria.All(char.IsAsciiLetterUpper), nameof(criteria));
    }

    /// <summary>The acquirer's reversed domain.</summary>
    public string Domain { get; }

    /// <summary>The merchant's PAN.</summary>
    public string MerchantPan { get; }

    /// <summary>The acquirer's own number of the merchant.</summary>
    public string MerchantId { get; }

    /// <summary>The merchant's national number.</summary>
    public string NationalId { get; }

    /// <summary>The merchant's size.</summary>
    public string Criteria { get; }

    private static string Checked(string value, bool hasForm, string parameter) =>
        hasForm ? value : throw new ArgumentException($"'{value}' has not the form that QRIS wants.", parameter);
}
