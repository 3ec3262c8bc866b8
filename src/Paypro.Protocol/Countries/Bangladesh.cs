using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Countries;

/// <summary>Bangladesh: the wallets bKash and Nagad; payouts to wallets. Older clients write the wallets with <c>EWALLET_</c>.</summary>
public static class Bangladesh
{
    /// <summary>The wallets.</summary>
    public const string Bkash = "BKASH", Nagad = "NAGAD", Rocket = "ROCKET";

    private static readonly MobileRule WalletNumber = new("BD", "^01[0-9]{9}$", "must be 11 digits that begin with 01");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payin",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("test_00000008"),
            Fields.Amount("300"),
            new("wayCode", FieldRole.Way, Presence.Required, 32, "The payer's wallet: BKASH or NAGAD.", "EWALLET_BKASH"),
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Optional),
            Fields.Remark(Presence.Optional),
        ],
        Examples = [new("newer name", (FieldRole.Way, Nagad))],
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
            Fields.TradeNo("test_00000001"),
            Fields.Amount("300"),
            new("walletId", FieldRole.Account, Presence.Required, 11, "The recipient's wallet: 11 digits that begin with 01.", "01123456789")
            {
                Form = WalletNumber.Account,
                Rules = [WalletNumber.Rule],
            },
            new("wayCode", FieldRole.Bank, Presence.Required, 32, "The recipient's wallet: BKASH, NAGAD or, for older clients, EWALLET_ROCKET.", "EWALLET_BKASH"),
            Fields.NotifyUrl(Presence.Required),
            Fields.Remark(Presence.Optional),
        ],
        Checks = [Checks.BankListed],
        Examples = [new("newer name", (FieldRole.Bank, Nagad)), new("Rocket", (FieldRole.Bank, "EWALLET_ROCKET"))],
        Response = Responses.Created,
    };

    // Answers with a bare true: the money is booked when the rail says so, never on the payer's word.
    private static readonly Operation SubmitReference = new()
    {
        Kind = OperationKind.SubmitReference,
        Path = "/v1/paypro/payinSubmit",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            new("platFormTradeNo", FieldRole.Number, Presence.Required, 32, "Our order number.", "test_00000008") { Rules = [Rules.PrintableAscii] },
            new("trxId", FieldRole.RailReference, Presence.Required, 64, "The wallet's transaction id, as the payer read it.", "11111111") { Rules = [Rules.PrintableAscii] },
        ],
        Response = [],
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "BD",
        Name = "Bangladesh",
        Segment = "bgd-pay",
        Currency = Currency.Bdt,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Dhaka"),
        Weekend = [DayOfWeek.Friday, DayOfWeek.Saturday],
        Papers = MerchantPaper.Of(("tradeLicence", "Trade licence"), ("tin", "TIN certificate"), ("bin", "BIN (VAT registration)")),
        AcceptsPartial = true,
        AmountDecimals = true,
        PayInWays =
        [
            new(Bkash, "bKash", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 25_000_00, new RedirectInstruction("bKash")) { Aliases = ["EWALLET_BKASH"] },
            new(Nagad, "Nagad", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 25_000_00, new RedirectInstruction("Nagad")) { Aliases = ["EWALLET_NAGAD"] },
        ],
        Banks = new BankDirectory(
        [
            new Bank(Bkash, "bKash", "", "ewallet") { Aliases = ["EWALLET_BKASH"] },
            new Bank(Nagad, "Nagad", "", "ewallet") { Aliases = ["EWALLET_NAGAD"] },
            new Bank(Rocket, "Rocket", "", "ewallet") { Aliases = ["EWALLET_ROCKET"] },
        ]),
        Operations =
        [
            CreatePayIn,
            SubmitReference,
            CreatePayout,
            new() { Kind = OperationKind.QueryPayIn, Path = "/v1/paypro/queryPayInResult", Fields = Fields.Query("133323384"), Response = Responses.Queried },

            // The page of the payout query was not found; the pay-in query's answer stands in.
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
        Codes =
        [
            new(ResultStatus.Success, "success"), new(ResultStatus.Partial, "partially successful payment"),
            new(ResultStatus.Processing, "paying"), new(ResultStatus.Failed, "fail"),
        ],
    };
}
