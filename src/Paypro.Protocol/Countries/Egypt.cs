using System.Text.RegularExpressions;
using Paypro.Protocol.Countries.Accounts;
using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>Egypt: mobile wallets, in and out.</summary>
public static class Egypt
{
    /// <summary>The way to pay in; no page names one, and no request carries it.</summary>
    public const string MobileWallet = "wallet";

    // Both pages call the limits adjustable: they are what a channel account's ways begin with.
    private const long LeastMinor = 100_00;

    private const long GreatestMinor = 10_000_00;

    /// <summary>A wallet is known by its holder's phone. Payouts take it with the country's code too.</summary>
    private static readonly MobileRule WalletNumber = new("EG", "^01[0-8][0-9]{8}$", "must be 11 digits beginning with 010 to 018")
    {
        OneForm = (new Regex("^20(1[0-8][0-9]{8})$", RegexOptions.CultureInvariant), "0$1"),
    };

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payIn",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.Name("payer", Presence.Required),
            Fields.Amount("300"),
            Fields.Remark(Presence.Required),
            Fields.TradeNo("test_00000008"),

            // The documented example, 6789123456, breaks the page's own rule.
            Fields.Mobile("mobile", Presence.Required, "6789123456") with
            {
                Description = "Phone number of the payer's wallet: 11 digits beginning with 010 to 018.",
                Form = WalletNumber.Normal,
                Rules = [Rules.ButExample(WalletNumber.Rule, "6789123456")],
                LiveExample = "01012345678",
            },
            Fields.Email("email", Presence.Required),
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Optional),
        ],
        Response = Responses.CreatedPage,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payOut",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp() with { Example = "1728611780130" },
            Fields.Name("customerName", Presence.Required, "The recipient's name.") with { Example = "kevin" },
            Fields.Amount("300"),
            Fields.Remark(Presence.Required),
            Fields.TradeNo("test_00000001"),
            Fields.NotifyUrl(Presence.Required),

            // The page has no rule for it; its example is a phone number, and the pay-in's rule for those is taken.
            new("walletId", FieldRole.Account, Presence.Required, 64, "The recipient's wallet: its phone number, 11 digits beginning with 010 to 018.", "01123456789")
            {
                Form = WalletNumber.Account,
                Rules = [WalletNumber.Rule],
            },
        ],
        Response = Responses.Created,
    };

    private static readonly Operation QueryPayIn = new()
    {
        Kind = OperationKind.QueryPayIn,
        Path = "/v1/paypro/queryPayInResult",
        Fields = Fields.Query("test_00000008"),
        Response =
        [
            .. Responses.Numbers,
            new("status", Status),
            new("amount", PaidOrOrderAmount, WholeOrFixedText),
            new("receivedAmount", PaidAmount, WholeOrFixedText),
            new("createTime", CreatedAt, LocalTime),
            new("successTime", SuccessAt, LocalTime),
            new("message", Message),
        ],
    };

    // The page is cut after status; the two amounts are those of Indonesia, which prints the same order.
    private static readonly Operation QueryPayout = new()
    {
        Kind = OperationKind.QueryPayout,
        Path = "/v1/paypro/queryPayOutResult",
        Fields = Fields.Query("test_00000002"),
        Response =
        [
            .. Responses.Numbers,
            new("amount", PaidOrOrderAmount, WholeOrFixedText),
            new("orderAmount", OrderAmount, FixedText),
            new("payAmount", PaidAmount, FixedText),
            new("status", Status),
            new("message", Message),
            new("successTime", SuccessAt, LocalTime),
        ],
    };

    private static readonly Operation QueryBalance = new()
    {
        Kind = OperationKind.QueryBalance,
        Path = "/v1/paypro/queryBalance",
        Fields = [Fields.Timestamp(), Fields.Sign()],
        Response = Responses.Balance(FourDecimalsText),
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "EG",
        Name = "Egypt",
        Segment = "egy-pay",
        Currency = Currency.Egp,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo"),
        Weekend = [DayOfWeek.Friday, DayOfWeek.Saturday],
        Papers = MerchantPaper.Of(("register", "Commercial register extract (السجل التجاري)"), ("taxCard", "Tax card (البطاقة الضريبية)")),
        PayInWays =
        [
            // The response's page is cut before its data. The request knows a returnUrl, "the page the cashier jumps to": a payer who
            // comes back must have been sent somewhere, so the wallet is one with a page and not a bare prompt on the phone.
            new(MobileWallet, "Mobile wallet", TimeSpan.FromMinutes(30), LeastMinor, GreatestMinor, new RedirectInstruction("Mobile wallet")),
        ],
        PayoutMinMinor = LeastMinor,
        PayoutMaxMinor = GreatestMinor,
        Banks = BankDirectory.None,
        Operations = [CreatePayIn, CreatePayout, QueryPayIn, QueryPayout, QueryBalance],
        PayInNotification = Responses.Notified,
        PayoutNotification = Responses.Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"),
            new(ResultStatus.Processing, "CREDIT_INPROGRESS"),
            new(ResultStatus.Failed, "REJECTED_TRANSACTION"),
        ],
    };
}
