using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>Every documented call, as the documentation shows it.</summary>
public sealed partial class DocumentedCallsTests(ApiHosts hosts)
{
    private const string PayInExample = """
        {"sign":"0be92a962072b1786a01a2cab4891a1d","timestamp":"1728609257212","tradeNo":"test_00000008","amount":"300","mobile":"15745896325",
         "email":"kevin@example.com","payer":"kevin zhang","notifyUrl":"https://google.com","returnUrl":"http://abc.com/callback_page","remark":"test","wayCode":"va"}
        """;

    private const string PayoutExample = """
        {"sign":"b39f64dc1586867b1966a569ba06e3a2","timestamp":"1728611780130","tradeNo":"test_00000001","wayCode":"BANXICO","amount":"200",
         "customerName":"kevin zhang","customerMobile":"18956325478","customerEmail":"kevin@example.com","customerAccountType":"DebitCard",
         "customerAccount":"kevin_zhang_account","identity":"58452586558","notifyUrl":"https://google.com","remark":"test"}
        """;

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheDocumentedExamplesReplayOnASandbox(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = SignedClient.Mexico(host.Http);

        var payIn = await merchant.PostAsync(PayIn, FlatBody.Parse(PayInExample));
        var payout = await merchant.PostAsync(Payout, FlatBody.Parse(PayoutExample));
        var query = await merchant.PostAsync(QueryPayIn, FlatBody.Parse("""{"sign":"ac13b9abf95c66ffc4025abaaeeb3a83","timestamp":"1728613488294","tradeNo":"test_00000008"}"""));

        Assert.Equal(HttpStatusCode.OK, payIn.Http);
        Assert.Equal(("success", "0000"), (payIn.Message, payIn.Code));
        Assert.Equal(JsonValueKind.True, payIn.Envelope.GetProperty("success").ValueKind);
        Assert.Equal(JsonValueKind.Number, payIn.Envelope.GetProperty("timestamp").ValueKind);
        Assert.Equal(("test_00000008", "0015", "Create", "test"), (payIn["tradeNo"], payIn.Status, payIn["desc"], payIn["remark"]));
        Assert.Matches(Number(), payIn["platFormTradeNo"]);
        Assert.Equal(payIn["platFormTradeNo"], payIn["payproTradeNo"]);
        Assert.Equal(18, payIn["paymentInfo"]!.Length);
        Assert.Equal(("0000", "0015", "Create", "test"), (payout.Code, payout.Status, payout["desc"], payout["remark"]));
        Assert.Matches(Number(), payout["platFormTradeNo"]);
        Assert.Equal(("0000", "0015", "300", "0", "In processing"), (query.Code, query.Status, query["amount"], query["receivedAmount"], query["message"]));
        Assert.Matches(LocalTime(), query["createTime"]);
        Assert.Null(query["successTime"]);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EveryOperationAnswersWithAndWithoutTheSegmentInAnyLetterCase(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        var round = 0;
        foreach (var dress in (Func<string, string>[])[p => p, p => p["/mex-pay".Length..], p => p.ToUpperInvariant(), p => p["/mex-pay".Length..].ToLowerInvariant()])
        {
            var tradeNo = $"t{round++}";
            Assert.Equal("0015", (await merchant.Client.PostAsync(dress(PayIn), PayInBody(tradeNo))).Status);
            Assert.Equal("0015", (await merchant.Client.PostAsync(dress(Link), PayInBody($"{tradeNo}-link").Without("wayCode"))).Status);
            Assert.Equal("0015", (await merchant.Client.PostAsync(dress(Payout), PayoutBody(tradeNo))).Status);
            Assert.Equal("0015", (await merchant.AskAsync(dress(QueryPayIn), tradeNo)).Status);
            Assert.Equal("0015", (await merchant.AskAsync(dress(QueryPayout), tradeNo)).Status);
            Assert.Equal("0000", (await merchant.Client.PostAsync(dress(Balance))).Code);
        }

        Assert.Equal(12, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AHostedOrderHasAPageAtOurOwnAddressWhateverTheHostHeaderSays(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var body = PayInBody("hosted").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString();

        var answer = await host.SendAsync(
            Link, System.Text.Encoding.UTF8.GetBytes(body), "application/json", chunked: false, ("merchantNo", merchant.NoText), ("Host", "evil.example"));

        Assert.Equal(("0015", "Paying"), (answer.Status, answer["desc"]));
        Assert.Matches($"^{Regex.Escape(host.Http.BaseAddress!.ToString())}pay/{answer["platFormTradeNo"]}-[0-9a-f]{{32}}$", answer["paymentUrl"]);
        Assert.Null(answer["paymentInfo"]);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AQueryTellsWhatWasPaid(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var number = (await merchant.CreateAsync("paid"))["platFormTradeNo"]!;

        await host.PayAsync(number, 100_00, $"{number}-1");
        var partly = await merchant.AskAsync(QueryPayIn, "paid");
        await host.PayAsync(number, 200_50, $"{number}-2");
        var paid = await merchant.AskAsync(QueryPayIn, "paid");
        var again = await merchant.CreateAsync("paid");

        Assert.Equal(("0001", "100", "100", "PARTIAL PAYMENT"), (partly.Status, partly["amount"], partly["receivedAmount"], partly["message"]));
        Assert.Equal(("0000", "300.50", "300.50", "SUCCESS"), (paid.Status, paid["amount"], paid["receivedAmount"], paid["message"]));
        Assert.Equal((number, number), (paid["platFormTradeNo"], paid["payproTradeNo"]));
        Assert.Matches(LocalTime(), paid["successTime"]);
        Assert.Equal(("0000", "0000", number), (again.Code, again.Status, again["platFormTradeNo"]));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheBalanceHasFourDecimalsAndBothSpellings(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_50);
        Assert.Equal("0015", (await merchant.PayOutAsync("out", "400")).Status);

        var answer = await merchant.Client.PostAsync(Balance);
        var payout = await merchant.AskAsync(QueryPayout, "out");

        Assert.Equal("0000", answer.Code);
        Assert.Equal("""{"availableAmount":"600.5000","availablAmount":"600.5000","freezeAmount":"400.0000","unsettledAmount":"0.0000"}""", answer.Envelope.GetProperty("data").GetRawText());
        Assert.Equal(("0015", "400.00", "0.00"), (payout.Status, payout["orderAmount"], payout["payAmount"]));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AmountsComeInEveryExactForm(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var round = 0;
        foreach (var (token, amount) in ((string, string)[])[("\"1.00\"", "1"), ("1.00", "1"), ("3e2", "300"), ("3.0E2", "300"), ("300", "300"), ("\"300\"", "300")])
        {
            var tradeNo = $"amount{round++}";
            var created = await merchant.Client.PostAsync(PayIn, PayInBody(tradeNo).Without("amount").AddToken("amount", token));
            Assert.True(created.Code == "0000", $"{token}: {created.Text}");
            Assert.Equal(amount, (await merchant.AskAsync(QueryPayIn, tradeNo))["amount"]);
        }
    }

    [GeneratedRegex("^[a-z0-9]{16}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]
    private static partial Regex LocalTime();
}
