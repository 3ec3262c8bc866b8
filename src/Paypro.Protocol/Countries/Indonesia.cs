using System.Text.RegularExpressions;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;
using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>
/// Indonesia: QRIS, e-wallets and virtual accounts, payouts to banks and e-wallets, account verification and vouchers. Of the
/// way codes only <c>DANA</c> is documented; the others are chosen here, each the name by which the wallet or bank is known.
/// </summary>
public static class Indonesia
{
    /// <summary>The groups of ways.</summary>
    public const string QrisChannel = "QRIS", WalletChannel = "EWALLET", VirtualAccountChannel = "VA";

    /// <summary>
    /// The most a QRIS payment may be, as Bank Indonesia limits it; and the most an e-money account of a known person may hold.
    /// </summary>
    private const long MaxQrisMinor = 10_000_000_00, MaxWalletMinor = 20_000_000_00;

    // 628 counts one digit more than 08, so 14 are the same number as the 13 that the page allows.
    private static readonly MobileRule MobileNumber =
        new("ID", "^(08[0-9]{8,11}|628[0-9]{7,11})$", "must be an Indonesian mobile number: 08 or 628, 10 to 13 digits in all")
        {
            OneForm = (new Regex("^62(8[0-9]{8,11})$", RegexOptions.CultureInvariant), "0$1"),
        };

    private static readonly FieldRule AccountRule = Rules.Matches("^[0-9]{5,34}$", "must be 5 to 34 digits");

    private static readonly ResponseMember[] PayInNotified = [.. Responses.Notified, new("channelCode", Channel), new("wayCode", Way)];

    private static readonly Field Mobile = Fields.Mobile("mobile", Presence.Required, "6281245907765") with { Form = MobileNumber.Normal, Rules = [MobileNumber.Rule] };

    private static readonly Field ChannelCode =
        new("channelCode", FieldRole.Channel, Presence.Required, 32, "The group of ways: QRIS, EWALLET or VA.", WalletChannel)
        {
            Rules = [Rules.OneOf(QrisChannel, WalletChannel, VirtualAccountChannel)],
        };

    private static readonly Field WayCode =
        new("wayCode", FieldRole.Way, Presence.Optional, 32, "How the payer pays within the group; without it the group's first way.", "DANA");

    private static readonly Field BankAccountNo =
        new("bankAccountNo", FieldRole.Account, Presence.Required, 64, "Account number; for an e-wallet its mobile number.", "5464438554636")
        {
            // A wallet's number may have a plus; at a bank a number that begins with 0062 is an account like any other.
            Form = NormalForm.Phone,
            Rules = [Rules.Matches("^[+]?[0-9]{5,34}$", "must be 5 to 34 digits")],
        };

    private static readonly Field BankCode = new("bankCode", FieldRole.Bank, Presence.Required, 64, "The bank or e-wallet, from the bank list.", "0002");

    /// <summary>An e-wallet's accounts are its holders' mobile numbers.</summary>
    private static readonly Check WalletAccount = new(FieldRole.Account, CheckAccount)
    {
        Breaks = [new("a bank account at an e-wallet", (FieldRole.Bank, "DANA"), (FieldRole.Account, "5464438554636"))],
    };

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payIn",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("0b4ece82fa9749e8b8e57fa64931b7f8"),
            Fields.Name("username", Presence.Required),
            Mobile,
            Fields.Email("email", Presence.Required),
            ChannelCode,
            WayCode,
            Fields.Amount("1000000"),
            Fields.NotifyUrl(Presence.Required),
            Fields.ReturnUrl(Presence.Optional),
            Fields.Remark(Presence.Optional),
        ],

        // The page's table is not known. A wallet's order has the address to which the payer goes, any other what to pay with.
        Response = Responses.CreatedPayIn,
        Examples =
        [
            new("QRIS", (FieldRole.Channel, QrisChannel), (FieldRole.Way, "QRIS"), (FieldRole.TradeNo, "qris_00000001")),
            new("virtual account at BRI", (FieldRole.Channel, VirtualAccountChannel), (FieldRole.Way, "BRI"), (FieldRole.TradeNo, "va_00000001")),
            new("the group's first way", (FieldRole.Channel, QrisChannel), (FieldRole.Way, null), (FieldRole.TradeNo, "qris_00000002")),
        ],
    };

    // Whether its table has a remark could not be seen; the example answer hands one back.
    private static readonly Operation CreateHostedPayIn = CreatePayIn with
    {
        Kind = OperationKind.CreateHostedPayIn,
        Path = "/v1/paypro/paymentLink",
        WayNeedsChannel = true,
        Fields =
        [
            .. CreatePayIn.Fields.Select(field => field.Role switch
            {
                FieldRole.Channel => field with { Presence = Presence.Optional, Description = "Limits the page to one group of ways: QRIS, EWALLET or VA." },
                FieldRole.Way => field with { Description = "Limits the page to one way; ignored without channelCode." },
                FieldRole.TradeNo => field with { Example = "428c430ce59b47138674c971ff07a711" },
                _ => field,
            }),
        ],
        Response = Responses.CreatedPage,
        Examples =
        [
            new("every way", (FieldRole.Channel, null), (FieldRole.Way, null), (FieldRole.TradeNo, "page_00000001")),
            new("one group of ways", (FieldRole.Channel, VirtualAccountChannel), (FieldRole.Way, null), (FieldRole.TradeNo, "page_00000002")),
            new("a way without its group", (FieldRole.Channel, null), (FieldRole.Way, "DANA"), (FieldRole.TradeNo, "page_00000003")),
        ],
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payOut",
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("39fa354542824ee789faf526f27c024f"),
            Fields.Amount("100000"),
            Fields.Name("customerName", Presence.Required, "The recipient's name."),
            Mobile,
            Fields.Email("email", Presence.Required),
            BankAccountNo,
            BankCode,
            Fields.NotifyUrl(Presence.Required),
            Fields.Remark(Presence.Optional),
        ],
        Checks = [Checks.BankListed, WalletAccount],
        Response = Responses.Created,
        Examples =
        [
            new("to an e-wallet", (FieldRole.Bank, "DANA"), (FieldRole.Account, "081245907765"), (FieldRole.TradeNo, "wallet_00000001")),
        ],
    };

    // The tables say float; the only example of an answer, that of the payout, has strings with two decimals.
    private static readonly Operation QueryPayIn = new()
    {
        Kind = OperationKind.QueryPayIn,
        Path = "/v1/paypro/queryPayInResult",
        Fields = Fields.Query("test_00000008"),
        Response = [.. Responses.QueriedBothAmounts, new("channelCode", Channel, TextOrEmpty), new("wayCode", Way, TextOrEmpty)],
    };

    private static readonly Operation QueryPayout = new()
    {
        Kind = OperationKind.QueryPayout,
        Path = "/v1/paypro/queryPayOutResult",
        Fields = Fields.Query("test_00000002"),
        Response = [.. Responses.QueriedBothAmounts, new("successTime", SuccessAt, LocalTime)],
    };

    private static readonly Operation QueryBalance = new()
    {
        Kind = OperationKind.QueryBalance,
        Path = "/v1/paypro/queryBalance",
        Fields = [Fields.Timestamp(), Fields.Sign()],
        Response = Responses.Balance(FourDecimalsNumber),
    };

    private static readonly Operation VerifyAccount = new()
    {
        Kind = OperationKind.VerifyAccount,
        Path = "/v1/paypro/accountVerify",
        Fields = [Fields.Sign(), Fields.Timestamp(), BankAccountNo, BankCode],
        Checks = [Checks.BankListed, WalletAccount],
        Response = [new("bankAccountNo", Account), new("bankAccountName", AccountHolder)],
        Examples = [new("an e-wallet", (FieldRole.Bank, "DANA"), (FieldRole.Account, "081245907765"))],
    };

    // The sign is documented as a header here alone. The number is called Paypro's, but the example has a merchant's.
    private static readonly Operation Proof = new()
    {
        Kind = OperationKind.Proof,
        Path = "/v1/paypro/indonesia/query/voucher",
        SignMayBeHeader = true,
        Fields =
        [
            Fields.Sign(),
            Fields.TradeNo("test_00000002") with { Description = "The Paypro number or the merchant's number of a successful order." },
            Fields.Timestamp(),
        ],
        Response = [new("url", DocumentUrl), new("message", Message)],
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "ID",
        Name = "Indonesia",
        Segment = "indonesia-pay",
        Currency = Currency.Idr,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Jakarta"),
        Papers = MerchantPaper.Of(("nib", "NIB (Nomor Induk Berusaha)"), ("npwp", "NPWP of the business"), ("akta", "Akta pendirian and SK Kemenkumham")),
        AcceptsPartial = true,
        PayInWays =
        [
            new("QRIS", "QRIS", TimeSpan.FromMinutes(30), MinMinor: 1_00, MaxQrisMinor, new QrInstruction(Qris.MaxReferenceLength, EncodeQris, "QRIS"))
            {
                ChannelCode = QrisChannel,
            },
            Wallet("DANA", "DANA"),
            Wallet("OVO", "OVO"),
            Wallet("LINKAJA", "LinkAja"),
            Wallet("SHOPEEPAY", "ShopeePay"),
            BankTransfer("BRI", "Bank Rakyat Indonesia", "10888", digits: 18, prefixAtMost: 5),
            BankTransfer("BNI", "Bank Negara Indonesia", "9880", digits: 16, prefixAtMost: 7),
            BankTransfer("MANDIRI", "Bank Mandiri", "88000", digits: 16, prefixAtMost: 5),
            BankTransfer("PERMATA", "Bank Permata", "8000", digits: 16, prefixAtMost: 7),
            BankTransfer("BCA", "Bank Central Asia", "10888", digits: 16, prefixAtMost: 5),
            BankTransfer("CIMB", "Bank CIMB Niaga", "2000", digits: 16, prefixAtMost: 7),
            BankTransfer("DANAMON", "Bank Danamon", "7900", digits: 16, prefixAtMost: 7),
            BankTransfer("BSI", "Bank Syariah Indonesia", "9000", digits: 16, prefixAtMost: 7),
        ],
        Banks = BankDirectory.Seeded("indonesia"),
        Operations = [CreatePayIn, CreateHostedPayIn, CreatePayout, QueryPayIn, QueryPayout, QueryBalance, VerifyAccount, Proof],
        PayInNotification = PayInNotified,
        PayoutNotification = Responses.Notified,
        Codes =
        [
            new(ResultStatus.Success, "SUCCESS"),
            new(ResultStatus.Partial, "PARTIAL PAYMENT"),
            new(ResultStatus.Processing, "PAYING"),
            new(ResultStatus.Failed, "FAILED"),
            new(ResponseCode.Refused, "SYSTEM ERROR"),
        ],
    };

    private static string? CheckAccount(RequestFields fields, RequestContext context)
    {
        if (fields.Bank is not { Kind: "ewallet" })
        {
            return AccountRule(fields.Account!, context);
        }

        fields[FieldRole.Account] = MobileNumber.Account(fields.Account!);
        return MobileNumber.Rule(fields.Account!, context);
    }

    private static PayInWay Wallet(string code, string name) =>
        new(code, name, TimeSpan.FromHours(1), MinMinor: 1_00, MaxWalletMinor, new RedirectInstruction(name)) { ChannelCode = WalletChannel };

    /// <summary>
    /// A virtual account, which takes transfers from other banks too. The bank gives the biller 4 or 5 leading digits, some a digit or two
    /// more, and says how long a number is.
    /// </summary>
    private static PayInWay BankTransfer(string code, string name, string prefix, int digits, int prefixAtMost)
    {
        // Settings are named after the bank: vaBriPrefix.
        var setting = $"va{code[..1]}{code[1..].ToLowerInvariant()}";
        var number = new NumberInstruction(
            InstructionKinds.VirtualAccount, setting, $"{setting}Prefix", prefix, digits, PrefixAtLeast: 4, prefixAtMost,
            VirtualAccountNumber.Complete, $"{setting}Bank", name);
        return new(code, $"{name} virtual account", TimeSpan.FromHours(24), MinMinor: 1_00, AmountReader.MaxMinor, number) { ChannelCode = VirtualAccountChannel };
    }

    /// <summary>Without settings it names a merchant of an acquirer that does not exist, so that nobody's real app pays a sandbox.</summary>
    private static string EncodeQris(QrOrder order)
    {
        string Setting(string name, string unlessSet) => order.Settings.GetValueOrDefault(name) ?? unlessSet;
        var acquirer = new QrisAcquirer(
            Setting("qrisDomain", "COM.EXAMPLE.WWW"), Setting("qrisPan", "936000000000000001"), Setting("qrisMerchantId", "000000000000001"),
            Setting("qrisNationalId", "ID0000000000001"), Setting("qrisCriteria", "UMI"));
        var merchant = new EmvMerchant(
            EmvMerchant.NameOf(order.MerchantName), Setting("qrisCity", "JAKARTA"), Setting("qrisCategory", "0000"), Setting("qrisPostalCode", "10110"));
        return Qris.Dynamic(acquirer, order.Reference, order.AmountMinor, merchant);
    }
}
