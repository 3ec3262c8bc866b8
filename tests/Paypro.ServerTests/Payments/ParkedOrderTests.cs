using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Payouts for which there is no money of ours at their rail.</summary>
public sealed class ParkedOrderTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheyWaitReservedAndAreResumedOneMerchantAfterTheOtherTheOldestFirst(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var (first, second) = (await pots.Ground.OpenShopAsync(10_000_00), await pots.Ground.OpenShopAsync(10_000_00));
        await pots.PutAsync(0);
        var orders = new List<OrderRow>();
        foreach (var (shop, name) in new[] { (first, "a1"), (first, "a2"), (first, "a3"), (second, "b1") })
        {
            orders.Add(await pots.PayOutAsync(shop, name));
        }

        await pots.TurnAsync();
        Assert.Empty(sent);
        Assert.All(orders, o => Assert.Equal(OrderState.Pending, o.State));
        Assert.Equal(new Holdings(9_700_00, 300_00, 0, 0), await first.HoldingsAsync());
        Assert.Equal([EventType.Created, EventType.Parked], await pots.HistoryAsync(orders[0]));

        // With money for two, both merchants get one.
        await pots.PutAsync(200_00);
        await pots.TurnAsync();
        Assert.Equal(new[] { orders[0].Number, orders[3].Number }.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        await pots.PutAsync(399_99);
        await pots.TurnAsync();
        Assert.Equal(new[] { orders[0].Number, orders[1].Number, orders[3].Number }.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(orders[2]));
        Assert.Equal([EventType.Created, EventType.Parked, EventType.Resumed, EventType.Sending, EventType.Sent], await pots.HistoryAsync(orders[0]));
        Assert.Equal(300_00, (await pots.PotAsync()).SentMinor);
        await pots.AssertSumsAsync();
    }

    /// <summary>One for which there is too little keeps its own merchant waiting, new ones too, and nobody else.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABigOneHoldsUpItsOwnMerchantAlone(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var (first, second) = (await pots.Ground.OpenShopAsync(10_000_00), await pots.Ground.OpenShopAsync(10_000_00));
        await pots.PutAsync(500_00);
        var big = await pots.PayOutAsync(first, "big", 900);
        var behind = await pots.PayOutAsync(first, "behind");
        var other = await pots.PayOutAsync(second, "other");
        await pots.TurnAsync();
        Assert.Equal([other.Number], sent);
        Assert.Equal((AttemptState.Parked, AttemptState.Parked), (await pots.StateAsync(big), await pots.StateAsync(behind)));
        await pots.PutAsync(2_000_00);
        await pots.TurnAsync();
        Assert.Equal(3, sent.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ThoseThatNoMoneyCameForFailWithTheirMoneyGivenBack(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await pots.PutAsync(0);

        // The database's clock decides, and it cannot be set: their time is over at once.
        pots.Ground.The<PayproOptions>().Float.ParkedHours = 0;
        var order = await pots.PayOutAsync(shop, "late");
        await pots.TurnAsync();
        var after = (await pots.FindAsync(order)).Order;
        Assert.Equal((OrderState.Failed, "00029", 0L, 1), (after.State, after.FailureCode, after.TimerDueMs, after.ResultVersion));
        Assert.Equal(new Holdings(1_000_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(1, await pots.Ground.ReadAsync(c => c.Notifications.CountAsync(n => n.OrderId == order.Id)));

        // Money that comes now is for others.
        await pots.PutAsync(1_000_00);
        await pots.TurnAsync();
        Assert.Empty(sent);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    /// <summary>The money is gone between the plan and the sending.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatFindsNoMoneyWhenItIsSentGoesOnAlongItsPlanOrIsParked(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = new List<(long AccountId, string Number)>();
        pots.Channel.SendsAt = (account, draft) => Accept(sent, account.Id, draft);
        await pots.AddAccountAsync(701);
        await pots.PutAsync(100_00);
        await pots.PutAsync(100_00, 701);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        OrderRow[] orders = [await pots.PayOutAsync(shop, "one"), await pots.PayOutAsync(shop, "two"), await pots.PayOutAsync(shop, "three")];
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal([101L, 701L], sent.Select(s => s.AccountId).Order());
        var parked = new List<OrderRow>();
        foreach (var order in orders)
        {
            if (await pots.StateAsync(order) == AttemptState.Parked)
            {
                parked.Add(order);
            }
        }

        // Money at the second account of the plan of the one that is left.
        Assert.DoesNotContain(Assert.Single(parked).Number, sent.Select(s => s.Number));
        await pots.PutAsync(250_00, 701);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal((701L, parked[0].Number), sent[2]);
        Assert.Equal(EventType.Resumed, (await pots.HistoryAsync(parked[0])).Single(e => e == EventType.Resumed));
        await pots.AssertSumsAsync();
    }

    /// <summary>Where no balance is known: the account rests, then one payout is tried, and when the rail takes it the others follow.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADeclineForOurFundsParksTheOrderAndStopsTheAccountUntilOneIsTaken(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (calls, empty) = (new List<PayoutDraft>(), true);
        pots.Channel.Sends = draft =>
        {
            calls.Add(draft);
            return Task.FromResult<SendOutcome>(empty ? new SendOutcome.Declined("no money", Scope: DeclineScope.Funds) : new SendOutcome.Accepted());
        };
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        var order = await pots.PayOutAsync(shop, "first");
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Single(calls);
        var picture = await pots.FindAsync(order);
        Assert.Equal((OrderState.Pending, AttemptState.Failed, AttemptState.Parked), (picture.Order.State, picture.Attempts[0].State, picture.Attempts[1].State));
        Assert.NotEqual(picture.Attempts[0].Reference, picture.Attempts[1].Reference);
        Assert.Equal([EventType.Created, EventType.Sending, EventType.SendDeclined, EventType.Parked], await pots.HistoryAsync(order));
        Assert.Equal(new Holdings(9_900_00, 100_00, 0, 0), await shop.HoldingsAsync());
        var pot = await pots.PotAsync();
        Assert.True(pot is { ToldAtMs: 0, Declines: 1, StoppedAtMs: > 0 } && pot.ProbeAtMs >= pot.StoppedAtMs + 59_000);

        // A new one waits behind it.
        var next = await pots.PayOutAsync(shop, "second");
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(next));

        // One is tried and declined: the rest grows, and the tried one waits behind the other.
        await RestIsOverAsync(pots);
        await pots.TurnAsync();
        Assert.Equal([order.Number, order.Number], calls.Select(c => c.Number));
        pot = await pots.PotAsync();
        Assert.True(pot.Declines == 2 && pot.ProbeAtMs > pots.Ground.NowMs + 60_000);
        empty = false;
        await RestIsOverAsync(pots);
        await pots.TurnAsync();
        Assert.Equal(next.Number, calls[2].Number);
        await pots.TurnAsync();
        Assert.Equal(order.Number, calls[3].Number);
        Assert.Equal(4, calls.Count);
        Assert.Equal(4, calls.Select(c => c.Reference).Distinct().Count());
        Assert.True(await pots.PotAsync() is { Declines: 0, StoppedAtMs: 0 });
        await pots.AssertSumsAsync();
    }

    /// <summary>Where balances are told: only one that was asked for after the decline ends the stop.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABalanceAskedForAfterTheDeclineEndsTheStop(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var empty = true;
        var calls = 0;
        BegunReading? before = null;
        pots.Channel.Sends = async _ =>
        {
            calls++;
            before ??= await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue);
            return empty ? new SendOutcome.Declined("no money", Scope: DeclineScope.Funds) : new SendOutcome.Accepted();
        };
        await pots.PutAsync(500_00);
        var order = await pots.PayOutAsync(await pots.Ground.OpenShopAsync(10_000_00), "first");
        await pots.TurnAsync();
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(order));
        Assert.True(await pots.Readings.TellAsync(PotGround.AccountId, before!, new Dictionary<string, PotBalance> { [PotBalance.Payout] = new(PotBalance.Payout, 500_00) }));
        await pots.TurnAsync();
        Assert.Equal(1, calls);
        Assert.True((await pots.PotAsync()).StoppedAtMs > 0);

        // Too little is told: it may be sent from, and this order does not fit.
        Assert.True(await pots.TellAsync(99_99));
        await pots.TurnAsync();
        Assert.Equal((1, 0L), (calls, (await pots.PotAsync()).StoppedAtMs));
        empty = false;
        Assert.True(await pots.TellAsync(120_00, blockedMinor: 7));
        await pots.TurnAsync();
        Assert.Equal((2, AttemptState.Accepted), (calls, await pots.StateAsync(order)));
        Assert.Equal(20_00, (await pots.PotAsync()).SpendableMinor());
    }

    private static Task<int> RestIsOverAsync(PotGround pots) => pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE channel_pots SET probe_at_ms = 1"));

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

    private static Task<SendOutcome> Accept(List<(long, string)> sent, long accountId, PayoutDraft draft)
    {
        lock (sent)
        {
            sent.Add((accountId, draft.Number));
        }

        return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
    }
}
