using System.Text.RegularExpressions;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Protocol.Countries;

/// <summary>The Philippines: wallets, QR Ph and online banking; payouts to wallets and bank accounts.</summary>
public static class Philippines
{
    /// <summary>The channel account's settings: the acquirer's BIC and its number of the merchant.</summary>
    public const string BicSetting = "qrPhBic", MerchantSetting = "qrPhMerchantId";

    // A documented example that is none of the names listed above it; the payer chooses.
    private const string ExampleType = "3";

    private const string NoDigits = "must be 5 to 32 digits";

    /// <summary>A wallet is known by its holder's phone. Another number of a wallet stays as it is, since the page has no rule.</summary>
    private static readonly MobileRule WalletNumber = new("PH", "^09[0-9]{9}$", "must be 11 digits that begin with 09")
    {
        OneForm = (new Regex("^(?:63)?(9[0-9]{9})$", RegexOptions.CultureInvariant), "0$1"),
    };

    /// <summary>
    /// The one QR code that every bank and wallet of the country reads; its reference label tells orders apart (25 characters at most).
    /// PAPHPHM1XXX is Maya.
    /// </summary>
    private static readonly QrInstruction QrCode = new(QrPh.MaxReferenceLength, order => QrPh.ToMerchant(
        new QrPhAcquirer(order.Settings.GetValueOrDefault(BicSetting) ?? "PAPHPHM1XXX", order.Settings.GetValueOrDefault(MerchantSetting) ?? "PAYPROSANDBOX01"),
        order.Reference,
        order.AmountMinor,
        new EmvMerchant(EmvMerchant.NameOf(order.MerchantName), "Manila")), "QR Ph");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payIn",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.Amount("200"),
            new("payType", FieldRole.Way, Presence.Required, 32, "How the payer pays: GCash, GrabPay, Maya, QRPH, GCash QR, Maya QR, Gotyme QR, UnionBank, BPI or RCBC.", "GrabPay"),
            Fields.TradeNo("99333213852"),
            Fields.Remark(Presence.Optional),
            Fields.NotifyUrl(Presence.Required, "https://www.111.com/"),
            Fields.ReturnUrl(Presence.Required, "www.google.com"),
        ],
        Examples = [new("QR Ph", (FieldRole.Way, "QRPH")), new("online banking", (FieldRole.Way, "BPI"))],
        Response = Responses.CreatedPayIn,
    };

    // The table requires returnUrl; its own example has none, and shows a payType that the page does not list.
    private static readonly Operation CreateHostedPayIn = CreatePayIn with
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/v1/paypro/paymentLink",
        Fields = [.. CreatePayIn.Fields.Select(field => field.Role switch
        {
            FieldRole.ReturnUrl => Fields.ReturnUrl(Presence.Optional),
            FieldRole.Way => field with { Example = ExampleType },
            _ => field,
        })],
        SandboxOpenWays = [ExampleType],
        Examples = [new("a wallet that the merchant chose", (FieldRole.Way, "GCash"))],
        Response = Responses.CreatedPage,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payOut",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("993332112131"),
            Fields.Amount("100"),
            Fields.Name("accountName", Presence.Required, "The account holder's name.") with { Example = "09539077075" },
            new("bankName", FieldRole.Bank, Presence.Required, 64, "The recipient's bank or wallet: a code of the bank list.", "Maya"),
            new("bankNumber", FieldRole.Account, Presence.Required, 32, "The account number, or a wallet's phone number.", "09539077075")
            {
                Form = NormalForm.Phone,
                Rules = [Rules.Matches("^[+]?[0-9]{5,32}$", NoDigits)],
            },
            Fields.NotifyUrl(Presence.Required, "https://www.111.com/"),
            Fields.Remark(Presence.Optional),
        ],
        Checks =
        [
            Checks.BankListed,
            new(FieldRole.Account, CheckAccount) { Breaks = [new("a bank account with a plus", (FieldRole.Bank, "BPI"), (FieldRole.Account, "+1234567890"))] },
        ],
        Examples = [new("bank account", (FieldRole.Bank, "BPI"), (FieldRole.Account, "1234567890"), (FieldRole.Name, "kevin zhang"))],
        Response = Responses.Created,
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "PH",
        Name = "Philippines",
        Segment = "phl-pay",
        Currency = Currency.Php,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Manila"),
        Papers = MerchantPaper.Of(("registration", "SEC or DTI registration"), ("bir", "BIR Form 2303"), ("permit", "Mayor's permit")),
        AmountDecimals = true,
        PayInWays =
        [
            Wallet("GCash"), Wallet("GrabPay"), Wallet("Maya"), Code("QRPH", "QR Ph"),
            Code("GCash QR", "GCash QR"), Code("Maya QR", "Maya QR"), Code("Gotyme QR", "GoTyme QR"),
            Bank("UnionBank"), Bank("BPI"), Bank("RCBC"),
        ],
        Banks = BankDirectory.Seeded("philippines"),
        Operations =
        [
            CreatePayIn,
            CreateHostedPayIn,
            CreatePayout,

            // The pages of the queries were not found; the other countries' paths and answer stand in.
            new() { Kind = OperationKind.QueryPayIn, Path = "/v1/paypro/queryPayInResult", Fields = Fields.Query("133323384"), Response = Responses.Queried },
            new() { Kind = OperationKind.QueryPayout, Path = "/v1/paypro/queryPayOutResult", Fields = Fields.Query("133323392"), Response = Responses.Queried },
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
        Codes = [new(ResultStatus.Success, "Success"), new(ResultStatus.Processing, "Paying"), new(ResultStatus.Failed, "Fail")],
    };

    /// <summary>A wallet's phone number is brought into the form of the example; anything else must be digits.</summary>
    private static string? CheckAccount(RequestFields fields, RequestContext context)
    {
        if (fields.Bank is { Kind: "ewallet" })
        {
            fields[FieldRole.Account] = WalletNumber.Account(fields.Account!);
        }

        return fields.Account!.StartsWith('+') ? NoDigits : null;
    }

    private static PayInWay Wallet(string code) =>
        new(code, code, TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 100_000_00, new RedirectInstruction(code));

    private static PayInWay Bank(string code) =>
        new(code, $"{code} online", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 500_000_00, new RedirectInstruction(code));

    private static PayInWay Code(string code, string name) => new(code, name, TimeSpan.FromHours(24), MinMinor: 1_00, MaxMinor: 100_000_00, QrCode);
}
