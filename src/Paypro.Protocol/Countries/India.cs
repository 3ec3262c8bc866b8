using System.Globalization;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Countries;

/// <summary>India: UPI pay-ins, direct or on the hosted page; payouts to bank accounts by IFSC.</summary>
public static class India
{
    /// <summary>The only way to pay in. Merchants do not name it.</summary>
    public const string Upi = "UPI";

    /// <summary>The channel account's setting that holds the payee's UPI address.</summary>
    public const string AddressSetting = "upiAddress";

    // A documented example with the country code that the rule leaves out.
    private const string ExampleMobile = "918234567890";

    /// <summary>
    /// A UPI link, which every UPI app opens and reads from a QR code (NPCI, UPI Linking Specifications): payee, amount, and our reference
    /// as <c>tr</c>, at most 35 characters, which comes back with the money.
    /// </summary>
    private static readonly QrInstruction UpiLink = new(ReferenceLength: 25, Link, "UPI");

    private static readonly MobileRule MobileNumber =
        new("IN", "^[6-9][0-9]{9}$", "must be 10 digits that begin with 6, 7, 8 or 9, without the country code");

    private static readonly Field Mobile = Fields.Mobile("mobile", Presence.Required, ExampleMobile) with
    {
        Description = "Phone number: 10 digits that begin with 6 to 9, without the country code.",
        Form = MobileNumber.Normal,
        Rules = [Rules.ButExample(MobileNumber.Rule, ExampleMobile)],
        LiveExample = "9876543210",
    };

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payinApi",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("00000007"),
            Fields.Amount("300"),
            Fields.Name("name", Presence.Required) with { Example = "abc" },
            Mobile,
            Fields.Email("email", Presence.Required),
            Address(Presence.Required),
            Fields.Remark(Presence.Optional) with { Example = "000000" },
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Required),
        ],
        Response = Responses.CreatedPayIn,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payout",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),

            // Required by the table, missing in its own example.
            Address(Presence.Optional),
            Fields.TradeNo("123231222"),
            Fields.Amount("300"),
            Fields.Name("name", Presence.Required, "The recipient's name."),
            Mobile,
            Fields.Email("email", Presence.Required),
            new("bankNumber", FieldRole.Account, Presence.Required, 34, "The recipient's account number.", "10094038292")
            {
                Rules = [Rules.Formed(CheckAccount, "^[0-9A-Za-z]{6,34}$")],
            },
            new("bankCode", FieldRole.Bank, Presence.Required, 11, "The IFSC of the recipient's bank branch: 11 letters and digits.", "IDFB0043121")
            {
                AlsoNamed = "bankNCode",
                Form = NormalForm.Account,
                Rules = [Rules.Formed((text, _) => Ifsc.IsValid(text) ? null : "must be an IFSC: four letters, 0, six letters or digits", "^[A-Za-z]{4}0[0-9A-Za-z]{6}$")],
            },
            Fields.NotifyUrl(Presence.Required, "xxxxxx"),
            Fields.Remark(Presence.Optional) with { Example = "000000" },
        ],
        Response = Responses.Created,
    };

    /// <summary>The answer to a query: with the bank's reference.</summary>
    private static readonly IReadOnlyList<ResponseMember> Queried = [.. Responses.Queried, new("utr", ResponseSource.RailReference)];

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "IN",
        Name = "India",
        Segment = "ind-pay",
        Currency = Currency.Inr,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"),
        Papers = MerchantPaper.Of(("pan", "PAN of the business"), ("gstin", "GST registration certificate"), ("incorporation", "Certificate of incorporation")),
        AcceptsPartial = true,
        AmountDecimals = true,
        PayInWays = [new(Upi, "UPI", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 100_000_00, UpiLink)],

        // The IFSC names bank and branch; there is no list.
        Banks = BankDirectory.None,
        Operations =
        [
            CreatePayIn,
            CreatePayIn with { Kind = OperationKind.CreateHostedPayIn, Path = "/v1/paypro/payin", Response = Responses.CreatedPage },
            CreatePayout,

            // The page of the pay-in query was not found; the payout query's answer stands in.
            new() { Kind = OperationKind.QueryPayIn, Path = "/v1/paypro/queryPayInResult", Fields = Fields.Query("133323384"), Response = Queried },
            new() { Kind = OperationKind.QueryPayout, Path = "/v1/paypro/queryPayOutResult", Fields = Fields.Query("133323392"), Response = Queried },
            new()
            {
                Kind = OperationKind.QueryBalance,
                Path = "/v1/paypro/queryBalance",
                Fields = [Fields.Timestamp(), Fields.Sign()],
                Response = Responses.Balance(ResponseForm.FourDecimalsText),
            },
        ],
        PayInNotification = Responses.Notified,
        PayoutNotification = Responses.Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"), new(ResultStatus.Partial, "Partial success"),
            new(ResultStatus.Processing, "Paying"), new(ResultStatus.Failed, "Fail"),
        ],
    };

    /// <summary>Some banks' numbers have letters, but none is without a digit.</summary>
    private static string? CheckAccount(string text, RequestContext context) =>
        text.Length is >= 6 and <= 34 && text.All(char.IsAsciiLetterOrDigit) && text.Any(char.IsAsciiDigit) ? null : "must be 6 to 34 letters and digits";

    private static Field Address(Presence presence) =>
        new("ipAddress", FieldRole.IpAddress, presence, 45, "The payer's IP address.", "14.155.28.59") { Rules = [Rules.IpAddress] };

    /// <summary>Apps look for the at sign itself, which a query may hold (RFC 3986, 3.4).</summary>
    private static string Address(string address) => Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal);

    private static string Link(QrOrder order) => string.Create(
        CultureInfo.InvariantCulture,
        $"upi://pay?pa={Address(order.Settings.GetValueOrDefault(AddressSetting) ?? "sandbox@paypro")}&pn={Uri.EscapeDataString(order.MerchantName)}&tr={order.Reference}&am={AmountText.Fixed(order.AmountMinor, Currency.Inr, 2)}&cu=INR");
}
