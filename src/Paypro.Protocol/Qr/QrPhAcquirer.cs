namespace Paypro.Protocol.Qr;

/// <summary>A merchant's account at a QR Ph acquirer, as the acquirer gave it.</summary>
public sealed record QrPhAcquirer
{
    /// <summary>An account.</summary>
    /// <param name="bic">The acquirer's BIC, 11 capital letters and digits.</param>
    /// <param name="merchantId">The acquirer's own number of the merchant, 1 to 25 printable characters without blanks.</param>
    /// <exception cref="ArgumentException">One of them has another form.</exception>
    public QrPhAcquirer(string bic, string merchantId)
    {
        Bic = CheckedBic(bic);
        MerchantId = Checked(merchantId, 25, nameof(merchantId));
        StoreLabel = MerchantId;
    }

    /// <summary>The acquirer's BIC.</summary>
    public string Bic { get; }

    /// <summary>The acquirer's own number of the merchant.</summary>
    public string MerchantId { get; }

    /// <summary>The shop, 1 to 25 printable characters without blanks; the merchant's number unless set.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public string StoreLabel { get; init => field = Checked(value, 25, nameof(StoreLabel)); }

    /// <summary>The till, 1 to 20 printable characters without blanks, so that shop, reference and till fit together; null leaves it out.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public string? Terminal { get; init => field = value is null ? null : Checked(value, 20, nameof(Terminal)); }

    /// <summary>How the acquirer identifies the account and is told of payments, three digits; it says which. <c>000</c> is the plain case.</summary>
    /// <exception cref="ArgumentException">It is not three digits.</exception>
    public string Flags
    {
        get;
        init => field = value.Length == 3 && !value.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? value
            : throw new ArgumentException("Flags are three digits.", nameof(Flags));
    }
    = "000";

    /// <summary>What the acquirer wants back with the payment, 1 to 79 printable characters without blanks; null sends the order's reference.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public string? Note { get; init => field = value is null ? null : Checked(value, 79, nameof(Note)); }

    internal static string CheckedBic(string bic) =>
        bic.Length == 11 && bic.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter))
            ? bic
            : throw new ArgumentException("A BIC is 11 capital letters and digits.", nameof(bic));

    private static string Checked(string value, int maxLength, string parameter) =>
        value.Length >= 1 && value.Length <= maxLength && !value.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? value
            : throw new ArgumentException($"It must be 1 to {maxLength} printable characters without blanks.", parameter);
}
