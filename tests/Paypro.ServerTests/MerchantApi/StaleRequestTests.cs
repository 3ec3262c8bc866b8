using System.Globalization;
using System.Net;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Conformance;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>Live, a request out of time does nothing, and whoever copied it takes nothing from its merchant.</summary>
public sealed class StaleRequestTests(ApiHosts hosts)
{
    private const string LongAgo = "1000000000000";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EveryQuestionWithATimestampIsForbiddenAndSaysNothingAboutAnOrder(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            var merchant = await host.AddMerchantAsync(0, country.IsoCode, new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
            var document = await CountryDocument.OfAsync(country);
            foreach (var operation in document.Reference.Operations.Where(o => !o.Operation.Stores && o.Operation.Fields.Any(f => f.Role == FieldRole.Timestamp)))
            {
                var body = FlatBody.Parse(operation.Requests[0].Body.ToJsonString()).With("timestamp", LongAgo).SignedWith(merchant.Secret).ToString();
                var answer = await merchant.Client.PostRawAsync(operation.Address, body);
                Assert.Equal(
                    (operation.Id, HttpStatusCode.Forbidden, "5000", $"timestamp: must be within {(operation.Operation.IsOurs ? 15 : 1440)} minutes of the server's clock"),
                    (operation.Id, answer.Http, answer.Code, answer.Message));
            }
        }
    }

    /// <summary>The voucher's sign stands in a header.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ASignInTheHeaderAgesToo(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync(0, "ID", new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
        var body = new FlatBody(("tradeNo", "none"), ("timestamp", LongAgo));
        var answer = await host.SendAsync(
            "/indonesia-pay/v1/paypro/indonesia/query/voucher", System.Text.Encoding.UTF8.GetBytes(body.ToString()), "application/json", chunked: false,
            ("merchantNo", merchant.NoText), ("sign", body.Md5(merchant.Secret)));
        Assert.Equal((HttpStatusCode.Forbidden, "5000"), (answer.Http, answer.Code));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AQuestionsHeaderOutOfTimeIsForbidden(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret-of-a-test"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = new FlatBody(("timestamp", Text(TimeSpan.Zero))).ToString();
        Assert.Equal("0000", (await host.SendHmacAsync(Balance, merchant.NoText, merchant.Secret, body, now - (14 * 60))).Code);
        foreach (var t in (long[])[now - (16 * 60), now + (16 * 60), 1, long.MaxValue])
        {
            var answer = await host.SendHmacAsync(Balance, merchant.NoText, merchant.Secret, body, t);
            Assert.Equal((HttpStatusCode.Forbidden, "5000", "sign: t must be within 15 minutes of the server's clock"), (answer.Http, answer.Code, answer.Message));
        }

        // Right in its header, wrong in its body.
        var stale = await host.SendHmacAsync(Balance, merchant.NoText, merchant.Secret, new FlatBody(("timestamp", LongAgo)).ToString(), now);
        Assert.Equal((HttpStatusCode.Forbidden, "5000"), (stale.Http, stale.Code));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatIsOutOfTimeDoesNotCountForItsMerchant(Engine engine)
    {
        await using var host = await ApiHost.StartLiveAsync(engine, "--Paypro:RateLimits:PerMerchantPerSecond=1");
        var merchant = await host.AddMerchantAsync();
        var bodies = new[] { (Balance, new FlatBody()), (QueryPayIn, new FlatBody(("tradeNo", "old"))), (PayIn, PayInBody("old")), (Payout, PayoutBody("old")) };
        for (var again = 0; again < 4; again++)
        {
            foreach (var (path, body) in bodies)
            {
                var answer = await merchant.Client.PostAsync(path, body.With("timestamp", LongAgo));
                Assert.NotEqual(HttpStatusCode.TooManyRequests, answer.Http);
                Assert.NotEqual("0000", answer.Code);
            }
        }

        Assert.Equal("0000", (await merchant.Client.PostAsync(Balance)).Code);
    }

    private static string Text(TimeSpan off) =>
        (TimeProvider.System.GetUtcNow() + off).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
