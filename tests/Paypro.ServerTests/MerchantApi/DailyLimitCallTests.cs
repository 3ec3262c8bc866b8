using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>A daily limit as the merchant hears of it: refused, nothing stored, the number still free.</summary>
public sealed class DailyLimitCallTests(ApiHosts hosts)
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task MoreThanTheDayAllowsIsRefusedAndNamesTheAmount(Engine engine)
    {
        var host = await hosts.SandboxAsync(engine);
        var merchant = await host.AddMerchantAsync(1000_00);
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.DailyLimits.Add(new DailyLimitRow { MerchantNo = merchant.No, Direction = Direction.Payout, AmountMinor = 100_00 });
            context.DailyLimits.Add(new DailyLimitRow { MerchantNo = merchant.No, Direction = Direction.PayIn, AmountMinor = 200_00 });
            return Task.CompletedTask;
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        Assert.Equal("0000", (await merchant.PayOutAsync("a", "60")).Code);
        var payout = await merchant.PayOutAsync("b", "41");
        Assert.Equal(("8000", "amount: is more than this merchant may still pay out today"), (payout.Code, payout.Message));
        var payIn = await merchant.CreateAsync("a", "201");
        Assert.Equal(("8000", "amount: is more than this merchant may still be paid today"), (payIn.Code, payIn.Message));
        Assert.Equal(1, await host.CountOrdersAsync(merchant));

        // The first answer again is no new order, and the refused number is free.
        Assert.Equal("0000", (await merchant.PayOutAsync("a", "60")).Code);
        Assert.Equal("0000", (await merchant.PayOutAsync("b", "40")).Code);
        Assert.Equal("8000", (await merchant.PayOutAsync("c", "1")).Code);
        Assert.Equal("0000", (await merchant.CreateAsync("a", "200")).Code);

        // A limit that is lowered concerns new orders alone.
        await host.The<ConfigStore>().SaveAsync(async context =>
            (await context.DailyLimits.FindAsync(merchant.No, Direction.PayIn, "*"))!.AmountMinor = 0);
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal("0000", (await merchant.CreateAsync("a", "200")).Code);
        Assert.Equal("8000", (await merchant.CreateAsync("b", "200")).Code);
    }
}
