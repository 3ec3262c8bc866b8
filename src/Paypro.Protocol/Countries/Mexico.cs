using Paypro.Protocol.Countries.Accounts;
using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>Mexico: SPEI transfers to a CLABE, cash at convenience stores, payouts to a CLABE or debit card.</summary>
public static class Mexico
{
    /// <summary>A payout's account kinds.</summary>
    public const string ClabeAccount = "CLABE", DebitCardAccount = "DebitCard";

    /// <summary>The ways to pay in.</summary>
    public const string VirtualAccount = "va", Store = "store";

    /// <summary>
    /// A CLABE: three digits bank, three digits place, eleven digits account, one check digit (Banxico, circular 14/2017). 646180 is the
    /// block of STP, from which non-banks in Mexico are given their numbers; the seventh digit is the project within it.
    /// </summary>
    private static readonly NumberInstruction ClabeNumber =
        new(InstructionKinds.Clabe, "clabe", "clabePrefix", "6461801", 18, 6, 9, Clabe.Complete, "clabeBank", "STP");

    /// <summary>A reference that a shop types or scans: sixteen digits, the last by Luhn.</summary>
    private static readonly NumberInstruction StoreNumber =
        new(InstructionKinds.Barcode, "store", "storePrefix", "9300", 16, 1, 7, StoreReference.Complete, "storeNetwork", "Tiendas de prueba");

    private static readonly ResponseMember[] Numbers = [new("tradeNo", TradeNo), new("platFormTradeNo", Number), new("payproTradeNo", Number)];

    private static readonly ResponseMember[] State = [new("status", Status), new("desc", Message), new("remark", Remark, TextOrEmpty)];

    private static readonly ResponseMember[] Notified =
    [
        new("platFormTradeNo", Number),
        new("tradeNo", TradeNo),
        new("amount", PaidAmount, ShortestNumber),
        new("status", Status),
        new("message", Message),
        new("utr", RailReference),
        new("successTime", SuccessAt, LocalTime),
        new("timestamp", Timestamp, MillisecondsText),
    ];

    private static readonly Field WayCode =
        new("wayCode", FieldRole.Way, Presence.Required, 32, "How the payer pays: va (transfer to a CLABE) or store (cash).", VirtualAccount);

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payInApi",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("test_00000008"),
            Fields.Amount("300"),
            Fields.Mobile("mobile", Presence.Optional, "15745896325"),
            Fields.Email("email", Presence.Optional),
            Fields.Name("payer", Presence.Optional),
            WayCode,
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Optional),
            Fields.Remark(Presence.Optional),
        ],
        Examples = [new("cash at a store", (FieldRole.Way, Store))],
        Response = [.. Numbers, .. State, new("paymentInfo", PaymentInfo)],
    };

    // The page is cut after returnUrl; remark is taken as everywhere else. The response is Indonesia's.
    private static readonly Operation CreateHostedPayIn = CreatePayIn with
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/v1/paypro/paymentLink",
        Fields = [.. CreatePayIn.Fields.Select(field => field == WayCode ? field with { Presence = Presence.Optional } : field)],
        Examples = [new("the payer chooses the way", (FieldRole.Way, null))],
        Response = [.. Numbers, .. State, new("paymentUrl", PaymentUrl)],
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payOut",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("test_00000001"),
            new("wayCode", FieldRole.Bank, Presence.Required, 64, "The recipient's bank, from the bank list.", "BANXICO"),
            Fields.Amount("200"),
            Fields.Name("customerName", Presence.Required, "The recipient's name."),
            Fields.Mobile("customerMobile", Presence.Optional, "18956325478"),
            Fields.Email("customerEmail", Presence.Optional),
            new("customerAccountType", FieldRole.AccountType, Presence.Required, 16, "Kind of the account: DebitCard or CLABE.", DebitCardAccount)
            {
                Rules = [Rules.OneOf(DebitCardAccount, ClabeAccount)],
            },
            new("customerAccount", FieldRole.Account, Presence.Required, 64, "The recipient's account or card number.", "kevin_zhang_account") { Form = NormalForm.Plain },
            new("identity", FieldRole.Identity, Presence.Optional, 64, "The recipient's identity number.", "58452586558"),

            // Marked required, but its note says that the dashboard's address holds when it is not passed.
            Fields.NotifyUrl(Presence.RequiredWithoutDefault),
            Fields.Remark(Presence.Optional),
        ],
        Checks =
        [
            new(FieldRole.Account, CheckAccount)
            {
                Breaks =
                [
                    new("a CLABE with a wrong check digit", (FieldRole.AccountType, ClabeAccount), (FieldRole.Account, "012180001234567890")),
                    new("a CLABE of no listed bank", (FieldRole.AccountType, ClabeAccount), (FieldRole.Account, "999180001234567898")),
                    new("a CLABE of another bank", (FieldRole.AccountType, ClabeAccount), (FieldRole.Bank, "BANXICO"), (FieldRole.Account, "012180001234567899")),
                    new("a card number with a wrong check digit", (FieldRole.AccountType, DebitCardAccount), (FieldRole.Account, "4242424242424241")),
                ],
            },
            Checks.BankListed,
        ],
        Examples =
        [
            new("to a CLABE", (FieldRole.AccountType, ClabeAccount), (FieldRole.Bank, "40012"), (FieldRole.Account, "012180001234567899")),
            new("to a debit card", (FieldRole.Account, "4242424242424242")),
        ],
        Response = [.. Numbers, .. State],
    };

    private static readonly Operation QueryPayIn = new()
    {
        Kind = OperationKind.QueryPayIn,
        Path = "/v1/paypro/queryPayInResult",
        Fields = Fields.Query("test_00000008"),
        Response =
        [
            .. Numbers,
            new("status", Status),
            new("amount", PaidOrOrderAmount, WholeOrFixedText),
            new("receivedAmount", PaidAmount, WholeOrFixedText),
            new("createTime", CreatedAt, LocalTime),
            new("successTime", SuccessAt, LocalTime),
            new("message", Message),
        ],
    };

    // The table says float; the example, read on Indonesia's page, has strings with two decimals.
    private static readonly Operation QueryPayout = new()
    {
        Kind = OperationKind.QueryPayout,
        Path = "/v1/paypro/queryPayOutResult",
        Fields = Fields.Query("test_00000002"),
        Response =
        [
            .. Numbers,
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
        Response =
        [
            new("availableAmount", Available, FourDecimalsText),
            new("availablAmount", Available, FourDecimalsText),
            new("freezeAmount", Frozen, FourDecimalsText),
            new("unsettledAmount", Unsettled, FourDecimalsText),
        ],
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "MX",
        Name = "Mexico",
        Segment = "mex-pay",
        Currency = Currency.Mxn,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"),
        Papers = MerchantPaper.Of(("rfc", "RFC: constancia de situación fiscal"), ("acta", "Acta constitutiva"), ("domicilio", "Comprobante de domicilio")),
        AcceptsPartial = true,
        PayInWays =
        [
            new(VirtualAccount, "SPEI transfer", TimeSpan.FromHours(24), MinMinor: 1_00, AmountReader.MaxMinor, ClabeNumber),
            new(Store, "Cash at a convenience store", TimeSpan.FromHours(72), MinMinor: 1_00, MaxMinor: 10_000_00, StoreNumber),
        ],
        PayoutKinds = [ClabeAccount, DebitCardAccount],
        Banks = BankDirectory.Seeded("mexico", Clabe.PrefixOf),
        Operations = [CreatePayIn, CreateHostedPayIn, CreatePayout, QueryPayIn, QueryPayout, QueryBalance],
        PayInNotification = Notified,
        PayoutNotification = Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"),
            new(ResultStatus.Partial, "Partial payment"),
            new(ResultStatus.Processing, "CREDIT_INPROGRESS"),
            new(ResultStatus.DailyAmountReached, "PAYEE_DAILY_CUMULATIVE_AMT_REACHED"),
            new(ResultStatus.Failed, "REJECTED_TRANSACTION"),
            new(ResultStatus.UnknownError, "UNKNOWN_ERROR"),
        ],
        FailureCodes = new Dictionary<FailureCause, string> { [FailureCause.DailyAmount] = ResultStatus.DailyAmountReached },
    };

    private static string? CheckAccount(RequestFields fields, RequestContext context) =>
        fields.AccountType == ClabeAccount ? CheckClabe(fields, context) : CheckCard(fields, context);

    /// <summary>
    /// A listed bank must be the CLABE's. A code that is not listed does no harm when the CLABE names a listed bank, since the
    /// money goes where the CLABE says.
    /// </summary>
    private static string? CheckClabe(RequestFields fields, RequestContext context)
    {
        var clabe = NormalForm.Account(fields.Account!);
        if (!Clabe.IsValid(clabe))
        {
            return "must be a CLABE: 18 digits with a right check digit";
        }

        var bank = context.Banks.FindByAccountPrefix(clabe[..Clabe.BankPrefixLength]);
        if (bank is null)
        {
            return "must begin with the digits of a listed bank";
        }

        var code = fields[FieldRole.Bank] ?? "";
        var named = fields.Bank ?? (code.Length == Clabe.BankPrefixLength ? context.Banks.FindByAccountPrefix(code) : null);
        if (named is not null && named.Code != bank.Code)
        {
            return $"is an account at {bank.Code}, not at {named.Code}";
        }

        (fields.Bank, fields[FieldRole.Account]) = (bank, clabe);
        return null;
    }

    /// <summary>The documented example has free text in place of a card number, and the sandbox must take it.</summary>
    private static string? CheckCard(RequestFields fields, RequestContext context)
    {
        var card = NormalForm.Account(fields.Account!);
        if (card.Length == 16 && Luhn.IsValid(card))
        {
            fields[FieldRole.Account] = card;
            return null;
        }

        return context.IsSandbox ? null : "must be a card number: 16 digits with a right check digit";
    }
}
