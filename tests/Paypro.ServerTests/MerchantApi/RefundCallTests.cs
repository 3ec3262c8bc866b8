using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>The operations of our own as a merchant calls them.</summary>
public sealed class RefundCallTests(ApiHosts hosts)
{
    private const string Refund = "/mex-pay/v1/paypro/refund";
    private const string Query = "/mex-pay/v1/paypro/queryRefundResult";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ARefundIsAnsweredRepeatedAndAskedFor(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(100_00);
        var payIn = await merchant.CreateAsync("paid", "300");
        Assert.Equal(("8000", "amount: nothing of this pay-in can be refunded"), await RefundAsync("early", "1"));
        await host.PayAsync(payIn["platFormTradeNo"]!, 300_00, $"UTR{merchant.NoText}");

        var answer = await merchant.Client.PostAsync(Refund, Body("r1", "120"));
        Assert.True(answer.Code == "0000", answer.Text);
        Assert.Equal(
            ("paid", "r1", payIn["platFormTradeNo"], payIn["platFormTradeNo"], "0015", "Create", "120"),
            (answer["tradeNo"], answer["refundNo"], answer["platFormTradeNo"], answer["payproTradeNo"], answer["status"], answer["desc"], answer["amount"]));
        Assert.Equal(16, answer["refundNumber"]!.Length);
        var again = await merchant.Client.PostAsync(Refund, Body("r1", "120.00"));
        Assert.Equal((answer["refundNumber"], "0000"), (again["refundNumber"], again.Code));
        Assert.Equal(("8000", "refundNo: was used before for a refund with other content"), await RefundAsync("r1", "121"));
        Assert.Equal(("8000", "amount: must be at most 180"), await RefundAsync("r2", "181"));
        Assert.Equal(("8000", "tradeNo: no such order"), await RefundAsync("r3", "1", "nobody"));

        var asked = await merchant.Client.PostAsync(Query, ("operation", "queryRefund"), ("refundNo", "r1"));
        Assert.Equal((answer["refundNumber"], "0015", "120"), (asked["refundNumber"], asked["status"], asked["amount"]));
        Assert.NotNull(asked["createTime"]);
        Assert.Equal("refundNo: no such refund", (await merchant.Client.PostAsync(Query, ("operation", "queryRefund"), ("refundNo", "r9"))).Message);

        // What it is signed for is part of it.
        Assert.Equal("operation: is required", (await merchant.Client.PostAsync(Refund, Body("r4", "1").Without("operation"))).Message);
        Assert.Equal("operation: the request is signed for queryRefund", (await merchant.Client.PostAsync(Refund, Body("r4", "1").With("operation", "queryRefund"))).Message);

        // The pay-in still tells what it holds.
        var order = await merchant.AskAsync(TestMerchant.QueryPayIn, "paid");
        Assert.Equal(("0000", "300"), (order.Status, order["amount"]));

        async Task<(string?, string?)> RefundAsync(string refundNo, string amount, string tradeNo = "paid")
        {
            var refused = await merchant.Client.PostAsync(Refund, Body(refundNo, amount, tradeNo));
            return (refused.Code, refused.Message);
        }
    }

    /// <summary>More money than the merchant has is refused, and nothing is stored.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WithoutMoneyNothingIsStored(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var payIn = await merchant.CreateAsync("paid", "300");
        await host.PayAsync(payIn["platFormTradeNo"]!, 300_00, $"UTR{merchant.NoText}");
        Assert.Equal("0000", (await merchant.PayOutAsync("out", "250")).Code);
        var before = await host.CountOrdersAsync(merchant);
        Assert.Equal("8000", (await merchant.Client.PostAsync(Refund, Body("r1", "300"))).Code);
        Assert.Equal(before, await host.CountOrdersAsync(merchant));
    }

    /// <summary>Live, within 15 minutes; the number of a refused request stays free, its signature does not.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task OutOfTimeIsRefusedAndARefusedOneStaysRefused(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var now = TimeProvider.System.GetUtcNow();
        var stale = await merchant.Client.PostAsync(Refund, Body("r1", "1").With("timestamp", now.AddMinutes(-16).ToUnixTimeMilliseconds()));
        Assert.Equal(("8000", "timestamp: must be within 15 minutes of the server's clock"), (stale.Code, stale.Message));
        var text = Body("r1", "1").With("timestamp", now.ToUnixTimeMilliseconds()).SignedWith(merchant.Secret).ToString();
        Assert.Equal("tradeNo: no such order", (await merchant.Client.PostRawAsync(Refund, text)).Message);
        Assert.Equal(CreateResult.RefusedBefore, (await merchant.Client.PostRawAsync(Refund, text)).Message);
    }

    [Fact]
    public void EveryCountryHasThemUnderItsOwnPrefix() => Assert.All(CountryCatalog.BuiltIn.Countries, country =>
    {
        var prefix = country.Operations[0].Path[..(country.Operations[0].Path.LastIndexOf('/') + 1)];
        Assert.Equal(["refund", "queryRefundResult", "cancelPayIn"], country.Operations.Where(o => o.IsOurs).Select(o => o.Path[prefix.Length..]));
        Assert.All(country.Operations.Where(o => o.IsOurs), o => Assert.NotNull(CountryCatalog.BuiltIn.Find($"/{country.Segment}{o.Path}")));
    });

    private static FlatBody Body(string refundNo, string amount, string tradeNo = "paid") =>
        new(("operation", "refund"), ("tradeNo", tradeNo), ("refundNo", refundNo), ("amount", amount), ("notifyUrl", "https://merchant.example/refund"), ("reason", "sent back"));
}
