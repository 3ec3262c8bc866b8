using Microsoft.EntityFrameworkCore;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>A payer's word that a wallet was paid: it is kept and makes us ask, and it books nothing.</summary>
public sealed class SubmissionTests
{
    private const string PayIn = "/bgd-pay/v1/paypro/payin", Submit = "/bgd-pay/v1/paypro/payinSubmit", Query = "/bgd-pay/v1/paypro/queryPayInResult";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APayersWordIsKeptAndBooksNothing(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var shop = new SignedClient(host.Http, "1000000010", "sandbox-secret-bd");
        var order = await shop.PostAsync(PayIn, FlatBody.Parse("""
            {"timestamp":"1728609257212","tradeNo":"bd-1","amount":"300","wayCode":"BKASH","notifyUrl":"https://example.com/n","remark":"test"}
            """));
        Assert.Equal("0000", order.Code);
        Assert.Contains("/pay/", order["paymentUrl"], StringComparison.Ordinal);
        Assert.Null(order["paymentInfo"]);
        var number = order["platFormTradeNo"]!;

        var submitted = await shop.PostAsync(Submit, SubmitBody(number, "8J7K3LQ2PX"));
        Assert.Equal("0000", submitted.Code);
        Assert.Equal(System.Text.Json.JsonValueKind.True, submitted.Envelope.GetProperty("data").ValueKind);
        Assert.Equal("0015", (await shop.PostAsync(Query, QueryBody("bd-1"))).Status);
        Assert.Equal(["8J7K3LQ2PX"], await SubmittedAsync(host, number));

        Assert.Equal("8000", (await shop.PostAsync(Submit, SubmitBody("0000000000000000", "8J7K3LQ2PX"))).Code);
        var foreigner = new SignedClient(host.Http, "1000000001", "sandbox-secret-mx");
        Assert.Equal("8000", (await foreigner.PostAsync(Submit, SubmitBody(number, "8J7K3LQ2PX"))).Code);
        Assert.Single(await SubmittedAsync(host, number));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnOrdersHistoryCannotBeFilledByGuesses(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var shop = new SignedClient(host.Http, "1000000010", "sandbox-secret-bd");
        var order = await shop.PostAsync(PayIn, FlatBody.Parse("""
            {"timestamp":"1728609257212","tradeNo":"bd-2","amount":"300","wayCode":"NAGAD","notifyUrl":"https://example.com/n"}
            """));
        var codes = new List<string?>();
        for (var guess = 0; guess < 70; guess++)
        {
            codes.Add((await shop.PostAsync(Submit, SubmitBody(order["platFormTradeNo"]!, $"G{guess}"))).Code);
        }

        Assert.Equal("0000", codes[0]);
        Assert.Equal("8000", codes[^1]);
        Assert.InRange((await SubmittedAsync(host, order["platFormTradeNo"]!)).Count, 50, 64);
    }

    private static FlatBody SubmitBody(string number, string reference) =>
        FlatBody.Parse($$"""{"timestamp":"1728609257212","platFormTradeNo":"{{number}}","trxId":"{{reference}}"}""");

    private static FlatBody QueryBody(string tradeNo) => FlatBody.Parse($$"""{"timestamp":"1729153976003","tradeNo":"{{tradeNo}}"}""");

    private static async Task<List<string>> SubmittedAsync(SandboxHost host, string number)
    {
        var queries = (OrderQueries)host.Services.GetService(typeof(OrderQueries))!;
        var order = (await queries.FindAsync(number, CancellationToken.None))!.Order;
        await using var context = ((IContexts)host.Services.GetService(typeof(IContexts))!).Create();
        return await context.Set<EventRow>().Where(e => e.Bucket == order.Bucket && e.OrderId == order.Id && e.Type == EventType.ReferenceSubmitted)
            .OrderBy(e => e.Sequence).Select(e => e.Detail).ToListAsync();
    }
}
