using System.Globalization;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Countries;

/// <summary>
/// South Korea: virtual accounts and wallets, payouts to bank accounts. Orders on the hosted page are made for a sub-merchant. The pages
/// with way codes and bank codes were not found, so the codes below are the groups' own names, and any bank code is taken.
/// </summary>
public static class SouthKorea
{
    /// <summary>The groups of ways; each has one way, of the same name.</summary>
    public const string VirtualAccounts = "VA", Wallets = "EWALLET";

    private const int YoungestPayer = 18, OldestPayer = 59;

    /// <summary>A virtual account of a Korean bank: fourteen digits here. Banks agree on no check digit; ours is by Luhn, so that a number typed wrongly belongs to nobody.</summary>
    private static readonly NumberInstruction VirtualAccountNumber =
        new(InstructionKinds.VirtualAccount, "koreanVa", "koreanVaPrefix", "562", 14, 3, 5, digits => digits + Luhn.CheckDigit(digits), "koreanVaBank", "Shinhan Bank");

    private static readonly MobileRule MobileNumber = new("KR", "^0[0-9]{10}$", "must be 11 digits that begin with 0, without the country code");

    private static readonly Field SubMerchant =
        new("subMerchantNo", FieldRole.SubMerchant, Presence.Required, 64, "The sub-merchant for whom the order is, as the operator registered it.", "sandbox-shop");

    /// <summary>The older page, for merchants that show the account themselves; it knows no way, so the order gets a virtual account.</summary>
    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payIn",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("0b4ece82fa9749e8b8e57fa64931b7f8"),
            Fields.Amount("1000000"),
            Fields.Name("username", Presence.Required),
            Fields.Mobile("mobile", Presence.Required, "6281245907765"),
            Fields.Email("email", Presence.Required),
            SubMerchant with { Presence = Presence.Optional },
            Fields.NotifyUrl(Presence.Required),
            Fields.Remark(Presence.Optional),
        ],
        Response = Responses.CreatedPayIn,
    };

    private static readonly Operation CreateHostedPayIn = new()
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/v1/paypro/paymentLink",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("20260101120000123"),
            SubMerchant,
            Fields.Amount("10000"),
            Fields.Mobile("mobile", Presence.Required, "01012345678") with
            {
                Description = "The payer's phone number: 11 digits that begin with 0, without the country code.",
                Form = MobileNumber.Normal,
                Rules = [MobileNumber.Rule],
            },
            new("firstname", FieldRole.FirstName, Presence.Required, 64, "The payer's first name.", "Minsu"),
            new("lastname", FieldRole.LastName, Presence.Required, 64, "The payer's last name.", "Kim"),
            Fields.Email("email", Presence.Required),
            new("channelCode", FieldRole.Channel, Presence.Required, 32, "Group of ways: VA or EWALLET.", VirtualAccounts),
            new("wayCode", FieldRole.Way, Presence.Required, 32, "How the payer pays: VA in VA, EWALLET in EWALLET.", VirtualAccounts),
            new("ipAddress", FieldRole.IpAddress, Presence.Required, 45, "The payer's IP address. Ten payments a day from one address, of which at most three successful.", "203.0.113.7") { Rules = [Rules.IpAddress] },
            new("dateOfBirth", FieldRole.BirthDate, Presence.Optional, 10, "The payer's date of birth, YYYY-MM-DD; required for VA. Aged 18 to 59.", "1990-05-17")
            {
                Rules = [Rules.Formed(CheckDate, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")],
            },
            Fields.Remark(Presence.Optional),
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Optional),
        ],
        Checks =
        [
            new(FieldRole.BirthDate, CheckAge)
            {
                Breaks =
                [
                    new("missing for VA", (FieldRole.BirthDate, null)),
                    new("too young", (FieldRole.BirthDate, "2024-01-01")),
                    new("too old", (FieldRole.BirthDate, "1930-01-01")),
                ],
            },
        ],
        Examples = [new("wallet", (FieldRole.Channel, Wallets), (FieldRole.Way, Wallets), (FieldRole.BirthDate, null))],
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
            Fields.TradeNo("rgB36f2n9AElhTeY"),
            Fields.Amount("500"),
            new("bankCode", FieldRole.Bank, Presence.Required, 64, "The recipient's bank.", "0001") { Form = NormalForm.Account, Rules = [Rules.PrintableAscii] },
            new("bankAccountNo", FieldRole.Account, Presence.Required, 34, "The recipient's account number.", "123456789")
            {
                Rules = [Rules.Matches("^[0-9]{6,34}$", "must be 6 to 34 digits")],
            },
            Fields.Name("customerName", Presence.Required, "The recipient's name."),
            Fields.Mobile("mobile", Presence.Required, "15875595997"),
            Fields.Email("email", Presence.Required),
            SubMerchant with { Presence = Presence.Optional },
            Fields.NotifyUrl(Presence.Required, "http://www.google.com"),
            Fields.Remark(Presence.Optional),
        ],
        Response = Responses.Created,
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "KR",
        PayerQuotas = [new(FieldRole.IpAddress) { MostBegunADay = 10, MostPaidADay = 3 }],
        Name = "South Korea",
        Segment = "kor-pay",
        Currency = Currency.Krw,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"),
        Papers = MerchantPaper.Of(("registration", "사업자등록증 (business registration)"), ("register", "법인등기부등본 (corporate register)")),
        AcceptsPartial = true,
        PayInWays =
        [
            new(VirtualAccounts, "Bank transfer", TimeSpan.FromHours(24), MinMinor: 100, MaxMinor: 50_000_000, VirtualAccountNumber) { ChannelCode = VirtualAccounts },
            new(Wallets, "Wallet", TimeSpan.FromMinutes(30), MinMinor: 100, MaxMinor: 2_000_000, new RedirectInstruction("Wallet")) { ChannelCode = Wallets },
        ],
        Banks = BankDirectory.None,
        Operations =
        [
            CreatePayIn,
            CreateHostedPayIn,
            CreatePayout,
            new() { Kind = OperationKind.QueryPayIn, Path = "/v1/paypro/queryPayInResult", Fields = Fields.Query("133323384"), Response = Responses.QueriedBothAmounts },
            new() { Kind = OperationKind.QueryPayout, Path = "/v1/paypro/queryPayOutResult", Fields = Fields.Query("133323392"), Response = Responses.QueriedBothAmounts },
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
            new(ResultStatus.Success, "Success"), new(ResultStatus.Partial, "Part success"),
            new(ResultStatus.Processing, "Paying"), new(ResultStatus.Failed, "Fail"),
        ],
    };

    private static string? CheckDate(string text, RequestContext context) => DateOf(text) is null ? "must be a date, YYYY-MM-DD" : null;

    /// <summary>The age is that on the day of the request's own timestamp: no clock is asked, and the same request always has the same answer.</summary>
    private static string? CheckAge(RequestFields fields, RequestContext context)
    {
        if (DateOf(fields[FieldRole.BirthDate]) is not { } born)
        {
            return fields.Way is { Code: VirtualAccounts } ? "is required for VA" : null;
        }

        var seoul = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(fields.TimestampMs ?? 0), Country.TimeZone);
        var today = DateOnly.FromDateTime(seoul.DateTime);
        var age = today.Year - born.Year - (today < born.AddYears(today.Year - born.Year) ? 1 : 0);
        return age is >= YoungestPayer and <= OldestPayer ? null : $"must be of a payer aged {YoungestPayer} to {OldestPayer}";
    }

    private static DateOnly? DateOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
