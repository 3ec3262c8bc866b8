using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>A merchant cannot use numbers up by orders that nobody pays.</summary>
public sealed class UnpaidPayInTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task OnlySoManyPayInsOfAMerchantMayWaitForTheirPayer(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, _ => { }, "--Paypro:UnpaidPayIns=3");
        var (merchant, other) = (await host.AddMerchantAsync(1000_00), await host.AddMerchantAsync());
        var unpaid = host.The<UnpaidPayIns>();
        foreach (var tradeNo in (string[])["a", "b", "c"])
        {
            Assert.Equal("0000", (await merchant.CreateAsync(tradeNo)).Code);
        }

        // Before the database was read, and after.
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var refused in (ApiAnswer[])[await merchant.CreateAsync("d"), await merchant.Client.PostAsync(TestMerchant.Link, TestMerchant.PayInBody("d"))])
            {
                Assert.Equal(("8000", "tradeNo: 3 pay-ins of this merchant wait for their payer, which is the most; wait until some are paid or expire"), (refused.Code, refused.Message));
            }

            Assert.Equal("0000", (await merchant.CreateAsync("a")).Code);
            Assert.Equal("0000", (await merchant.PayOutAsync($"out-{turn}")).Code);
            Assert.Equal("0000", (await other.CreateAsync($"other-{turn}")).Code);
            await unpaid.RunOnceAsync(CancellationToken.None);
        }

        Assert.Equal(3 + 2, await host.CountOrdersAsync(merchant));

        // Another node, or this one after a start, knows once it has made one itself and looked.
        var stored = host.The<SnapshotStore>().Current.Merchant(merchant.No)!;
        var another = new UnpaidPayIns(host.The<IContexts>(), host.The<PayproOptions>(), host.The<Installation>());
        Assert.Null(another.Refusal(stored));
        another.Made(stored);
        await another.RunOnceAsync(CancellationToken.None);
        Assert.NotNull(another.Refusal(stored));

        var first = await host.The<OrderQueries>().FindAsync(new TradeKey(stored.Bucket, stored.No, Direction.PayIn, "a"));
        await host.The<BatchWriter>().WriteAsync(new ExpirePayIn(first!.Key, "test", first.ExpiresAtMs));
        Assert.Equal("8000", (await merchant.CreateAsync("d")).Code);
        await unpaid.RunOnceAsync(CancellationToken.None);
        Assert.Equal("0000", (await merchant.CreateAsync("d")).Code);
        Assert.Equal("8000", (await merchant.CreateAsync("e")).Code);
    }

    [Fact]
    public async Task AMerchantsOwnLimitGoesBeforeTheInstallations()
    {
        await using var host = await ApiHost.StartAsync(Engine.Sqlite, _ => { }, "--Paypro:UnpaidPayIns=1");
        var (own, free, plain) = (await host.AddMerchantAsync(), await host.AddMerchantAsync(), await host.AddMerchantAsync());
        await host.The<ConfigStore>().SaveAsync(async context =>
        {
            (await context.Merchants.FindAsync(own.No))!.UnpaidPayIns = 2;
            (await context.Merchants.FindAsync(free.No))!.UnpaidPayIns = 0;
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        foreach (var (merchant, most) in new[] { (own, 2), (free, 3), (plain, 1) })
        {
            for (var i = 1; i <= 3; i++)
            {
                Assert.Equal(i <= most ? "0000" : "8000", (await merchant.CreateAsync($"{i}")).Code);
            }
        }
    }

    [Fact]
    public async Task ASandboxHasNoSuchLimitUntilItIsSet()
    {
        await using var host = await ApiHost.StartAsync(Engine.Sqlite);
        var added = await host.AddMerchantAsync();
        var merchant = host.The<SnapshotStore>().Current.Merchant(added.No)!;
        var (sandbox, live) = (host.The<UnpaidPayIns>(), new UnpaidPayIns(host.The<IContexts>(), new PayproOptions(), host.The<Installation>() with { IsSandbox = false }));
        for (var i = 0; i < 50_000; i++)
        {
            sandbox.Made(merchant);
            Assert.Null(live.Refusal(merchant));
            live.Made(merchant);
        }

        Assert.Null(sandbox.Refusal(merchant));
        Assert.NotNull(live.Refusal(merchant));
    }
}
