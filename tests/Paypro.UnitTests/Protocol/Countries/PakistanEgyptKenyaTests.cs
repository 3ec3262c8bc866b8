using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>What is special to three countries; what all share is tested over all of them.</summary>
public class PakistanEgyptKenyaTests
{
    private const string PakistanPayIn = """
        {"amount":"10000","tradeNo":"order45692193212we3111","notifyUrl":"https://example.com/notify","name":"John Doe","customerCert":"1730123456789",
         "email":"johndoe@gmail.com","mobile":"3115112345","remark":"Payment for order #456","custId":"m2hkCRuTCK5HKpEkA0ok","timestamp":"1730431256000"}
        """;

    private const string PakistanPayout = """
        {"amount":"5000","tradeNo":"order67890","name":"Jane Doe","customerCert":"1730123456789","email":"someone@example.com","mobile":"3115112345",
         "accountType":"BANK","bankName":"ALLIED_BANK_LIMITED","bankNumber":"9876543210","notifyUrl":"https://yourcallbackurl.com/notify",
         "remark":"Payment for invoice #1001","timestamp":"1730057564"}
        """;

    private const string EgyptPayIn = """
        {"timestamp":"1728609257212","tradeNo":"test_00000008","payer":"kevin zhang","amount":"300","mobile":"6789123456","email":"sdkjfksdjfk@gmail.com",
         "notifyUrl":"https://google.com","returnUrl":"http://abc.com/callback_page","remark":"test"}
        """;

    private const string KenyaPayIn =
        """{"timestamp":"1715941383720","amount":"3","remark":"000000","tradeNo":"00000001","mobile":"mobile","notifyUrl":"https://google.com"}""";

    private const string KenyaPayout = """{"timestamp":"1715941383720","amount":"50","remark":"000000","tradeNo":"1000023","mobile":"254115555088"}""";

    private static readonly RequestContext Sandbox = new(true, Pakistan.Country.Banks);

    private static readonly RequestContext Live = Sandbox with { IsSandbox = false };

    [Fact]
    public void Documented_examples_are_read_as_they_mean()
    {
        var payIn = Accept(Pakistan.Country, OperationKind.CreatePayIn, PakistanPayIn, Live);
        Assert.Equal(
            ("easypaisa", 10000_00, "1730123456789", "m2hkCRuTCK5HKpEkA0ok"), (payIn.Way?.Code, payIn.AmountMinor, payIn.Identity, payIn.CustomerId));
        var payout = Accept(Pakistan.Country, OperationKind.CreatePayout, PakistanPayout, Live);
        Assert.Equal(
            ("BANK", "ALLIED_BANK_LIMITED", "9876543210", 1730057564000), (payout.AccountType, payout.BankCode, payout.Account, payout.TimestampMs));
        Assert.Equal(Egypt.MobileWallet, Accept(Egypt.Country, OperationKind.CreatePayIn, EgyptPayIn, Sandbox).Way?.Code);
        Assert.Equal(Kenya.Mpesa, Accept(Kenya.Country, OperationKind.CreatePayIn, KenyaPayIn, Sandbox).Way?.Code);
        Assert.Equal("254115555088", Accept(Kenya.Country, OperationKind.CreatePayout, KenyaPayout, Live).Account);
    }

    [Theory]
    [InlineData(OperationKind.CreatePayIn, "3115112345", null)]
    [InlineData(OperationKind.CreatePayIn, "03115112345", null)]
    [InlineData(OperationKind.CreatePayIn, "923115112345", "mobile: must be 10 digits beginning with 3 or 11 digits beginning with 03")]
    [InlineData(OperationKind.CreateHostedPayIn, "3115112345", null)]
    [InlineData(OperationKind.CreateHostedPayIn, "03115112345", "mobile: must be 10 digits beginning with 3")]
    public void Pakistans_pages_take_different_phone_numbers(OperationKind kind, string mobile, string? error) =>
        Assert.Equal(error, ErrorOf(Pakistan.Country, kind, With(PakistanPayIn, "mobile", mobile), Live));

    [Theory]
    [InlineData("customerCert", "173012345678", "customerCert: must be a CNIC: 13 digits without dashes, the first of them no zero")]
    [InlineData("customerCert", "17301-2345678-9", null)]
    [InlineData("customerCert", "0730123456789", "customerCert: must be a CNIC: 13 digits without dashes, the first of them no zero")]
    [InlineData("customerCert", null, null)]
    [InlineData("amount", "99", "amount: must be at least 100")]
    [InlineData("paymentType", "jazzcash", null)]
    [InlineData("paymentType", "JazzCash", null)]
    [InlineData("paymentType", "upaisa", "paymentType: must be one of easypaisa, jazzcash")]
    public void Pakistans_pay_ins_have_rules(string name, string? value, string? error) =>
        Assert.Equal(error, ErrorOf(Pakistan.Country, OperationKind.CreatePayIn, With(PakistanPayIn, name, value), Live));

    [Theory]
    [InlineData("50000", null, null)]
    [InlineData("50001", null, "custId: is required for an amount above 50000")]
    [InlineData("50001", "m2hkCRuTCK5HKpEkA0ok", null)]
    public void A_large_amount_on_pakistans_page_needs_a_customer(string amount, string? customer, string? error) => Assert.Equal(
        error, ErrorOf(Pakistan.Country, OperationKind.CreateHostedPayIn, With(With(PakistanPayIn, "amount", amount), "custId", customer), Live));

    [Theory]
    [InlineData("WALLET", "EASYPAISA", "03115112345", null)]
    [InlineData("WALLET", "ALLIED_BANK_LIMITED", "03115112345", "accountType: must be BANK for ALLIED_BANK_LIMITED")]
    [InlineData("BANK", "JAZZCASH", "03115112345", "accountType: must be WALLET for JAZZCASH")]
    [InlineData("BANK", "NO_SUCH_BANK", "1", "bankName: is not in the list of banks")]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "PK36SCBL0000001123456702", null)]
    [InlineData("BANK", "SCBL", "PK36SCBL0000001123456702", null)]
    [InlineData("BANK", "ALLIED_BANK_LIMITED", "PK36SCBL0000001123456702", "bankNumber: is an account at SCBL, not at ALLIED_BANK_LIMITED")]
    [InlineData(
        "BANK", "STANDARD_CHARTERED_BANK_LTD", "PK36SCBL0000001123456703",
        "bankNumber: must be an account number or an IBAN: PK and 22 letters and digits with right check digits")]
    public void Pakistans_payouts_fit_their_bank(string kind, string bank, string account, string? error) => Assert.Equal(error, ErrorOf(
        Pakistan.Country, OperationKind.CreatePayout, With(With(With(PakistanPayout, "accountType", kind), "bankName", bank), "bankNumber", account), Live));

    [Fact]
    public void Pakistans_list_is_whole()
    {
        var banks = Pakistan.Country.Banks.Banks;
        Assert.Equal((48, 7), (banks.Count, banks.Count(bank => bank.Kind == "ewallet")));
        Assert.Equal("EASYPAISA", Pakistan.Country.Banks.Find("easypaisa")!.Code);
        Assert.Equal("TELENOR_MICRO_FINANCE_BANK", Pakistan.Country.Banks.Find("TMFB")!.Code);
    }

    /// <summary>The registry's own examples.</summary>
    [Theory]
    [InlineData("PK36SCBL0000001123456702", 24, true)]
    [InlineData("GB29NWBK60161331926819", 22, true)]
    [InlineData("GB29NWBK60161331926819", 24, false)]
    [InlineData("GB29nwbk60161331926819", 22, false)]
    [InlineData("GB2ANWBK60161331926819", 22, false)]
    [InlineData("1229NWBK60161331926819", 22, false)]
    [InlineData("", 24, false)]
    public void Knows_ibans(string text, int length, bool isValid) => Assert.Equal(isValid, Iban.IsValid(text, length));

    [Fact]
    public void Any_wrong_digit_of_an_iban_is_found() => Gen.Select(Gen.Int[8, 23], Gen.Int[1, 9]).Sample((at, by) =>
    {
        var characters = "PK36SCBL0000001123456702".ToCharArray();
        characters[at] = (char)('0' + ((characters[at] - '0' + by) % 10));
        Assert.False(Iban.IsValid(characters, 24));
    });

    /// <summary>The one computed by hand for the documentation's example of a notification.</summary>
    [Fact]
    public void Pakistans_notification_has_the_computed_sign()
    {
        var sent = Notification.Make(
            Pakistan.Country, Pakistan.Country.PayInNotification, Paid with { OrderAmountMinor = 30000_00, HeldMinor = 30000_00, SuccessAtMs = 1719840871000 },
            SigningAlgorithm.Md5, Bodies.Utf8("demo_secret_0001"), "1000000003", new Uri("https://merchant.example/n"), 1724740395968);
        Assert.Equal(
            """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":"30000","status":"0000","message":"SUCCESS","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","sign":"68b705102d42ce56ca565360492a04b1"}""",
            Encoding.UTF8.GetString(sent.Body));
    }

    [Fact]
    public void Failures_have_pakistans_codes_and_elsewhere_the_common_one()
    {
        Assert.Equal(new DocumentedCode("60019", "INSUFFICIENT_FUNDS"), Pakistan.Country.FailureCodeOf(FailureCause.InsufficientFunds));
        Assert.Equal(new DocumentedCode("60030", "PAYEE_MAXIMUM_BALANCE_EXCEEDED"), Pakistan.Country.FailureCodeOf(FailureCause.MaximumBalance));
        Assert.Equal("0100019", Pakistan.Country.FailureCodeOf(FailureCause.DailyAmount).Code);
        Assert.Equal("REJECTED_TRANSACTION", Pakistan.Country.FailureCodeOf(FailureCause.Unspecified).Text);
        Assert.All(Enum.GetValues<FailureCause>(), cause => Assert.Equal("00029", Kenya.Country.FailureCodeOf(cause).Code));

        // Every code that a country tells is one that its table explains, and none is a success or unknown.
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            Assert.All(Enum.GetValues<FailureCause>(), cause =>
            {
                var code = country.FailureCodeOf(cause).Code;
                Assert.Contains(country.Codes, documented => documented.Code == code);
                Assert.DoesNotContain(code, (string[])[ResultStatus.Success, ResultStatus.Partial, ResultStatus.Processing]);
            });
        }
    }

    [Theory]
    [InlineData("mobile", "6789123456", "mobile: must be 11 digits beginning with 010 to 018")]
    [InlineData("mobile", "01912345678", "mobile: must be 11 digits beginning with 010 to 018")]
    [InlineData("mobile", "0181234567", "mobile: must be 11 digits beginning with 010 to 018")]
    [InlineData("mobile", "01012345678", null)]
    [InlineData("mobile", "01812345678", null)]
    public void Egypts_phone_is_checked_when_live(string name, string value, string? error) =>
        Assert.Equal(error, ErrorOf(Egypt.Country, OperationKind.CreatePayIn, With(EgyptPayIn, name, value), Live));

    [Theory]
    [InlineData("mobile", false)]
    [InlineData("254215555088", false)]
    [InlineData("0715555088", false)]
    [InlineData("25411555508", false)]
    [InlineData("254115555088", true)]
    [InlineData("254715555088", true)]
    public void Kenyas_phone_is_checked(string mobile, bool isRight)
    {
        var error = isRight ? null : "mobile: must be 12 digits beginning with 2541 or 2547";
        Assert.Equal(error, ErrorOf(Kenya.Country, OperationKind.CreatePayIn, With(KenyaPayIn, "mobile", mobile), Live));
        Assert.Equal(error, ErrorOf(Kenya.Country, OperationKind.CreatePayout, With(KenyaPayout, "mobile", mobile), Sandbox));
        Assert.Equal(mobile == "mobile" ? null : error, ErrorOf(Kenya.Country, OperationKind.CreatePayIn, With(KenyaPayIn, "mobile", mobile), Sandbox));
    }

    /// <summary>The phone is the account that is charged: a corrected one under the same number is another order.</summary>
    [Fact]
    public void Another_phone_is_another_content() => Assert.NotEqual(
        Accept(Kenya.Country, OperationKind.CreatePayIn, With(KenyaPayIn, "mobile", "254115555088"), Live).ContentText(),
        Accept(Kenya.Country, OperationKind.CreatePayIn, With(KenyaPayIn, "mobile", "254115555089"), Live).ContentText());

    /// <summary>The page's request has no phone, so that the payer has to be asked before a prompt can be sent.</summary>
    [Fact]
    public void Kenyas_page_leaves_the_way_to_the_payer_who_tells_the_phone()
    {
        Assert.Null(Accept(Kenya.Country, OperationKind.CreateHostedPayIn, With(KenyaPayIn, "mobile", null), Live).Way);
        var asked = Assert.Single(Kenya.Country.PayInWays).Asks!;
        Assert.Equal((FieldRole.Account, Presence.Required), (asked.Role, asked.Presence));
        Assert.All(asked.Rules, rule => Assert.Null(rule("254715555088", Live)));
        Assert.Contains(asked.Rules, rule => rule("0715555088", Live) is not null);
    }

    [Fact]
    public void Kenyas_queries_need_no_time()
    {
        Assert.Equal("1000002", Accept(Kenya.Country, OperationKind.QueryPayIn, """{"tradeNo":"1000002"}""", Live).TradeNo);
        Assert.Equal("1000002", Accept(Kenya.Country, OperationKind.QueryPayout, """{"tradeNo":"1000002"}""", Live).TradeNo);
        Assert.Equal("timestamp: is required", ErrorOf(Kenya.Country, OperationKind.QueryByCode, """{"code":"SHL2A6WAQU"}""", Live));
        Assert.Equal(
            "code: must be an M-PESA receipt code: 10 capital letters and digits",
            ErrorOf(Kenya.Country, OperationKind.QueryByCode, """{"code":"SHL2A6","timestamp":"2222222222"}""", Live));
        Assert.Equal("SHL2A6WAQU", Accept(Kenya.Country, OperationKind.QueryByCode, """{"code":"SHL2A6WAQU","timestamp":"2222222222"}""", Live)[FieldRole.RailReference]);
    }

    [Fact]
    public void Kenyas_answers_type_amounts_as_the_example_does()
    {
        var failed = Paid with { Status = "00029", Message = "REJECTED_TRANSACTION", OrderAmountMinor = 3_00, HeldMinor = null, SuccessAtMs = null };
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteOrder(output, Kenya.Country, Kenya.Country.FindOperation(OperationKind.QueryPayout)!, failed, 1719830071094);
        Assert.Equal(
            """{"msg":"success","code":"0000","timestamp":1719830071094,"success":true,"data":{"serialNumber":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","platFormTradeNo":"5286e98841194687a95d25b5f3be346d","payproTradeNo":"5286e98841194687a95d25b5f3be346d","amount":3.0000,"status":"00029","message":"REJECTED_TRANSACTION"}}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Kenyas_notification_is_signed_after_all()
    {
        var sent = Notification.Make(
            Kenya.Country, Kenya.Country.PayInNotification, Paid, SigningAlgorithm.Md5, Bodies.Utf8("paypro-test-secret"), "1000000006",
            new Uri("https://merchant.example/n"), 1724740395968);
        var body = Bodies.Read(Encoding.UTF8.GetString(sent.Body));
        Assert.StartsWith(
            """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":3,"status":"0000","message":"SUCCESS","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","sign":""",
            Encoding.UTF8.GetString(sent.Body), StringComparison.Ordinal);
        Assert.True(body.TryGet("sign"u8, out var sign));
        Assert.True(Md5Signature.Verify(body, sign.Literal, Bodies.Utf8("paypro-test-secret")));
    }

    [Theory]
    [InlineData("254715555088", "254******088")]
    [InlineData("12345678", "123**678")]
    [InlineData("1234567", "*******")]
    [InlineData("", "")]
    public void A_prompted_phone_is_told_without_its_middle(string phone, string masked) => Assert.Equal(masked, PromptInstruction.Masked(phone));

    /// <summary>The documented code, SHL2A6WAQU, is one of 21 August 2024.</summary>
    [Theory]
    [InlineData(2024, 8, 21, "SHL")]
    [InlineData(2006, 1, 1, "AA1")]
    [InlineData(2026, 12, 31, "ULV")]
    [InlineData(2025, 3, 9, "TC9")]
    public void A_receipt_code_begins_with_its_day(int year, int month, int day, string expected)
    {
        var made = Kenya.Country.RailReferences.Make(new byte[32], new DateOnly(year, month, day));
        Assert.Equal($"{expected}0000000", made);
        Assert.Null(Kenya.Country.FindOperation(OperationKind.QueryByCode)!.Fields[0].Rules[0](made, Live));
    }

    private static OrderView Paid => new()
    {
        TradeNo = "00000020",
        Number = "5286e98841194687a95d25b5f3be346d",
        Status = ResultStatus.Success,
        Message = ResultMessage.Success,
        OrderAmountMinor = 3_00,
        HeldMinor = 3_00,
        SuccessAtMs = 1719848071000,
    };

    private static RequestFields Accept(Country country, OperationKind kind, string json, RequestContext context)
    {
        var fields = RequestReader.Read(country, country.FindOperation(kind)!, Bodies.Read(json), context with { Banks = country.Banks }, out var error);
        Assert.Null(error);
        return fields!;
    }

    private static string? ErrorOf(Country country, OperationKind kind, string json, RequestContext context)
    {
        var fields = RequestReader.Read(country, country.FindOperation(kind)!, Bodies.Read(json), context with { Banks = country.Banks }, out var error);
        Assert.Equal(fields is null, error is not null);
        return error;
    }

    private static string With(string json, string name, string? value)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members.Remove(name);
        if (value is not null)
        {
            members[name] = value;
        }

        return members.ToJsonString();
    }
}
