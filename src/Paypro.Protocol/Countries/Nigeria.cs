using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Countries;

/// <summary>Nigeria: PalmPay and virtual accounts, payouts to bank accounts.</summary>
public static class Nigeria
{
    /// <summary>The groups of ways, and the ways.</summary>
    public const string Wallets = "EWALLET", VirtualAccounts = "VA", PalmPay = "PALMPAY", VirtualAccount = "VA";

    /// <summary>
    /// A NUBAN: nine digits serial and a check digit over the bank's code too (Central Bank of Nigeria, revised standards of 2020). 035 is
    /// Wema Bank, which gives many gateways their virtual accounts; the leading digit is ours within it.
    /// </summary>
    private static readonly NumberInstruction VirtualAccountNumber = new(
        InstructionKinds.VirtualAccount, "nuban", "nubanPrefix", "8", 10, 1, 1, Nuban.CompleteFor("035"), "nubanBank", "Wema Bank");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payIn",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("pSPqrzJJ3MHkdyzS"),
            Fields.Amount("500"),
            Fields.Name("username", Presence.Required),
            Fields.Mobile("mobile", Presence.Required, "15875595997"),
            Fields.Email("email", Presence.Required),
            new("channelCode", FieldRole.Channel, Presence.Required, 32, "Group of ways: EWALLET or VA.", Wallets),
            new("wayCode", FieldRole.Way, Presence.Optional, 32, "How the payer pays: PALMPAY in EWALLET, VA in VA.", PalmPay),
            Fields.NotifyUrl(Presence.Required, "http://www.google.com"),
            Fields.ReturnUrl(Presence.Optional, "http://www.google.com"),
            Fields.Remark(Presence.Optional),
        ],
        Examples = [new("virtual account", (FieldRole.Channel, VirtualAccounts), (FieldRole.Way, VirtualAccount)), new("group alone", (FieldRole.Way, null))],
        Response = Responses.CreatedPayIn,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payOut",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("rgB36f2n9AElhTeY"),
            Fields.Amount("500"),
            new("bankCode", FieldRole.Bank, Presence.Required, 64, "The recipient's bank, from the bank list.", "0001"),
            new("bankAccountNo", FieldRole.Account, Presence.Required, 20, "The recipient's account: a NUBAN of 10 digits.", "123456789")
            {
                Rules = [Rules.ButExample(Rules.Matches("^[0-9]{10}$", "must be an account number of 10 digits"), "123456789")],
                LiveExample = "0123456789",
            },
            Fields.Name("customerName", Presence.Required, "The recipient's name."),
            Fields.Mobile("mobile", Presence.Required, "15875595997"),
            Fields.Email("email", Presence.Required),
            Fields.NotifyUrl(Presence.Required, "http://www.google.com"),
            Fields.Remark(Presence.Optional),
        ],
        Checks = [Checks.BankListed],
        Response = Responses.Created,
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "NG",
        Name = "Nigeria",
        Segment = "nga-pay",
        Currency = Currency.Ngn,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Lagos"),
        Papers = MerchantPaper.Of(("cac", "CAC certificate and status report"), ("tin", "TIN certificate")),
        AmountDecimals = true,
        PayInWays =
        [
            new(PalmPay, "PalmPay", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxMinor: 5_000_000_00, new RedirectInstruction("PalmPay")) { ChannelCode = Wallets },
            new(VirtualAccount, "Bank transfer", TimeSpan.FromHours(24), MinMinor: 1_00, AmountReader.MaxMinor, VirtualAccountNumber) { ChannelCode = VirtualAccounts },
        ],
        Banks = BankDirectory.Seeded("nigeria"),
        Operations =
        [
            CreatePayIn,
            CreatePayout,

            // The page of the pay-in query was not found; the other countries' path and the payout query's answer stand in.
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
}
