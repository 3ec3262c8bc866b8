using Paypro.Server.Merchants;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>The picture of merchants and keys that every call reads.</summary>
public sealed class SnapshotTests(ApiHosts hosts)
{
    /// <summary>Many refreshes at once must not put an older picture back.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AMerchantIsKnownFromTheEndOfARefreshOn(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var store = host.The<SnapshotStore>();

        var known = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
        {
            var merchant = await host.AddMerchantAsync();
            var seen = true;
            for (var look = 0; look < 20; look++)
            {
                seen &= store.Current.Merchant(merchant.No) is not null;
                await Task.Yield();
            }

            return seen;
        }));

        Assert.All(known, Assert.True);
    }
}
