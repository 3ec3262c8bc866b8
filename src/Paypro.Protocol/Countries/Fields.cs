namespace Paypro.Protocol.Countries;

/// <summary>
/// The fields that most countries share, under the names a country gives them. Lengths that no page states are chosen here:
/// long enough for any real value, short enough to store.
/// </summary>
public static class Fields
{
    /// <summary>What every country calls the amount of an order.</summary>
    public const string AmountName = "amount";

    /// <summary>The signature in the body.</summary>
    public static Field Sign() => new("sign", FieldRole.Sign, Presence.Required, 64, "Signature over the other members.", "0be92a962072b1786a01a2cab4891a1d");

    /// <summary>Unix milliseconds; ten digits mean seconds.</summary>
    public static Field Timestamp(Presence presence = Presence.Required) =>
        new("timestamp", FieldRole.Timestamp, presence, 32, "When the request was made, Unix milliseconds (ten digits: seconds).", "1728609257212");

    /// <summary>1 to 128 printable ASCII characters without blanks.</summary>
    public static Field TradeNo(string example) =>
        new("tradeNo", FieldRole.TradeNo, Presence.Required, 128, "The merchant's order number, unique per direction.", example)
        {
            Rules = [Rules.PrintableAscii],
        };

    /// <summary>Positive; whole units unless the country takes decimals.</summary>
    public static Field Amount(string example) =>
        new(AmountName, FieldRole.Amount, Presence.Required, 64, "Amount in units of the currency.", example);

    /// <summary>A person's name.</summary>
    public static Field Name(string name, Presence presence, string description = "The payer's name.") =>
        new(name, FieldRole.Name, presence, 128, description, "kevin zhang");

    /// <summary>A phone number; only its length is checked where a country states no form.</summary>
    public static Field Mobile(string name, Presence presence, string example) =>
        new(name, FieldRole.Mobile, presence, 32, "Phone number.", example);

    /// <summary>An e-mail address. Its form is not checked: the documented example's own is masked, and nothing is sent to it.</summary>
    public static Field Email(string name, Presence presence) =>
        new(name, FieldRole.Email, presence, 254, "E-mail address.", "kevin@example.com");

    /// <summary>Where the result is sent. A documented example that is no address is taken by a sandbox.</summary>
    public static Field NotifyUrl(Presence presence, string example = "https://google.com") =>
        new("notifyUrl", FieldRole.NotifyUrl, presence, 2048, "Address that is told the result.", example)
        {
            Rules = [AddressOr(example)],
            LiveExample = IsAddress(example) ? null : "https://merchant.example.com/notify",
        };

    /// <summary>Where the payer goes afterwards. A documented example that is no address is taken by a sandbox.</summary>
    public static Field ReturnUrl(Presence presence, string example = "http://abc.com/callback_page") =>
        new("returnUrl", FieldRole.ReturnUrl, presence, 2048, "Address to which the payer goes afterwards.", example)
        {
            Rules = [AddressOr(example)],
            LiveExample = IsAddress(example) ? null : "https://merchant.example.com/thanks",
        };

    /// <summary>Handed back unchanged.</summary>
    public static Field Remark(Presence presence) =>
        new("remark", FieldRole.Remark, presence, 512, "Handed back unchanged.", "test") { TakesLineBreaks = true };

    /// <summary>A query by the merchant's number, as nearly all countries have it.</summary>
    public static IReadOnlyList<Field> Query(string tradeNo) => [TradeNo(tradeNo), Timestamp(), Sign()];

    private static FieldRule AddressOr(string example) =>
        IsAddress(example) ? Rules.HttpAddress : Rules.ButExample(Rules.HttpAddress, example);

    private static bool IsAddress(string example) => example.StartsWith("http", StringComparison.Ordinal);
}
