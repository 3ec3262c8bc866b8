using System.Text.RegularExpressions;
using Paypro.Protocol.Countries.Accounts;
using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>Pakistan: easypaisa and JazzCash wallets, payouts to bank accounts and wallets.</summary>
public static class Pakistan
{
    /// <summary>A payout's account kinds.</summary>
    public const string BankAccount = "BANK", WalletAccount = "WALLET";

    /// <summary>The ways to pay in.</summary>
    public const string Easypaisa = "easypaisa", JazzCash = "jazzcash";

    private const long LeastPayInMinor = 100_00;

    private const long CustomerIdAboveMinor = 50_000_00;

    private const string WalletKind = "ewallet";

    /// <summary>Banks agree on no length of a plain account number; these hold all of them.</summary>
    private const int LeastDigits = 6, MostDigits = 20;

    private const string NoAccount = "must be an account number or an IBAN: PK and 22 letters and digits with right check digits";

    private static readonly MobileRule Phone = new("PK", "^3[0-9]{9}$", "must be 10 digits beginning with 3");

    private static readonly MobileRule PayInPhone = new("PK", "^0?3[0-9]{9}$", "must be 10 digits beginning with 3 or 11 digits beginning with 03");

    /// <summary>A wallet is known by its holder's phone, and its account is written with 03. Another number of a wallet stays as it is, since the page has no rule.</summary>
    private static readonly MobileRule WalletNumber = new("PK", "^03[0-9]{9}$", "must be 11 digits beginning with 03")
    {
        OneForm = (new Regex("^(?:92)?(3[0-9]{9})$", RegexOptions.CultureInvariant), "0$1"),
    };

    private static readonly ResponseMember[] Queried =
    [
        .. Responses.Numbers,
        new("amount", PaidOrOrderAmount, WholeOrFixedText),
        new("status", Status),
        new("message", Message),
        new("successTime", SuccessAt, LocalTime),
    ];

    // The printed pattern XXXXX-YYYYYY-Z has 12 places, but text and examples have 13 digits without dashes.
    private static readonly Field CustomerCert =
        new("customerCert", FieldRole.Identity, Presence.Required, 32, "The person's CNIC, 13 digits without dashes.", "1730123456789")
        {
            Rules = [Rules.Formed((text, _) => Cnic.IsValid(text) ? null : "must be a CNIC: 13 digits without dashes, the first of them no zero", "^[1-9][0-9]{12}$")],
        };

    private static readonly Field Mobile = Fields.Mobile("mobile", Presence.Required, "3115112345") with
    {
        Description = "Phone number: 10 digits beginning with 3.",
        Form = Phone.Normal,
        Rules = [Phone.Rule],
    };

    private static readonly Field PaymentType =
        new("paymentType", FieldRole.Way, Presence.Optional, 32, "The wallet: easypaisa or jazzcash.", Easypaisa);

    // That one customer pays one amount only once an hour is said of "large amounts", without saying which; here, those that must name the customer.
    private static readonly Field CustomerId =
        new("custId", FieldRole.CustomerId, Presence.Optional, 128, "The merchant's own number for the customer, hard to guess.", "m2hkCRuTCK5HKpEkA0ok");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/payproPK/payinApi",
        Fields =
        [
            Fields.TradeNo("order45692193212we3111"),

            // Optional in one version of the page and required in the other: who leaves it out gets easypaisa.
            PaymentType,
            Fields.Amount("10000"),
            Fields.Name("name", Presence.Required) with { Example = "John Doe" },
            Mobile with
            {
                Description = "Phone number: 10 digits beginning with 3, or 11 digits beginning with 03.",
                Form = PayInPhone.Normal,
                Rules = [PayInPhone.Rule],
            },
            Fields.Email("email", Presence.Required) with { Example = "johndoe@gmail.com" },
            CustomerCert with { Presence = Presence.Optional },
            Fields.Remark(Presence.Optional) with { Example = "Payment for order #456" },
            Fields.Timestamp(),
            CustomerId,
            Fields.Sign(),
            Fields.NotifyUrl(Presence.Required, "https://example.com/notify"),
        ],
        Checks = [Checks.AtLeast(LeastPayInMinor, Currency.Pkr)],
        Response = Responses.CreatedPage,
    };

    private static readonly Operation CreateHostedPayIn = new()
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/v1/payproPK/payin",
        Fields =
        [
            Fields.TradeNo("order45692193212we3111"),
            Fields.Amount("10000"),
            Fields.Name("name", Presence.Required) with { Example = "John Doe" },
            CustomerCert,
            Fields.Email("email", Presence.Required) with { Example = "johndoe@gmail.com" },
            Mobile,
            Fields.Remark(Presence.Required) with { Example = "Payment for order #456" },
            Fields.Timestamp(),
            CustomerId with { Description = "The merchant's own number for the customer; required above 50,000." },
            PaymentType,
            Fields.Sign(),
            Fields.NotifyUrl(Presence.Required, "https://example.com/notify"),
            Fields.ReturnUrl(Presence.Optional, "https://example.com/return"),
        ],
        Checks =
        [
            Checks.AtLeast(LeastPayInMinor, Currency.Pkr),
            new(FieldRole.CustomerId, (fields, _) =>
                fields.AmountMinor > CustomerIdAboveMinor && fields.CustomerId is null ? "is required for an amount above 50000" : null)
            {
                Breaks = [new("a large amount without a customer", (FieldRole.Amount, "50001"), (FieldRole.CustomerId, null))],
            },
        ],
        Response = Responses.CreatedPage,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/payproPK/payout",
        Fields =
        [
            Fields.TradeNo("order67890"),
            Fields.Amount("5000"),
            Fields.Name("name", Presence.Required, "The recipient's name.") with { Example = "Jane Doe" },
            CustomerCert,
            Fields.Email("email", Presence.Required),
            Mobile,
            new("accountType", FieldRole.AccountType, Presence.Required, 16, "Kind of the account: BANK or WALLET.", BankAccount)
            {
                Rules = [Rules.OneOf(BankAccount, WalletAccount)],
            },
            new("bankName", FieldRole.Bank, Presence.Required, 64, "Code of the recipient's bank or wallet, from the bank list.", "ALLIED_BANK_LIMITED"),
            new("bankNumber", FieldRole.Account, Presence.Required, 64, "The recipient's account number, IBAN or wallet number.", "9876543210") { Form = NormalForm.Plain },
            Fields.NotifyUrl(Presence.Required, "https://yourcallbackurl.com/notify"),
            Fields.Remark(Presence.Required) with { Example = "Payment for invoice #1001" },
            Fields.Timestamp() with { Example = "1730057564" },
            Fields.Sign(),
        ],
        Checks =
        [
            Checks.BankListed,
            new(FieldRole.AccountType, CheckKind)
            {
                Breaks =
                [
                    new("a bank called a wallet", (FieldRole.AccountType, WalletAccount)),
                    new("a wallet called a bank", (FieldRole.Bank, "JAZZCASH")),
                ],
            },
            new(FieldRole.Account, CheckAccount)
            {
                Breaks =
                [
                    new("no account", (FieldRole.Account, "-")),
                    new("an IBAN with a wrong check digit", (FieldRole.Account, "PK46ABPA0000001123456702")),
                    new("an IBAN of another bank", (FieldRole.Account, "PK36SCBL0000001123456702")),
                ],
            },
        ],
        Examples =
        [
            new("to a wallet", (FieldRole.AccountType, WalletAccount), (FieldRole.Bank, "EASYPAISA"), (FieldRole.Account, "03115112345")),
            new("to an IBAN", (FieldRole.Bank, "STANDARD_CHARTERED_BANK_LTD"), (FieldRole.Account, "PK36SCBL0000001123456702")),
        ],
        Response = Responses.Created,
    };

    private static readonly Operation QueryPayIn = new()
    {
        Kind = OperationKind.QueryPayIn,
        Path = "/v1/payproPK/queryPayInResult",
        Fields = Fields.Query("PKFORM_in001"),
        Response = [.. Queried, new("paymentType", Way)],
    };

    private static readonly Operation QueryPayout = new()
    {
        Kind = OperationKind.QueryPayout,
        Path = "/v1/payproPK/queryPayOutResult",
        Fields = Fields.Query("PKFORM_out002"),
        Response = Queried,
    };

    private static readonly Operation QueryBalance = new()
    {
        Kind = OperationKind.QueryBalance,
        Path = "/v1/payproPK/queryBalance",
        Fields = [Fields.Timestamp() with { Example = "1724151084278" }, Fields.Sign()],
        QuotesEnvelope = true,
        Response = Responses.Balance(FourDecimalsText),
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "PK",
        PayerQuotas = [new(FieldRole.CustomerId) { AboveMinor = CustomerIdAboveMinor, SameAmountEvery = TimeSpan.FromHours(1) }],
        Name = "Pakistan",
        Segment = "pak-pay",
        Currency = Currency.Pkr,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Karachi"),
        Papers = MerchantPaper.Of(("ntn", "NTN certificate (FBR)"), ("secp", "SECP incorporation certificate"), ("form", "Form A or Form 29")),
        PayInWays =
        [
            new(Easypaisa, "easypaisa", TimeSpan.FromMinutes(30), LeastPayInMinor, AmountReader.MaxMinor, new RedirectInstruction("easypaisa")),
            new(JazzCash, "JazzCash", TimeSpan.FromMinutes(30), LeastPayInMinor, AmountReader.MaxMinor, new RedirectInstruction("JazzCash")),
        ],
        PayoutKinds = [BankAccount, WalletAccount],
        Banks = BankDirectory.Seeded("pakistan", bank => bank.NationalCode.Length > 0 ? bank.NationalCode : null),
        Operations = [CreatePayIn, CreateHostedPayIn, CreatePayout, QueryPayIn, QueryPayout, QueryBalance],

        // The table also names an optional "data.paymentType"; the example, which is flat, has none.
        PayInNotification = Responses.Notified,
        PayoutNotification = Responses.Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"),
            new(ResultStatus.Processing, "CREDIT_INPROGRESS"),
            new(ResultStatus.DailyAmountReached, "PAYEE_DAILY_CUMULATIVE_AMT_REACHED"),
            new("0100007", "PAYEE_DAILY_CUMULATIVE_COUNT_REACHED"),
            new("0100023", "PAYEE_MONTHLY_CUMULATIVE_COUNT_REACHED"),
            new("0100024", "DUPLICATE_REFERENCE_NUMBER_LEVEL2"),
            new("60030", "PAYEE_MAXIMUM_BALANCE_EXCEEDED"),
            new("60019", "INSUFFICIENT_FUNDS"),
            new("00028", "AMOUNT_NOT_NUMERIC"),
            new(ResultStatus.Failed, "REJECTED_TRANSACTION"),
            new(ResultStatus.UnknownError, "UNKNOWN_ERROR"),
        ],
        FailureCodes = new Dictionary<FailureCause, string>
        {
            [FailureCause.InsufficientFunds] = "60019",
            [FailureCause.DailyAmount] = ResultStatus.DailyAmountReached,
            [FailureCause.DailyCount] = "0100007",
            [FailureCause.MonthlyCount] = "0100023",
            [FailureCause.MaximumBalance] = "60030",
        },
    };

    private static string? CheckKind(RequestFields fields, RequestContext context) =>
        fields.Bank is { } bank && (bank.Kind == WalletKind) != (fields.AccountType == WalletAccount)
            ? $"must be {(bank.Kind == WalletKind ? WalletAccount : BankAccount)} for {bank.Code}"
            : null;

    /// <summary>An account number, a wallet's phone number or an IBAN, by the kind that was named.</summary>
    private static string? CheckAccount(RequestFields fields, RequestContext context)
    {
        var account = NormalForm.Account(fields.Account!);
        if (account.Length >= 2 && account[..2].All(char.IsAsciiLetter))
        {
            fields[FieldRole.Account] = account;
            return CheckIban(account, fields, context);
        }

        account = fields.AccountType == WalletAccount ? WalletNumber.Account(fields.Account!) : account;
        fields[FieldRole.Account] = account;
        return account.Length is >= LeastDigits and <= MostDigits && account.All(char.IsAsciiDigit) ? null : NoAccount;
    }

    /// <summary>An IBAN must be right, and one at the bank that is named. Letters that nobody in the list has are taken at a bank whose own are not known.</summary>
    private static string? CheckIban(string iban, RequestFields fields, RequestContext context)
    {
        if (!iban.StartsWith("PK", StringComparison.Ordinal) || !Iban.IsValid(iban, 24))
        {
            return NoAccount;
        }

        var letters = iban[4..8];
        return fields.Bank is { } bank && bank.NationalCode != letters && (bank.NationalCode.Length > 0 || context.Banks.FindByAccountPrefix(letters) is not null)
            ? $"is an account at {letters}, not at {bank.Code}"
            : null;
    }
}
