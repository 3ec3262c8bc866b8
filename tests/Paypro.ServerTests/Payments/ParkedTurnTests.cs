using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What parked orders have to wait for, and what they do not.</summary>
public sealed class ParkedTurnTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>It draws from another pot of the account.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARefundThatIsStuckKeepsNoPayoutOfItsMerchantWaiting(Engine engine)
    {
        await using var refunds = await RefundGround.StartAsync(engine, openingMinor: 5_000_00);
        var pots = new PotGround(refunds.Ground);
        refunds.Channel.Refunds = static _ => Task.FromResult<SendOutcome>(new SendOutcome.Declined("no money", Scope: DeclineScope.Funds));
        var sent = Sends(pots);
        await pots.PutAsync(0);
        var refund = await refunds.CreatedAsync(await refunds.PaidAsync(100_00), "r1", "40");
        pots.Ground.Time.SetToReal();
        await refunds.TurnAsync();
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(refund));

        // One that is parked behind it, and a new one.
        var parked = await pots.PayOutAsync(refunds.Shop, "parked");
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(parked));
        await pots.PutAsync(500_00);
        await pots.TurnAsync();
        Assert.Equal([parked.Number], sent);
        var next = await pots.PayOutAsync(refunds.Shop, "new");
        Assert.Equal(AttemptState.Ready, await pots.StateAsync(next));
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(refund));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneThatCannotBeResumedForAFaultKeepsItsOwnMerchantWaitingAlone(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var (first, second) = (await pots.Ground.OpenShopAsync(1_000_00), await pots.Ground.OpenShopAsync(1_000_00));
        await pots.PutAsync(0);
        var (faulty, other) = (await pots.PayOutAsync(first, "faulty"), await pots.PayOutAsync(second, "other"));
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE orders SET country = 'XX' WHERE id = {faulty.Id}"));
        await pots.PutAsync(500_00);
        await pots.TurnAsync();
        Assert.Equal([other.Number], sent);
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(faulty));

        // What was counted for it falls away, since it is not under way.
        Assert.Equal(200_00, (await pots.PotAsync()).SentMinor);
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(4));
        await pots.Readings.SettleAsync(PotGround.AccountId);
        Assert.Equal(100_00, (await pots.PotAsync()).SentMinor);
        await pots.AssertSumsAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneWhoseAccountIsNotHereGoesOnAlongItsPlan(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        await pots.AddAccountAsync(701);
        await pots.PutAsync(0);
        await pots.PutAsync(0, 701);
        var order = await pots.PayOutAsync(await pots.Ground.OpenShopAsync(1_000_00), "one");
        await ConfigureAsync(pots, $"UPDATE channel_accounts SET channel = 'none' WHERE id = 101");
        Assert.False(pots.Ground.The<SnapshotStore>().Current.Accounts.ContainsKey(PotGround.AccountId));
        await pots.TurnAsync();
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(order));
        await pots.PutAsync(100_00, 701);
        await pots.TurnAsync();
        Assert.Equal([order.Number], sent);
        Assert.Equal(701, (await pots.FindAsync(order)).Attempts[^1].ChannelAccountId);
    }

    /// <summary>An account that is no longer counted is sent from without looking.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhenTheLastPotIsTakenAwayTheyAreSent(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var look = pots.Ground.The<FloatCases>();
        await pots.PutAsync(0);
        var order = await pots.PayOutAsync(await pots.Ground.OpenShopAsync(1_000_00), "one");
        await pots.Pots.StopAsync(pots.Offer, Direction.Payout, order.Way);
        await look.RunOnceAsync(CancellationToken.None);
        Assert.Equal([FloatCases.Stopped, FloatCases.Parked], await OpenCasesAsync(pots));
        await ConfigureAsync(pots, $"DELETE FROM channel_pots");
        Assert.Empty(pots.Offer.Pots);
        await look.RunOnceAsync(CancellationToken.None);
        Assert.Equal([FloatCases.Parked], await OpenCasesAsync(pots));
        await pots.TurnAsync();
        Assert.Equal([order.Number], sent);
        await look.RunOnceAsync(CancellationToken.None);
        Assert.Empty(await OpenCasesAsync(pots));
    }

    /// <summary>The rail says that our money is used up after an order was counted and before it is sent.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStopHoldsBackWhatIsCountedAndNotSent(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        await pots.PutAsync(0);
        var order = await pots.PayOutAsync(await pots.Ground.OpenShopAsync(1_000_00), "one");
        await pots.PutAsync(100_00);
        await pots.Ground.The<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((AttemptState.Ready, 100_00L), (await pots.StateAsync(order), (await pots.PotAsync()).SentMinor));
        pots.Ground.Time.Pass(TimeSpan.FromMilliseconds(5));
        await pots.Pots.StopAsync(pots.Offer, Direction.Payout, order.Way);
        await pots.Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        Assert.Equal((AttemptState.Parked, 0), (await pots.StateAsync(order), sent.Count));

        // What may have left is counted whatever the rail has said.
        Assert.Null((await pots.Pots.CountAsync(pots.Offer, new PotSend(order.Key, 1, Direction.Payout, order.Way, order.AmountMinor), mayHaveLeft: true)).Lacks);

        // It is not under way, so it falls away, and fits when there is as much again.
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(4));
        Assert.True(await pots.TellAsync(100_00));
        Assert.Equal(0, (await pots.PotAsync()).SentMinor);
        await pots.Ground.The<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        await pots.Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        Assert.Equal([order.Number], sent);
        await pots.AssertSumsAsync();
    }

    /// <summary>Many at one account, or of one merchant, keep those of another account or merchant from no turn.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task EveryAccountAndMerchantHasItsShareOfATurn(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (first, second) = (await pots.Ground.OpenShopAsync(10_000_00), await pots.Ground.OpenShopAsync(10_000_00));
        await pots.AddAccountAsync(701);
        await pots.PutAsync(0);
        await pots.PutAsync(0, 701);
        var orders = new List<OrderRow>();
        for (var i = 0; i < 60; i++)
        {
            orders.Add(await pots.PayOutAsync(first, $"a{i}", 10));
        }

        var (big, other) = (await pots.PayOutAsync(second, "big", 5_000), await pots.PayOutAsync(second, "other", 10));
        await MoveAsync(pots, other, 701);
        await pots.PutAsync(10_000_00, 101);
        await pots.PutAsync(10_000_00, 701);
        var turn = ActivatorUtilities.CreateInstance<ParkedOrders>(pots.Ground.The<IServiceProvider>());
        var few = new ParkedOrders(
            pots.Ground.The<IContexts>(), pots.Ground.The<SnapshotStore>(), pots.Ground.The<BatchWriter>(), pots.Pots, pots.Ground.The<PayoutCascade>(), pots.Ground.The<OrderQueries>(), pots.Ground.The<People>(),
            pots.Ground.The<OrderClockSignal>(), pots.Ground.Time, NullLogger<ParkedOrders>.Instance) { MostResumed = 8 };
        Assert.True(await few.RunOnceAsync(CancellationToken.None));
        Assert.Equal((AttemptState.Ready, AttemptState.Ready), (await pots.StateAsync(big), await pots.StateAsync(other)));
        Assert.Equal(3, await ReadyAsync());
        Assert.Equal((AttemptState.Ready, AttemptState.Parked), (await pots.StateAsync(orders[2]), await pots.StateAsync(orders[3])));

        // What one look does not see of a merchant's is seen by the next one, at once.
        Assert.True(await turn.RunOnceAsync(CancellationToken.None));
        Assert.Equal(53, await ReadyAsync());
        Assert.False(await turn.RunOnceAsync(CancellationToken.None));
        Assert.Equal(60, await ReadyAsync());
        await pots.AssertSumsAsync();

        async Task<int> ReadyAsync()
        {
            var ids = orders.ConvertAll(o => o.Id);
            return await pots.Ground.ReadAsync(c => c.Attempts.CountAsync(a => ids.Contains(a.OrderId) && a.State == AttemptState.Ready));
        }
    }

    private static Task<int> MoveAsync(PotGround pots, OrderRow order, long accountId) => pots.Ground.ReadAsync(async c =>
        await c.Database.ExecuteSqlAsync($"UPDATE attempts SET channel_account_id = {accountId}, plan = '' WHERE order_id = {order.Id}")
            + await c.Database.ExecuteSqlAsync($"UPDATE timers SET channel_account_id = {accountId} WHERE order_id = {order.Id}"));

    private static async Task ConfigureAsync(PotGround pots, FormattableString change)
    {
        await pots.Ground.The<ConfigStore>().SaveAsync(context => context.Database.ExecuteSqlAsync(change));
        await pots.RefreshAsync();
    }

    private static Task<List<string>> OpenCasesAsync(PotGround pots) =>
        pots.Ground.ReadAsync(c => c.Cases.Where(k => k.State == CaseState.Open && k.Kind != "channel-account").OrderBy(k => k.Kind).Select(k => k.Kind).ToListAsync());

    private static List<string> Sends(PotGround pots)
    {
        var sent = new List<string>();
        pots.Channel.Sends = draft =>
        {
            lock (sent)
            {
                sent.Add(draft.Number);
            }

            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        return sent;
    }
}
