using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Protocol.Countries;

public class IndonesiaTests
{
    private const string PayIn = """
        {"sign":"363b4674a1c1772e8a50295dc19d6727","timestamp":"1732988442913","tradeNo":"0b4ece82fa9749e8b8e57fa64931b7f8","username":"kevin",
        "amount":1000000,"channelCode":"EWALLET","wayCode":"DANA","email":"kevin@example.com","mobile":"6281245907765",
        "notifyUrl":"https://google.com","returnUrl":"http://abc.com/callback_page","remark":"test"}
        """;

    private const string Payout = """
        {"amount":100000,"bankAccountNo":"5464438554636","bankCode":"0002","customerName":"kevin","email":"kevin@example.com",
        "mobile":"6281245907765","notifyUrl":"https://google.com","remark":"remark","sign":"5aa258e8b5d28150097b86f55c2d2307",
        "timestamp":1732985021335,"tradeNo":"39fa354542824ee789faf526f27c024f"}
        """;

    private const string Verify = """{"sign":"363b4674a1c1772e8a50295dc19d6727","timestamp":"1732988442913","bankAccountNo":"5464438554636","bankCode":"0002"}""";

    private const long Now = 1728609277476;

    private static readonly RequestContext Live = new(IsSandbox: false, Indonesia.Country.Banks);

    private static readonly OrderView Order = new()
    {
        TradeNo = "test_00000008",
        Number = "68o0uwogz7mnzutt",
        Status = ResultStatus.Processing,
        Message = ResultMessage.Processing,
        OrderAmountMinor = 300_00,
        HeldMinor = 200_00,
        WayCode = "DANA",
    };

    [Fact]
    public void Reads_the_documented_requests_when_live()
    {
        var payIn = Accept(OperationKind.CreatePayIn, PayIn);
        Assert.Equal((1_000_000_00L, "DANA", "EWALLET"), (payIn.AmountMinor, payIn.Way!.Code, payIn.ChannelCode));
        Assert.Equal(("kevin", "6281245907765", "test"), (payIn.Name, payIn.Mobile, payIn.Remark));
        var payout = Accept(OperationKind.CreatePayout, Payout);
        Assert.Equal((100_000_00L, "0002", "5464438554636", "kevin"), (payout.AmountMinor, payout.BankCode, payout.Account, payout.Name));
        Assert.Equal("0002", Accept(OperationKind.VerifyAccount, Verify).BankCode);
        Assert.Equal("test_00000002", Accept(OperationKind.Proof, """{"timestamp":"1728613320708","tradeNo":"test_00000002"}""").TradeNo);
    }

    [Theory]
    [InlineData("0812345678", true)]
    [InlineData("0812345678901", true)]
    [InlineData("6281234567", true)]
    [InlineData("6281234567890", true)]
    [InlineData("081234567", false)]
    [InlineData("08123456789012", false)]
    [InlineData("62812345678901", true)]
    [InlineData("628123456789012", false)]
    [InlineData("6291234567890", false)]
    [InlineData("+6281245907765", true)]
    [InlineData("0712345678", false)]
    [InlineData("08123-45678", true)]
    [InlineData("08123.45678", false)]
    public void A_mobile_number_begins_with_08_or_628_and_has_10_to_13_digits(string mobile, bool isRight)
    {
        foreach (var (kind, example) in ((OperationKind, string)[])[(OperationKind.CreatePayIn, PayIn), (OperationKind.CreateHostedPayIn, PayIn), (OperationKind.CreatePayout, Payout)])
        {
            Assert.Equal(
                isRight ? null : "mobile: must be an Indonesian mobile number: 08 or 628, 10 to 13 digits in all",
                ErrorOf(kind, With(example, "mobile", mobile)));
        }
    }

    [Theory]
    [InlineData("QRIS", null, "QRIS", null)]
    [InlineData("QRIS", "QRIS", "QRIS", null)]
    [InlineData("EWALLET", null, "DANA", null)]
    [InlineData("EWALLET", "OVO", "OVO", null)]
    [InlineData("VA", null, "BRI", null)]
    [InlineData("VA", "MANDIRI", "MANDIRI", null)]
    [InlineData("QRIS", "DANA", null, "wayCode: must be one of QRIS")]
    [InlineData("EWALLET", "BRI", null, "wayCode: must be one of DANA, OVO, LINKAJA, SHOPEEPAY")]
    [InlineData("VA", "0002", null, "wayCode: must be one of BRI, BNI, MANDIRI, PERMATA, BCA, CIMB, DANAMON, BSI")]
    [InlineData("CARD", "DANA", null, "channelCode: must be one of QRIS, EWALLET, VA")]
    [InlineData(null, "DANA", null, "channelCode: is required")]
    public void A_direct_pay_in_settles_one_way_of_its_group(string? channel, string? way, string? expected, string? error)
    {
        var fields = Read(OperationKind.CreatePayIn, With(With(PayIn, "channelCode", channel), "wayCode", way), out var found);
        Assert.Equal((expected, error), (fields?.Way?.Code, found));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, "DANA", null)]
    [InlineData(null, "NOSUCHWAY", null)]
    [InlineData("EWALLET", null, null)]
    [InlineData("EWALLET", "DANA", "DANA")]
    [InlineData("QRIS", null, "QRIS")]
    public void A_way_counts_on_the_page_only_with_its_group(string? channel, string? way, string? expected)
    {
        var fields = Accept(OperationKind.CreateHostedPayIn, With(With(PayIn, "channelCode", channel), "wayCode", way));
        Assert.Equal((expected, channel), (fields.Way?.Code, fields.ChannelCode));
    }

    [Theory]
    [InlineData("bankCode", "9999", "bankCode: is not in the list of banks")]
    [InlineData("bankAccountNo", "1234", "bankAccountNo: must be 5 to 34 digits")]
    [InlineData("bankAccountNo", "1234.5678.90", "bankAccountNo: must be 5 to 34 digits")]
    [InlineData("bankCode", "DANA", "bankAccountNo: must be an Indonesian mobile number: 08 or 628, 10 to 13 digits in all")]
    public void A_recipient_must_be_one_that_a_bank_can_have(string name, string text, string error)
    {
        Assert.Equal(error, ErrorOf(OperationKind.CreatePayout, With(Payout, name, text)));
        Assert.Equal(error, ErrorOf(OperationKind.VerifyAccount, With(Verify, name, text)));
    }

    [Fact]
    public void An_e_wallet_is_paid_at_a_mobile_number() =>
        Assert.Equal("0911", Accept(OperationKind.CreatePayout, With(With(Payout, "bankCode", "LINKAJA"), "bankAccountNo", "081245907765")).BankCode);

    [Theory]
    [InlineData("002", "0002")]
    [InlineData("bri", "0002")]
    [InlineData("0422", "0451")]
    [InlineData("427", "0451")]
    [InlineData("gopay", "GOPAY")]
    public void A_bank_has_other_codes_too(string text, string code) => Assert.Equal(code, Indonesia.Country.Banks.Find(text)?.Code);

    [Fact]
    public void A_qris_code_carries_the_order_and_what_the_account_says_of_the_merchant()
    {
        var qris = Assert.IsType<QrInstruction>(Indonesia.Country.FindWay("QRIS")!.Instruction);
        var reference = new string('A', qris.ReferenceLength);
        var settings = new Dictionary<string, string> { ["qrisNationalId"] = "ID2019000001627", ["qrisCity"] = "Bandung", ["qrisPostalCode"] = "40111" };
        Assert.True(EmvQrReader.TryRead(qris.Encode(new QrOrder(reference, 50_000_00, "Warung Café", settings)), out var code, out var problem), problem);
        Assert.Equal(("50000", "360", "ID", reference), (code.Find("54"), code.Find("53"), code.Find("58"), code.Find("62", "05")));
        Assert.Equal(("Warung Cafe", "Bandung", "40111", "ID2019000001627"), (code.Find("59"), code.Find("60"), code.Find("61"), code.Find("51", "02")));
        Assert.True(EmvQrReader.TryRead(qris.Encode(new QrOrder("A1", 1_00, "商店", new Dictionary<string, string>())), out code, out problem), problem);
        Assert.Equal("Merchant", code.Find("59"));
    }

    [Fact]
    public void Each_bank_has_a_number_space_of_its_own_and_numbers_of_its_own_length()
    {
        var spaces = Indonesia.Country.PayInWays.Select(way => way.Instruction).OfType<NumberInstruction>().ToList();
        Assert.Equal(8, spaces.Select(space => space.Space).Distinct().Count());
        Assert.Equal(18, spaces[0].Digits);
        Assert.All(spaces, space =>
        {
            var number = space.Complete(space.DefaultPrefix.PadRight(space.Digits - 1, '7'));
            Assert.Equal(space.Digits, number.Length);
            Assert.True(VirtualAccountNumber.IsValid(number));
            Assert.InRange(space.DefaultPrefix.Length, space.PrefixAtLeast, space.PrefixAtMost);
            Assert.True(space.Digits - space.PrefixAtMost - 3 >= 6);
        });
    }

    [Fact]
    public void Queries_tell_both_amounts_and_how_the_payer_paid()
    {
        Assert.EndsWith(
            """{"tradeNo":"test_00000008","platFormTradeNo":"68o0uwogz7mnzutt","payproTradeNo":"68o0uwogz7mnzutt","status":"0015","orderAmount":"300.00","payAmount":"200.00","message":"In processing","channelCode":"EWALLET","wayCode":"DANA"}}""",
            Write(OperationKind.QueryPayIn, Order),
            StringComparison.Ordinal);
        Assert.EndsWith(""","channelCode":"VA","wayCode":""}}""", Write(OperationKind.QueryPayIn, Order with { WayCode = null, ChannelCode = "VA" }), StringComparison.Ordinal);
        Assert.EndsWith(
            ""","status":"0015","orderAmount":"300.00","payAmount":"200.00","message":"In processing"}}""",
            Write(OperationKind.QueryPayout, Order),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Balances_are_numbers_with_four_decimals()
    {
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteBalance(
            output, Indonesia.Country, Indonesia.Country.FindOperation(OperationKind.QueryBalance)!, new BalanceView(9998989_00, 0, 12_34), Now);
        Assert.EndsWith(
            """{"availableAmount":9998989.0000,"availablAmount":9998989.0000,"freezeAmount":0.0000,"unsettledAmount":12.3400}}""",
            Encoding.UTF8.GetString(output.WrittenSpan),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_payouts_notification_equals_the_computed_vector_and_a_pay_ins_tells_the_way()
    {
        // 18:34:31 in Jakarta is 11:34:31 UTC.
        var order = Order with
        {
            TradeNo = "00000020",
            Number = "5286e98841194687a95d25b5f3be346d",
            Status = ResultStatus.Success,
            Message = ResultMessage.Success,
            HeldMinor = 30000_00,
            SuccessAtMs = new DateTimeOffset(2024, 7, 1, 11, 34, 31, TimeSpan.Zero).ToUnixTimeMilliseconds(),
        };
        Assert.Equal(
            """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":"30000","status":"0000","message":"SUCCESS","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","sign":"e63035fb0471e912ed47326b4a826a38"}""",
            Notify(Indonesia.Country.PayoutNotification, order));
        Assert.Contains(
            ""","timestamp":"1724740395968","channelCode":"EWALLET","wayCode":"DANA","sign":""",
            Notify(Indonesia.Country.PayInNotification, order),
            StringComparison.Ordinal);
    }

    private static string Notify(IReadOnlyList<ResponseMember> members, OrderView order) => Encoding.UTF8.GetString(Notification.Make(
        Indonesia.Country, members, order, SigningAlgorithm.Md5, Bodies.Utf8("example_app_secret"), "1000000002", new Uri("https://merchant.example/"), 1724740395968).Body);

    private static string Write(OperationKind kind, OrderView order)
    {
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteOrder(output, Indonesia.Country, Indonesia.Country.FindOperation(kind)!, order, Now);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static RequestFields Accept(OperationKind kind, string json)
    {
        var fields = Read(kind, json, out var error);
        Assert.Null(error);
        return fields!;
    }

    private static string? ErrorOf(OperationKind kind, string json)
    {
        Read(kind, json, out var error);
        return error;
    }

    private static RequestFields? Read(OperationKind kind, string json, out string? error) =>
        RequestReader.Read(Indonesia.Country, Indonesia.Country.FindOperation(kind)!, Bodies.Read(json), Live, out error);

    private static string With(string json, string name, string? text)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members.Remove(name);
        if (text is not null)
        {
            members[name] = text;
        }

        return members.ToJsonString();
    }
}
