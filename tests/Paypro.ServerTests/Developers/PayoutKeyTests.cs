using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.Developers;

/// <summary>A merchant whose payouts need an HMAC key.</summary>
public sealed class PayoutKeyTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ANewPayoutNeedsHmacAndAKnownOneIsAnsweredAsBefore(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1_000_00, "MX", new TestKey(SigningAlgorithm.Md5, "md5-secret"), new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret"));
        var known = PayoutBody("known").With("timestamp", "1728609257212").SignedWith(merchant.Secret).ToString();
        Assert.Equal("0000", (await merchant.Client.PostRawAsync(Payout, known)).Code);
        await host.The<ConfigStore>().SaveAsync(async context => (await context.Merchants.FindAsync(merchant.No))!.PayoutsNeedHmac = true);
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        // Its client may not have the first answer: to say refused would make it pay twice.
        Assert.Equal("0000", (await merchant.Client.PostRawAsync(Payout, known)).Code);
        var refused = await merchant.PayOutAsync("new");
        Assert.Equal(("8000", "sign: payouts of this merchant must be signed with an HMAC key, in the header Paypro-Signature"), (refused.Code, refused.Message));
        Assert.Equal("0000", (await merchant.CreateAsync("pay-in")).Code);
        Assert.Equal("0000", (await merchant.AskAsync(QueryPayout, "known")).Code);

        var body = PayoutBody("new").With("timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).ToString();
        Assert.Equal("0000", (await host.SendHmacAsync(Payout, merchant.NoText, "hmac-secret", body)).Code);
        Assert.Equal(3, await host.CountOrdersAsync(merchant));
    }
}
