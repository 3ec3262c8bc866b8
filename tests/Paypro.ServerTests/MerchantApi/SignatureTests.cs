using System.Net;
using System.Text;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>Who may say what: the kind of signature belongs to the key, and whoever is not let in learns nothing.</summary>
public sealed class SignatureTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhoeverIsNotLetInGetsOneAnswer(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var (merchant, other) = (await host.AddMerchantAsync(), await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "another-secret-of-it")));
        var foreigner = await host.AddMerchantAsync(0, "BR", new TestKey(SigningAlgorithm.Md5, "foreign-secret-of-it"));
        var signed = Body().SignedWith(merchant.Secret).ToString();

        var answers = new List<ApiAnswer>
        {
            await SendAsync(Body().With("sign", new string('0', 32)).ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(Body().With("sign", "short").ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(Body().With("sign", "").ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(Body().ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(Body().SignedWith(merchant.Secret).With("amount", "301").ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(Body().SignedWith(other.Secret).ToString(), ("merchantNo", merchant.NoText)),
            await SendAsync(signed, ("merchantNo", other.NoText)),
            await SendAsync(signed, ("merchantNo", "9999999999")),
            await SendAsync(signed, ("merchantNo", "")),
            await SendAsync(signed, ("merchantNo", "0" + merchant.NoText)),
            await SendAsync(signed),
            await SendAsync(signed, ("merchantNo", merchant.NoText), ("merchantNo", other.NoText)),
            await SendAsync(Body().SignedWith(foreigner.Secret).ToString(), ("merchantNo", foreigner.NoText)),
            await SendAsync(Body().Without("sign").ToString(), ("merchantNo", merchant.NoText), ("sign", Body().Md5(merchant.Secret))),
        };

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, "8000", answers[0].Message), (answer.Http, answer.Code, answer.Message)));
        Assert.Equal(0, await host.CountOrdersAsync(merchant) + await host.CountOrdersAsync(other));
        Assert.Equal("sign: the merchant or its sign is wrong", answers[0].Message);
        Assert.StartsWith("timestamp: ", (await SendAsync(signed, ("MERCHANTNO", merchant.NoText))).Message, StringComparison.Ordinal);

        Task<ApiAnswer> SendAsync(string body, params (string, string)[] headers) =>
            host.SendAsync(PayIn, Encoding.UTF8.GetBytes(body), "application/json", chunked: false, headers);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheDocumentedSignIsForgivingWhereTheOriginalIs(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var upperCase = Body().With("sign", Body().Md5(merchant.Secret).ToUpperInvariant());
        var nullLeftOut = Body().With("payer", null).SignedWith(merchant.Secret);
        var nullAsText = Body().With("payer", null).With("sign", Body().With("payer", "null").Md5(merchant.Secret));
        var emptyLeftOut = Body().With("payer", "").SignedWith(merchant.Secret);
        var unknownMember = Body().Add("Zusatz", "größe ✓").Add("flag", true).SignedWith(merchant.Secret);
        var bareNumber = Body().Without("amount").AddToken("amount", "3.0e2").SignedWith(merchant.Secret);

        foreach (var body in (FlatBody[])[upperCase, nullLeftOut, nullAsText, emptyLeftOut, unknownMember, bareNumber])
        {
            var answer = await merchant.Client.PostRawAsync(PayIn, body.ToString());
            Assert.True(answer.Code == "0000", $"{body}: {answer.Text}");
        }

        // All six are the same order.
        Assert.Equal(1, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AKeyOfOneKindNeverVerifiesTheOther(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var hmac = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret-number-1"));
        var md5 = await host.AddMerchantAsync();
        var both = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "md5-secret-number-2"), new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret-number-2"));
        var unsigned = Body().ToString();

        Assert.Equal("0000", (await host.SendHmacAsync(PayIn, hmac.NoText, "hmac-secret-number-1", unsigned)).Code);
        Assert.Equal("8000", (await hmac.Client.PostAsync(PayIn, Body())).Code);
        Assert.Equal("8000", (await host.SendHmacAsync(PayIn, md5.NoText, md5.Secret, unsigned)).Code);
        Assert.Equal("0000", (await host.SendHmacAsync(PayIn, both.NoText, "hmac-secret-number-2", unsigned)).Code);
        Assert.Equal("0000", (await both.Client.PostAsync(PayIn, Body())).Code);
        Assert.Equal("8000", (await host.SendHmacAsync(PayIn, both.NoText, "md5-secret-number-2", unsigned)).Code);
        Assert.Equal("8000", (await new SignedClient(host.Http, both.NoText, "hmac-secret-number-2").PostAsync(PayIn, Body())).Code);
        Assert.Equal(1, await host.CountOrdersAsync(both));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheHeaderHoldsForItsPathBodyAndMerchantOnly(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        const string secret = "one-secret-of-two-merchants";
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, secret));
        var unsigned = Body().ToString();
        var bare = PayIn["/mex-pay".Length..];

        Assert.Equal("8000", (await host.SendHmacAsync(PayIn, merchant.NoText, secret, unsigned, signedPath: Payout)).Code);
        Assert.Equal("8000", (await host.SendHmacAsync(PayIn, merchant.NoText, secret, unsigned, signedPath: bare)).Code);
        Assert.Equal("8000", (await host.SendAsync(PayIn, Encoding.UTF8.GetBytes(unsigned), "application/json", false, ("merchantNo", merchant.NoText), ("Paypro-Signature", "t=1,v1=00"))).Code);
        Assert.Equal(0, await host.CountOrdersAsync(merchant));

        // A sandbox does not look at the time, and the path is the one that was called.
        Assert.Equal("0000", (await host.SendHmacAsync(PayIn, merchant.NoText, secret, unsigned, unixSeconds: 1_728_609_257)).Code);
        Assert.Equal("0000", (await host.SendHmacAsync(bare.ToUpperInvariant(), merchant.NoText, secret, unsigned)).Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TwoKeysAreValidAtATime(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        const long dayMs = 86_400_000;
        var merchant = await host.AddMerchantAsync(
            0, "MX",
            new TestKey(SigningAlgorithm.Md5, "new-secret"), new TestKey(SigningAlgorithm.Md5, "old-secret", 0, nowMs + dayMs),
            new TestKey(SigningAlgorithm.Md5, "expired-secret", 0, nowMs - dayMs), new TestKey(SigningAlgorithm.Md5, "future-secret", nowMs + dayMs));

        foreach (var (secret, code) in ((string, string)[])[("new-secret", "0000"), ("old-secret", "0000"), ("expired-secret", "8000"), ("future-secret", "8000")])
        {
            var answer = await new SignedClient(host.Http, merchant.NoText, secret).PostAsync(PayIn, Body());
            Assert.True(answer.Code == code, $"{secret}: {answer.Text}");
        }
    }

    private static FlatBody Body() => PayInBody("signed").With("timestamp", "1728609257212");
}
