using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>A rail takes a payout and cancels it afterwards, since our money there does not suffice: no verdict on the order, which waits with the others of the account and is sent once more under another number.</summary>
public sealed class FundsLaterTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>While no balance is known one send is tried after a minute, and would be cancelled too: here a balance alone lets them go.</summary>
    private static readonly string[] NoTrials = ["--Paypro:Float:ProbeSeconds", "3600"];

    [Theory]
    [MemberData(nameof(Both))]
    public async Task At_STP(Engine engine)
    {
        await using var ground = await SpeiRailGround.StartAsync(engine, null, NoTrials);
        var (host, house, all) = (ground.Host, ground.House, ground.House.BalanceMinor);
        (house.CancelsForFunds, house.BalanceMinor) = (true, 0);
        var waits = await ground.PayoutAsync("120");
        var first = await ground.SentAsync(waits);
        Assert.Equal("CN", first.State);

        // The callback is a reason to ask, and one at a time is enough; the question says that it was cancelled, and why. Whoever says it again changes nothing.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => house.TellAsync(first)));
        Assert.Contains(HttpStatusCode.OK, answers);
        await ParkedAsync(host, waits, "wants money");
        ground.Pass(TimeSpan.FromMinutes(2));
        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None); // Nothing is taken by a configuration that nobody confirmed for so long.
        var again = await house.TellAsync(first);
        Assert.True(again == HttpStatusCode.OK, $"{again}; {host.Log.Text}");
        await ground.ListAsync();

        // The account's other payouts do not leave.
        var behind = await ground.PayoutAsync("130");
        await ParkedAsync(host, behind, "waits behind");
        Assert.Single(house.Orders);
        Assert.Equal((120_00 + 130_00, 2), await ReservedAsync(host));

        house.BalanceMinor = all;
        foreach (var (created, amountMinor) in new[] { (waits, 120_00), (behind, 130_00) })
        {
            await BringsMoneyAsync(host, SpeiRailGround.AccountId, () => host.OrderAsync(created["platFormTradeNo"]!), async () =>
            {
                var reference = await ground.ReferenceAsync(created);
                return house.Orders.Any(each => each.Key == reference && each.AmountMinor == amountMinor && each.State == "C");
            });
            var sent = await ground.SentAsync(created);
            Assert.Equal(HttpStatusCode.OK, await house.TellAsync(house.End(sent.Key)));
            await ground.UntilAsync(created, static o => o.State == OrderState.Paid);
        }

        Assert.Equal((3, 3), (house.Orders.Count, house.Orders.Select(static each => each.Key).Distinct().Count()));
        Assert.Equal(all - 120_00 - 130_00, house.BalanceMinor);
        Assert.Empty(house.Faults);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task At_M_PESA(Engine engine)
    {
        await using var ground = await MpesaRailGround.StartAsync(engine, null, NoTrials);
        await ground.Host.Get<AccountTrial>().RunAsync(MpesaRailGround.AccountId, activates: true, CancellationToken.None);
        var (host, it, utility) = (ground.Host, ground.Operator, ground.Operator.UtilityCents);
        var waits = await ground.PayoutAsync("120");
        var told = it.Told(it.Settle((await ground.SentAsync(waits)).OriginatorId, "1"));
        await Task.WhenAll(ground.DeliverAsync(told), ground.DeliverAsync(told));
        await ParkedAsync(host, waits, "wants money");
        await ground.DeliverAsync(told);

        // A pot that no balance is known of is asked for only where the node knows that it is stopped, which it does a second later.
        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var behind = await ground.PayoutAsync("130");
        await ParkedAsync(host, behind, "waits behind");
        Assert.Single(it.Payouts);

        foreach (var created in new[] { waits, behind })
        {
            await BringsMoneyAsync(host, MpesaRailGround.AccountId, () => host.OrderAsync(created["platFormTradeNo"]!), async () =>
            {
                var reference = await ground.ReferenceAsync(created);
                return it.Payouts.Any(each => each.OriginatorId == reference);
            });
            await ground.DeliverAsync(it.Told(it.Settle((await ground.SentAsync(created)).OriginatorId)));
            await ground.UntilAsync(created, static o => o.State == OrderState.Paid);
        }

        Assert.Equal((3, 3), (it.Payouts.Count, it.Payouts.Select(static each => each.OriginatorId).Distinct().Count()));
        Assert.Equal(utility - 120_00 - 130_00, it.UtilityCents);
        Assert.Empty(it.Faults);
    }

    private static async Task ParkedAsync(SandboxHost host, ApiAnswer created, string which)
    {
        AttemptRow? last = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var found = (await host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!;
            last = found.Attempts[^1];
            return last.State == AttemptState.Parked && found.Order.State == OrderState.Pending;
        }), $"{which}: {last?.State}, attempt {last?.AttemptNo}\n{host.Log.Text}");
    }

    /// <summary>What is reserved for payouts, and how many are under way.</summary>
    private static Task<(long, int)> ReservedAsync(SandboxHost host) => host.ReadAsync(async context => (
        await context.Orders.Where(o => o.Direction == Paypro.Channels.Direction.Payout && o.State == OrderState.Pending).SumAsync(o => o.AmountMinor),
        await context.Orders.CountAsync(o => o.Direction == Paypro.Channels.Direction.Payout && o.State == OrderState.Pending)));

    /// <summary>The rail tells balances; what waits goes on.</summary>
    private static async Task BringsMoneyAsync(SandboxHost host, long account, Func<Task<OrderRow>> order, Func<Task<bool>> isSent)
    {
        for (var turn = 0; turn < 20 && !await isSent(); turn++)
        {
            host.Time.Pass(TimeSpan.FromMinutes(4));
            await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            await host.Get<ReadBalances>().ReadNowAsync(host.Get<SnapshotStore>().Current.Accounts[account], CancellationToken.None);
            await host.Get<ParkedOrders>().RunOnceAsync(CancellationToken.None);
            await SandboxHost.ComesToBeAsync(isSent, TimeSpan.FromSeconds(1));
        }

        Assert.True(await isSent(), $"{(await order()).State}\n{host.Log.Text}");
    }
}
