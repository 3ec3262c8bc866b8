using System.Buffers;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Protocol.Countries;

public class MexicoResponseTests
{
    private const long Now = 1728609277476;
    private const string MerchantNo = "1000000001";
    private static readonly byte[] Secret = Bodies.Utf8("0123456789abcdef0123456789abcdef");
    private static readonly Uri NotifyUrl = new("https://merchant.example/hook?kind=payin");

    private static readonly OrderView Order = new()
    {
        TradeNo = "test_00000008",
        Number = "68o0uwogz7mnzutt",
        Status = ResultStatus.Processing,
        Message = ResultMessage.Created,
        Remark = "test",
        OrderAmountMinor = 300_00,
        CreatedAtMs = 1728653413280,
    };

    [Fact]
    public void Creation_has_the_number_under_both_names() => Assert.Equal(
        """{"msg":"success","code":"0000","timestamp":1728609277476,"success":true,"data":{"tradeNo":"test_00000008","platFormTradeNo":"68o0uwogz7mnzutt","payproTradeNo":"68o0uwogz7mnzutt","status":"0015","desc":"Create","remark":"test","paymentInfo":"032180000118359719"}}""",
        Write(OperationKind.CreatePayIn, Order with { PaymentInfo = "032180000118359719" }));

    [Fact]
    public void Hosted_creation_has_an_address() => Assert.EndsWith(
        ""","status":"0015","desc":"Paying","remark":"","paymentUrl":"http://localhost:5080/pay/abc"}}""",
        Write(OperationKind.CreateHostedPayIn, Order with { Message = ResultMessage.Paying, Remark = null, PaymentUrl = "http://localhost:5080/pay/abc" }),
        StringComparison.Ordinal);

    [Fact]
    public void Creation_of_a_payout_has_no_payment_data() => Assert.EndsWith(
        ""","payproTradeNo":"68o0uwogz7mnzutt","status":"0015","desc":"Create","remark":"test"}}""",
        Write(OperationKind.CreatePayout, Order with { PaymentInfo = "never" }),
        StringComparison.Ordinal);

    [Fact]
    public void Query_of_an_unpaid_pay_in_shows_the_ordered_amount() => Assert.EndsWith(
        ""","status":"0015","amount":"300","receivedAmount":"0","createTime":"2024-10-11 07:30:13","message":"In processing"}}""",
        Write(OperationKind.QueryPayIn, Order with { Message = ResultMessage.Processing }),
        StringComparison.Ordinal);

    [Fact]
    public void Query_of_a_partly_paid_pay_in_shows_the_paid_amount() => Assert.EndsWith(
        ""","status":"0001","amount":"230.50","receivedAmount":"230.50","createTime":"2024-10-11 07:30:13","successTime":"2024-10-11 08:30:13","message":"PARTIAL PAYMENT"}}""",
        Write(OperationKind.QueryPayIn, Order with { Status = ResultStatus.Partial, Message = ResultMessage.Partial, HeldMinor = 230_50, SuccessAtMs = 1728657013280 }),
        StringComparison.Ordinal);

    [Fact]
    public void Query_of_a_payout_has_two_decimals() => Assert.EndsWith(
        """{"tradeNo":"test_00000008","platFormTradeNo":"68o0uwogz7mnzutt","payproTradeNo":"68o0uwogz7mnzutt","orderAmount":"300.00","payAmount":"200.00","status":"0015","message":"In processing"}}""",
        Write(OperationKind.QueryPayout, Order with { HeldMinor = 200_00, Message = ResultMessage.Processing }),
        StringComparison.Ordinal);

    [Fact]
    public void Balance_has_four_decimals_under_both_spellings()
    {
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteBalance(output, Mexico.Country, Mexico.Country.FindOperation(OperationKind.QueryBalance)!, new BalanceView(9998989_00, 12_34, 0), Now);
        Assert.EndsWith(
            ""","data":{"availableAmount":"9998989.0000","availablAmount":"9998989.0000","freezeAmount":"12.3400","unsettledAmount":"0.0000"}}""",
            Encoding.UTF8.GetString(output.WrittenSpan),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Envelope_can_be_quoted()
    {
        var output = new ArrayBufferWriter<byte>();
        var operation = Mexico.Country.FindOperation(OperationKind.QueryBalance)! with { QuotesEnvelope = true };
        ResponseWriter.WriteBalance(output, Mexico.Country, operation, new BalanceView(0, 0, 0), Now);
        Assert.StartsWith(
            """{"msg":"success","code":"0000","timestamp":"1728609277476","success":"true","data":{""",
            Encoding.UTF8.GetString(output.WrittenSpan),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Notification_equals_the_computed_vector()
    {
        // The documented example; 18:34:31 in Mexico City is 00:34:31 UTC of the next day.
        var order = new OrderView
        {
            TradeNo = "00000020",
            Number = "5286e98841194687a95d25b5f3be346d",
            Status = ResultStatus.Success,
            Message = ResultMessage.Success,
            OrderAmountMinor = 30000_00,
            HeldMinor = 30000_00,
            RailReference = "111111111111",
            SuccessAtMs = new DateTimeOffset(2024, 7, 2, 0, 34, 31, TimeSpan.Zero).ToUnixTimeMilliseconds(),
        };
        var notification = Notify(order, SigningAlgorithm.Md5, 1724740395968);
        Assert.Equal(
            """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":30000,"status":"0000","message":"SUCCESS","utr":"111111111111","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","sign":"e7f57afca5791889f7d8efafc8773ce3"}""",
            Encoding.UTF8.GetString(notification.Body));
        Assert.Null(notification.SignatureHeader);
    }

    [Theory]
    [InlineData(230_50, ""","amount":230.5,""")]
    [InlineData(230_05, ""","amount":230.05,""")]
    [InlineData(0, ""","amount":0,""")]
    public void Notification_says_the_paid_total_in_its_shortest_form(long paidMinor, string expected) => Assert.Contains(
        expected, Encoding.UTF8.GetString(Notify(Order with { HeldMinor = paidMinor }, SigningAlgorithm.Md5, Now).Body), StringComparison.Ordinal);

    [Fact]
    public void Notification_signs_the_text_that_is_sent()
    {
        var order = Order with { Message = "refusé \"by\" <bank> 😀\n", RailReference = "a\\b/c" };
        var body = FlatBody.Read(Notify(order, SigningAlgorithm.Md5, Now).Body, out _)!;
        Assert.True(Md5Signature.Verify(body, Secret));
        Assert.True(body.TryGet("message", out var message));
        Assert.Equal(order.Message, message.Text);
        Assert.False(body.TryGet("successTime", out _));
    }

    [Fact]
    public void Notification_of_an_hmac_key_is_signed_in_its_header()
    {
        var notification = Notify(Order, SigningAlgorithm.HmacSha256, Now);
        Assert.False(FlatBody.Read(notification.Body, out _)!.TryGet("sign", out _));
        Assert.True(HmacSignature.Verify(
            notification.SignatureHeader, HmacSignature.Notify, "/hook", MerchantNo, notification.Body, Secret, out var seconds));
        Assert.Equal(Now / 1000, seconds);
    }

    private static Notification Notify(OrderView order, SigningAlgorithm algorithm, long nowMs) =>
        Notification.Make(Mexico.Country, Mexico.Country.PayInNotification, order, algorithm, Secret, MerchantNo, NotifyUrl, nowMs);

    private static string Write(OperationKind kind, OrderView order)
    {
        var output = new ArrayBufferWriter<byte>();
        ResponseWriter.WriteOrder(output, Mexico.Country, Mexico.Country.FindOperation(kind)!, order, Now);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
