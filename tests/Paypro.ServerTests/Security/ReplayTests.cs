using System.Globalization;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.Security;

/// <summary>OWASP API2 and API6: a request that was overheard is worth nothing, neither again nor elsewhere nor later.</summary>
public sealed class ReplayTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheSameBodyAgainMakesNoSecondOrder(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        foreach (var (path, made) in new[] { (PayIn, PayInBody("again")), (Payout, PayoutBody("again")) })
        {
            var body = made.With("timestamp", Now()).SignedWith(merchant.Secret).ToString();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => merchant.Client.PostRawAsync(path, body)));

            Assert.All(answers, answer => Assert.Equal("0000", answer.Code));
            Assert.Single(answers.Select(answer => answer["platFormTradeNo"]).Distinct());
        }

        Assert.Equal(2, await host.CountOrdersAsync(merchant));
    }

    /// <summary>The sign of a header holds for its path; that of a body cannot, and is refused by the fields that the other operation requires.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ABodySignedForOneOperationDoesNothingAtAnother(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        var hmac = await host.AddMerchantAsync(1_000_00, "MX", new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret"));
        var payIn = PayInBody("elsewhere").With("timestamp", Now()).SignedWith(merchant.Secret).ToString();
        var payout = PayoutBody("elsewhere").With("timestamp", Now()).SignedWith(merchant.Secret).ToString();

        Assert.Equal("8000", (await merchant.Client.PostRawAsync(Payout, payIn)).Code);
        Assert.Equal("8000", (await merchant.Client.PostRawAsync(PayIn, payout)).Code);
        foreach (var path in (string[])[Payout, Link, QueryPayIn, "/brz-pay/v1/paypro/queryPayInResult"])
        {
            var answer = await host.SendHmacAsync(path, hmac.NoText, hmac.Secret, PayInBody("elsewhere").With("timestamp", Now()).ToString(), signedPath: PayIn);
            Assert.Equal("8000", answer.Code);
            Assert.StartsWith("sign: the merchant or its sign is wrong", answer.Message, StringComparison.Ordinal);
        }

        // Another country's address: the merchant has no operation there.
        foreach (var segment in (string[])["brz-pay", "ind-pay", "indonesia-pay", "ken-pay"])
        {
            var answer = await merchant.Client.PostRawAsync(PayIn.Replace("mex-pay", segment, StringComparison.Ordinal), payIn);
            Assert.Equal("8000", answer.Code);
        }

        Assert.Equal(0, await host.CountOrdersAsync(merchant) + await host.CountOrdersAsync(hmac));
    }

    /// <summary>Live: what is no time, or one that no clock shows, is as good as one outside the window.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ATimestampThatIsNoneIsOutsideEveryWindow(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00);
        foreach (var timestamp in (string[])["0", "1", "-1", "99999999999999", "9223372036854775807", "9223372036854775808", "1e13", "١٧٢٨٦٠٩٢٥٧٢١٢", "0x19", "NaN", " ", "now"])
        {
            foreach (var (path, body) in new[] { (PayIn, PayInBody("time")), (Payout, PayoutBody("time")) })
            {
                var answer = await merchant.Client.PostAsync(path, body.With("timestamp", timestamp));
                Assert.True(answer.Code == "8000" && answer.Message!.StartsWith("timestamp:", StringComparison.Ordinal), $"{timestamp}: {answer.Text}");
            }
        }

        Assert.Equal(0, await host.CountOrdersAsync(merchant));
    }

    private static string Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
