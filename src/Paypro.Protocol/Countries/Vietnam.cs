using Paypro.Protocol.Qr;

namespace Paypro.Protocol.Countries;

/// <summary>Vietnam: VietQR pay-ins, payouts to bank accounts. The dong has no smaller unit.</summary>
public static class Vietnam
{
    /// <summary>The only way to pay in, sent as <c>bankName</c>.</summary>
    public const string Qr = "VietQR";

    /// <summary>The channel account's settings: the bank's NAPAS BIN and the account that is paid to.</summary>
    public const string BinSetting = "vietQrBin", AccountSetting = "vietQrAccount";

    private const long LeastMinor = 50_000;

    /// <summary>A transfer to the account; its purpose, which comes back with the money, tells orders apart (25 characters at most). 970416 is ACB.</summary>
    private static readonly QrInstruction QrCode = new(VietQr.MaxPurposeLength, order => VietQr.ToAccount(
        order.Settings.GetValueOrDefault(BinSetting) ?? "970416",
        order.Settings.GetValueOrDefault(AccountSetting) ?? "18199852",
        order.AmountMinor,
        order.Reference), "VietQR");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/payproVN/payin",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.Amount("50000"),
            Fields.TradeNo("133323392"),
            new("bankName", FieldRole.Way, Presence.Required, 32, "How the payer pays: always VietQR.", Qr),
            Fields.Remark(Presence.Optional),
            Fields.NotifyUrl(Presence.Required, "1"),
        ],
        Checks = [Checks.AtLeast(LeastMinor, Currency.Vnd)],
        Response = Responses.CreatedPayIn,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/payproVN/payout",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("933323381"),
            Fields.Amount("50000"),
            new("accountName", FieldRole.Name, Presence.Required, 128, "The holder's name in English letters, without Vietnamese ones.", "NGUYEN THE VIET")
            {
                Rules = [Rules.Matches("^[A-Za-z][A-Za-z .'-]*$", "must be English letters only, without Vietnamese ones")],
            },
            new("bankName", FieldRole.Bank, Presence.Required, 64, "The recipient's bank, from the bank list.", "ACB"),
            new("bankNumber", FieldRole.Account, Presence.Required, 19, "The recipient's account number.", "18199852")
            {
                Rules = [Rules.Matches("^[0-9A-Za-z]{4,19}$", "must be 4 to 19 letters and digits")],
            },
            Fields.NotifyUrl(Presence.Required, "1"),
            Fields.Remark(Presence.Optional),
        ],
        Checks = [Checks.AtLeast(LeastMinor, Currency.Vnd), Checks.BankListed],
        Response = Responses.Created,
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "VN",
        Name = "Vietnam",
        Segment = "vietnam-pay",
        Currency = Currency.Vnd,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"),
        Papers = MerchantPaper.Of(("erc", "Giấy chứng nhận đăng ký doanh nghiệp"), ("taxCode", "Mã số thuế (tax code)")),
        PayInWays = [new(Qr, "VietQR", TimeSpan.FromHours(24), LeastMinor, MaxMinor: 499_999_999, QrCode)],
        Banks = BankDirectory.Seeded("vietnam"),
        Operations =
        [
            CreatePayIn,
            CreatePayout,
            new() { Kind = OperationKind.QueryPayIn, Path = "/v1/payproVN/queryPayInResult", Fields = Fields.Query("133323392"), Response = Responses.Queried },
            new() { Kind = OperationKind.QueryPayout, Path = "/v1/payproVN/queryPayOutResult", Fields = Fields.Query("133323384"), Response = Responses.Queried },
            new()
            {
                Kind = OperationKind.QueryBalance,
                Path = "/v1/payproVN/queryBalance",
                Fields = [Fields.Timestamp(), Fields.Sign()],
                Response = Responses.Balance(ResponseForm.FourDecimalsNumber),
            },
        ],
        PayInNotification = Responses.Notified,
        PayoutNotification = Responses.Notified,
        Codes =
        [
            new(ResultStatus.Success, "Success"),
            new(ResultStatus.Processing, "CREDIT_INPROGRESS"),
            new(ResultStatus.DailyAmountReached, "PAYEE_DAILY_CUMULATIVE_AMT_REACHED"),
            new(ResultStatus.Failed, "REJECTED_TRANSACTION"),
            new(ResultStatus.UnknownError, "UNKNOWN_ERROR"),
        ],
        FailureCodes = new Dictionary<FailureCause, string> { [FailureCause.DailyAmount] = ResultStatus.DailyAmountReached },
    };
}
