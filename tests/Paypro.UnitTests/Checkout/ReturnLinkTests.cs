using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Checkout;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Checkout;

public sealed class ReturnLinkTests
{
    private const long NowMs = 1_790_000_000_000;

    private static readonly Merchant Shop = new()
    {
        No = 1000000001,
        NoText = "1000000001",
        Bucket = 1,
        Country = Mexico.Country,
        Name = "Shop",
        PayInsOpen = true,
        PayoutsOpen = true,
        PayInNotifyUrl = "",
        PayoutNotifyUrl = "",
        Keys = [new MerchantKey(1, SigningAlgorithm.Md5, "secret"u8.ToArray(), signs: true, validFromMs: 0, validToMs: 0)],
    };

    [Theory]
    [InlineData("https://shop.example", "https://shop.example/?tradeNo=")]
    [InlineData("https://shop.example/back?", "https://shop.example/back?tradeNo=")]
    [InlineData("https://shop.example/back?a=1&b=%2F", "https://shop.example/back?a=1&b=%2F&tradeNo=")]
    [InlineData("https://shop.example/back?a=1&#part", "https://shop.example/back?a=1&tradeNo=")]
    public void KeepsWhatTheAddressHas(string returnUrl, string start)
    {
        var link = ReturnLink.Make(Order(returnUrl), Shop, NowMs);

        Assert.StartsWith(start, link!.Address, StringComparison.Ordinal);
        Assert.Equal("shop.example", link.Host);
        Assert.Equal(returnUrl.Contains('#', StringComparison.Ordinal), link.Address.EndsWith("#part", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://tienda-ñandú.example/", "https://xn--tienda-and-z9a5i.example/?")]
    [InlineData("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/?")]
    public void WritesHostsAsAHeaderCanCarryThem(string returnUrl, string start)
    {
        var address = ReturnLink.Make(Order(returnUrl), Shop, NowMs)!.Address;

        Assert.StartsWith(start, address, StringComparison.Ordinal);
        Assert.All(address, letter => Assert.True(char.IsAscii(letter)));
    }

    [Fact]
    public void SignsNumberStatusAndTime()
    {
        var order = Order("http://shop.example:8080/") with { TradeNo = "a&b=c", State = OrderState.Expired, FailureCode = "00029" };
        var link = ReturnLink.Make(order, Shop, NowMs)!;

        var sign = HmacSignature.ForReturn("a&b=c", "00029", NowMs, "secret"u8);
        Assert.Equal($"http://shop.example:8080/?tradeNo=a%26b%3Dc&status=00029&time={NowMs}&sign={sign}", link.Address);
        Assert.Equal("shop.example:8080", link.Host);
    }

    [Theory]
    [InlineData(OrderState.Pending, "0015")]
    [InlineData(OrderState.PartlyPaid, "0001")]
    [InlineData(OrderState.Paid, "0000")]
    [InlineData(OrderState.Failed, "00029")]
    [InlineData(OrderState.Returned, "00029")]
    internal void TellsTheStatusThatTheApiTells(OrderState state, string status) =>
        Assert.Contains($"&status={status}&", ReturnLink.Make(Order("https://shop.example/") with { State = state }, Shop, NowMs)!.Address, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("/back")]
    [InlineData("http://shop¸.example/")]
    [InlineData("http://shop.examplesµ-/")]
    [InlineData("ftp://shop.example/")]
    public void SendsNobodyToWhatIsNoWebAddress(string returnUrl) => Assert.Null(ReturnLink.Make(Order(returnUrl), Shop, NowMs));

    [Fact]
    public void ShowsTheHostThatIsReallyVisited() =>
        Assert.Equal("evil.example", ReturnLink.Make(Order("https://shop.example@evil.example/"), Shop, NowMs)!.Host);

    [Fact]
    public void NeedsAKeyToSignWith() => Assert.Null(ReturnLink.Make(Order("https://shop.example/"), Shop with { Keys = [] }, NowMs));

    private static OrderRow Order(string returnUrl) => new() { TradeNo = "T1", State = OrderState.Paid, ReturnUrl = returnUrl };
}
