using System.Globalization;
using Paypro.Server.Orders;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.Security;

/// <summary>The text of an MD5 signature has no separators, so that another body can be signed by it: only one of them may create an order.</summary>
public sealed class SignReuseTests(ApiHosts hosts)
{
    private const string PlantedTime = "1728609257999";
    private static long times = 1_728_609_257_000;

    public static TheoryData<Engine, string> Splits
    {
        get
        {
            var data = new TheoryData<Engine, string>();
            foreach (var engine in (Engine[])[Engine.Sqlite, Engine.Postgres])
            {
                foreach (var split in (string[])["value", "name", "planted", "notation"])
                {
                    data.Add(engine, split);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public async Task TheSameSignBuysNoSecondOrder(Engine engine, string split)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        foreach (var (path, make) in new (string, Func<FlatBody>)[] { (PayIn, () => PayInBody("")), (Payout, () => PayoutBody("")) })
        {
            var (first, second) = Split(make, split);
            Assert.Equal(first.Md5(merchant.Secret), second.Md5(merchant.Secret));

            Assert.Equal("0000", (await SendAsync(merchant, path, first)).Code);
            Assert.Equal(("8000", CreateResult.UsedElsewhere), await SendAsync(merchant, path, second) is var answer ? (answer.Code, answer.Message) : default);
            Assert.Equal("0000", (await SendAsync(merchant, path, first)).Code);
            Assert.Equal("0000", (await SendAsync(merchant, path, second.With("timestamp", NewTime()))).Code);
        }

        // With its new timestamp the second was a request of the merchant's own.
        Assert.Equal(4, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task OfManyAtOnceOneNumberIsTaken(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(100_000_00);
        foreach (var (path, make) in new (string, Func<FlatBody>)[] { (PayIn, () => PayInBody("")), (Payout, () => PayoutBody("")) })
        {
            var (first, second) = Split(make, "value");
            var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => SendAsync(merchant, path, i % 2 == 0 ? first : second)));

            Assert.Equal(16, answers.Count(a => a.Code == "0000"));
            Assert.Single(answers.Where(a => a.Code == "0000").Select(a => a["platFormTradeNo"]).Distinct());
            Assert.Equal(16, answers.Count(a => a.Message == CreateResult.UsedElsewhere));
        }

        Assert.Equal(2, await host.CountOrdersAsync(merchant));
    }

    /// <summary>Refused for the balance, for a field, or answered as a repeat: the sign is used up all the same.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ARefusedOrRepeatedOnesSignIsUsedUpToo(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(60_00);
        var (first, second) = Split(() => PayoutBody("", "70"), "value");
        Assert.StartsWith("amount:", (await SendAsync(merchant, Payout, first)).Message, StringComparison.Ordinal);
        Assert.Equal(CreateResult.UsedElsewhere, (await SendAsync(merchant, Payout, second)).Message);

        // What is no payout could be a pay-in.
        var payIn = PayInBody("bad").With("timestamp", NewTime());
        Assert.Equal("customerName: is required", (await SendAsync(merchant, Payout, payIn.With("wayCode", "va"))).Message);
        Assert.Equal(CreateResult.UsedElsewhere, (await SendAsync(merchant, PayIn, payIn)).Message);

        (first, second) = Split(() => PayoutBody(""), "value");
        Assert.Equal("0000", (await SendAsync(merchant, Payout, first)).Code);
        first.With("timestamp", NewTime());
        second.With("timestamp", first.TextOf("timestamp"));
        Assert.Equal("0000", (await SendAsync(merchant, Payout, first)).Code);
        Assert.Equal(CreateResult.UsedElsewhere, (await SendAsync(merchant, Payout, second)).Message);
        Assert.Equal(1, await host.CountOrdersAsync(merchant));
    }

    /// <summary>A request that names an operation of our own serves no documented one.</summary>
    [Theory]
    [InlineData("refund")]
    [InlineData("queryRefund")]
    [InlineData("cancelPayIn")]
    public async Task WhatIsSignedForAnOperationOfOurOwnIsRefusedElsewhere(string name)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var merchant = await host.AddMerchantAsync(1_000_00);
        foreach (var (path, body) in new[] { (PayIn, PayInBody("own")), (Payout, PayoutBody("own")), (QueryPayIn, new FlatBody(("tradeNo", "own"))) })
        {
            var answer = await merchant.Client.PostAsync(path, body.With("operation", name));
            Assert.Equal(("8000", $"operation: the request is signed for {name}"), (answer.Code, answer.Message));
        }

        Assert.Equal("0000", (await merchant.Client.PostAsync(PayIn, PayInBody("own").With("operation", "a member of the merchant's"))).Code);
    }

    /// <summary>Two bodies with one signed text and two numbers.</summary>
    private static (FlatBody First, FlatBody Second) Split(Func<FlatBody> make, string split)
    {
        var time = NewTime();
        var no = $"t{time}";
        FlatBody With(string tradeNo) => make().Without("returnUrl").With("timestamp", time).With("tradeNo", tradeNo);
        return split switch
        {
            "value" => (With(no).With("version", "1"), With($"{no}version=1")),
            "name" => (With(no).With("uu", "7"), With($"{no}u").With("u", "7")),
            "planted" => (
                With(no).With("remark", $"xtimestamp={PlantedTime}tradeNo={no}b"),
                With($"{no}btimestamp={time}tradeNo={no}").With("remark", "x").With("timestamp", PlantedTime)),
            _ => (With("").Without("tradeNo").AddToken("tradeNo", $"{time}E1"), With($"{time}E1")),
        };
    }

    private static Task<ApiAnswer> SendAsync(TestMerchant merchant, string path, FlatBody body) =>
        merchant.Client.PostRawAsync(path, body.SignedWith(merchant.Secret).ToString());

    private static string NewTime() => Interlocked.Increment(ref times).ToString(CultureInfo.InvariantCulture);
}
