using System.Text;
using Paypro.Client;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Client;

public class NotificationCheckTests
{
    private const string MerchantNo = "1000000001";
    private const string Secret = "sandbox-secret-mx";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1728609257212);

    private static readonly OrderView Order = new()
    {
        TradeNo = "order-1",
        Number = "68o0uwogz7mnzutt",
        Status = ResultStatus.Success,
        Message = ResultMessage.Success,
        OrderAmountMinor = 300_00,
        HeldMinor = 300_50,
        RailReference = "utr-1",
        SuccessAtMs = Now.ToUnixTimeMilliseconds(),
    };

    [Theory]
    [InlineData(SigningAlgorithm.Md5)]
    [InlineData(SigningAlgorithm.HmacSha256)]
    public void Reads_what_the_gateway_sends(SigningAlgorithm algorithm)
    {
        var sent = Send(algorithm);
        Assert.Equal(
            new ReceivedNotification("order-1", "68o0uwogz7mnzutt", "0000", "300.5", "SUCCESS", "utr-1", "2024-10-10 19:14:17"),
            CheckOf(algorithm).TryRead(sent.Body, "/hook", sent.SignatureHeader));
    }

    [Theory]
    [InlineData(SigningAlgorithm.Md5)]
    [InlineData(SigningAlgorithm.HmacSha256)]
    public void Refuses_what_was_changed_or_is_old(SigningAlgorithm algorithm)
    {
        var sent = Send(algorithm);
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sent.Body).Replace("300.5", "900.5", StringComparison.Ordinal));
        Assert.Null(CheckOf(algorithm).TryRead(changed, "/hook", sent.SignatureHeader));
        Assert.Null(CheckOf(algorithm, secret: "another").TryRead(sent.Body, "/hook", sent.SignatureHeader));
        Assert.Null(CheckOf(algorithm, at: Now.AddMinutes(16)).TryRead(sent.Body, "/hook", sent.SignatureHeader));
        Assert.Null(CheckOf(algorithm, at: Now.AddMinutes(-16)).TryRead(sent.Body, "/hook", sent.SignatureHeader));
        Assert.NotNull(CheckOf(algorithm, at: Now.AddMinutes(14)).TryRead(sent.Body, "/hook", sent.SignatureHeader));
    }

    [Fact]
    public void The_kind_belongs_to_the_key()
    {
        var md5 = Send(SigningAlgorithm.Md5);
        var hmac = Send(SigningAlgorithm.HmacSha256);
        Assert.Null(CheckOf(SigningAlgorithm.HmacSha256).TryRead(md5.Body, "/hook", md5.SignatureHeader));
        Assert.Null(CheckOf(SigningAlgorithm.Md5).TryRead(hmac.Body, "/hook", hmac.SignatureHeader));
        Assert.Null(CheckOf(SigningAlgorithm.HmacSha256).TryRead(hmac.Body, "/other", hmac.SignatureHeader));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"timestamp":"1728609257212"}""")]
    [InlineData("""{"timestamp":"99999999999999999999","tradeNo":"1","platFormTradeNo":"2","status":"0000"}""")]
    [InlineData("""{"timestamp":null,"tradeNo":"1","platFormTradeNo":"2","status":"0000"}""")]
    public void Refuses_what_is_no_notification(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var header = HmacSignature.Header(HmacSignature.Notify, "/hook", MerchantNo, Now.ToUnixTimeSeconds(), bytes, Encoding.UTF8.GetBytes(Secret));
        Assert.Null(CheckOf(SigningAlgorithm.HmacSha256).TryRead(bytes, "/hook", header));
    }

    private static NotificationCheck CheckOf(SigningAlgorithm algorithm, string secret = Secret, DateTimeOffset? at = null) =>
        new(MerchantNo, secret, algorithm, new FixedTime(at ?? Now));

    private static Notification Send(SigningAlgorithm algorithm) => Notification.Make(
        Mexico.Country, Mexico.Country.PayInNotification, Order, algorithm, Encoding.UTF8.GetBytes(Secret), MerchantNo,
        new Uri("https://merchant.example/hook"), Now.ToUnixTimeMilliseconds());
}
