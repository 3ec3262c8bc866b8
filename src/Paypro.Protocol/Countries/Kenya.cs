using Paypro.Protocol.Countries.Accounts;
using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>Kenya: M-PESA, in by a prompt on the payer's phone and out to a phone number.</summary>
public static class Kenya
{
    /// <summary>The way to pay in; no page names one, and no request carries it.</summary>
    public const string Mpesa = "mpesa";

    /// <summary>Characters of an M-PESA receipt code.</summary>
    public const int ReceiptLength = 10;

    private static readonly ResponseMember[] Created = [new("serialNumber", Number), .. Responses.Created];

    private static readonly ResponseMember[] Queried =
    [
        new("serialNumber", Number),
        .. Responses.Numbers,
        new("amount", PaidOrOrderAmount, FourDecimalsNumber),
        new("status", Status),
        new("message", Message),
        new("successTime", SuccessAt, LocalTime),
    ];

    // The documented form has neither timestamp nor sign, so that nobody could tell a forged one; both are added. The bare number is
    // in its shortest form, since a client signs what its parser made of 3.0000.
    private static readonly ResponseMember[] Notified =
    [
        new("platFormTradeNo", Number),
        new("tradeNo", TradeNo),
        new("amount", PaidAmount, ShortestNumber),
        new("status", Status),
        new("message", Message),
        new("successTime", SuccessAt, LocalTime),
        new("timestamp", Timestamp, MillisecondsText),
    ];

    private static readonly MobileRule PhoneRule = new("KE", "^254[17][0-9]{8}$", "must be 12 digits beginning with 2541 or 2547");

    /// <summary>
    /// The account that is charged or credited: two requests that differ in it are two orders. The payout's page has the rule; the
    /// pay-in's example is the word "mobile".
    /// </summary>
    /// <summary>Safaricom takes the prompt away after about a minute; the other one is for a slow network.</summary>
    private static readonly TimeSpan PromptLasts = TimeSpan.FromMinutes(2);

    private static readonly Field Phone =
        new("mobile", FieldRole.Account, Presence.Required, 32, "M-PESA phone number: 12 digits beginning with 2541 or 2547.", "254115555088")
        {
            Form = PhoneRule.Account,
            Rules = [PhoneRule.Rule],
        };

    private static readonly Field[] PayInFields =
    [
        Fields.Sign(),
        Fields.Timestamp() with { Example = "1715941383720" },
        Fields.Amount("3"),
        Fields.Remark(Presence.Optional) with { Example = "000000" },
        Fields.TradeNo("00000001"),
        Fields.NotifyUrl(Presence.Required),
    ];

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/api/payin",
        Fields = [.. PayInFields, Phone with { Example = "mobile", LiveExample = "254115555088", Rules = [Rules.ButExample(PhoneRule.Rule, "mobile")] }],
        Response = [.. Created, new("paymentInfo", PaymentInfo)],
    };

    private static readonly Operation CreateHostedPayIn = new()
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/api/payinConsole",
        Fields = PayInFields,
        Response = [.. Created, new("paymentUrl", PaymentUrl)],
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/api/payout",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp() with { Example = "1715941383720" },
            Fields.Amount("50"),
            Fields.Remark(Presence.Optional) with { Example = "000000" },
            Fields.TradeNo("1000023"),
            Phone,
            Fields.NotifyUrl(Presence.Optional),
        ],
        Response = Created,
    };

    private static readonly Operation QueryPayIn = new()
    {
        Kind = OperationKind.QueryPayIn,
        Path = "/api/queryPayinResult",
        Fields = [Fields.TradeNo("1000002"), Fields.Sign()],
        Response = Queried,
    };

    private static readonly Operation QueryPayout = new()
    {
        Kind = OperationKind.QueryPayout,
        Path = "/api/queryPayOutResult",
        Fields = [Fields.TradeNo("1000002"), Fields.Sign()],
        Response = Queried,
    };

    private static readonly Operation QueryByCode = new()
    {
        Kind = OperationKind.QueryByCode,
        Path = "/api/queryResultByCode",
        Fields =
        [
            new("code", FieldRole.RailReference, Presence.Required, 32, "The M-PESA receipt code.", "SHL2A6WAQU")
            {
                Form = NormalForm.Account,
                Rules = [Rules.Matches("^[A-Z0-9]{10}$", "must be an M-PESA receipt code: 10 capital letters and digits")],
            },
            Fields.Timestamp() with { Example = "2222222222" },
            Fields.Sign(),
        ],
        Response = [.. Queried, new("mpesaReceiptNumber", RailReference, TextOrEmpty)],
    };

    private static readonly Operation QueryBalance = new()
    {
        Kind = OperationKind.QueryBalance,
        Path = "/api/queryBalance",
        Fields = [Fields.Timestamp(), Fields.Sign()],
        Response = Responses.Balance(FourDecimalsText),
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "KE",
        Name = "Kenya",
        Segment = "ken-pay",
        Currency = Currency.Kes,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Nairobi"),
        Papers = MerchantPaper.Of(("pin", "KRA PIN certificate"), ("incorporation", "Certificate of incorporation"), ("cr12", "CR12")),
        PayInWays =
        [
            // More than 50 is only recommended, and the documented examples have 3. A prompt is gone after a minute or two, but it may
            // come late, and its answer later still.
            new(Mpesa, "M-PESA", TimeSpan.FromMinutes(15), MinMinor: 1_00, AmountReader.MaxMinor, new PromptInstruction("M-PESA", PromptLasts)) { Asks = Phone },
        ],
        Banks = BankDirectory.None,
        Operations = [CreatePayIn, CreateHostedPayIn, CreatePayout, QueryPayIn, QueryPayout, QueryByCode, QueryBalance],
        PayInNotification = Notified,
        PayoutNotification = Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"),
            new(ResultStatus.Processing, "CREDIT_INPROGRESS"),
            new(ResultStatus.Failed, "REJECTED_TRANSACTION"),
        ],
        RailReferences = new RailReferenceForm(Receipt) { IsUnique = true },
    };

    /// <summary>
    /// A receipt code as M-PESA gives them out: a letter each for year (A is 2006, so S is 2024) and month (A is January), one for the day
    /// (1 to 9, then A is the 10th), then seven letters and digits.
    /// </summary>
    private static string Receipt(ReadOnlyMemory<byte> random, DateOnly day)
    {
        const string digitsThenLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        return string.Create(ReceiptLength, (random, day), static (receipt, of) =>
        {
            receipt[0] = (char)('A' + ((of.day.Year - 2006) % 26));
            receipt[1] = (char)('A' + of.day.Month - 1);
            receipt[2] = digitsThenLetters[of.day.Day];
            var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(of.random.Span);
            for (var at = 3; at < receipt.Length; at++, number /= 36)
            {
                receipt[at] = digitsThenLetters[(int)(number % 36)];
            }
        });
    }
}
