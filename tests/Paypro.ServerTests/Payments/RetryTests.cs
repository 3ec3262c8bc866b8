using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Payouts;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A payout that waits after a certain decline is sent on by a person, and only while its merchant has been told no outcome.</summary>
public sealed class RetryTests
{
    private static readonly DecidedBy By = new("operator:1", "", "", "the first rail is empty");

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Its rail has no money of ours, and says so: it waits. A person names another account, on two nodes at once: it is sent once, under a new reference.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatItsRailDeclinedForOurFundsIsSentOnceAtTheAccountNamed(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await using var node = await pots.OtherAsync(engine);
        var sent = new ConcurrentQueue<(long Account, string Reference)>();
        SendsOf(pots);
        SendsOf(node);
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        var order = await pots.PayOutAsync(shop, "declined");
        await pots.TurnAsync();
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(order));
        await pots.AddAccountAsync(202);
        await pots.RefreshAsync();
        await node.RefreshAsync();

        Assert.Contains("account:", (await RetryAsync(pots, order, 0)).Refusal, StringComparison.Ordinal);
        Assert.Equal("account: does not take it now", (await RetryAsync(pots, order, 999)).Refusal);
        Assert.Equal([new Taker(101, IsReady: false), new Taker(202, IsReady: true)], await pots.Ground.The<OrderCommands>().TakersAsync(order, CancellationToken.None));
        Assert.Equal("number: no payout, refund or withdrawal with an attempt has this number", (await pots.Ground.The<OrderCommands>().RetryAsync("nobody", 202, By, CancellationToken.None)).Refusal);
        var results = await Task.WhenAll(RetryAsync(pots, order, 202), RetryAsync(node, order, 202));
        Assert.Contains(results, r => r.Done);
        await Task.WhenAll(pots.TurnAsync(), node.TurnAsync());
        await pots.TurnAsync();
        var at202 = Assert.Single(sent, s => s.Account == 202);
        Assert.DoesNotContain(sent, s => s.Account == 101 && s.Reference == at202.Reference);
        Assert.Equal(AttemptState.Accepted, await pots.StateAsync(order));
        Assert.Equal(new Holdings(900_00, 100_00, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(results.Count(r => r.Done), await pots.Ground.ReadAsync(c => c.CaseActions.CountAsync(a => a.Action == "payout.retry" && a.OrderId == order.Id)));
        Assert.Contains(EventType.Retried, await pots.HistoryAsync(order));
        Assert.Contains("at its rail", (await RetryAsync(node, order, 202)).Refusal, StringComparison.Ordinal);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());

        void SendsOf(PotGround ground) => ground.Channel.SendsAt = (account, draft) =>
        {
            sent.Enqueue((account.Id, draft.Reference));
            return Task.FromResult<SendOutcome>(account.Id == 101 ? new SendOutcome.Declined("no money of ours", Scope: DeclineScope.Funds) : new SendOutcome.Accepted());
        };
    }

    /// <summary>A decline for the recipient's cause ends the order, and its merchant is told: it is the merchant's to order it again.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatItsMerchantWasToldStays(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Declined("no such account"));
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        var order = await pots.PayOutAsync(shop, "told");
        await pots.TurnAsync();
        Assert.Equal("number: its merchant has been told how it ended, and is the one to order it again", (await RetryAsync(pots, order, 0)).Refusal);
        Assert.Equal(1, await pots.Ground.ReadAsync(c => c.Attempts.CountAsync(a => a.OrderId == order.Id)));
        Assert.Equal(0, await pots.Ground.ReadAsync(c => c.CaseActions.CountAsync()));
    }

    private static Task<Decided> RetryAsync(PotGround pots, OrderRow order, long accountId) => pots.Ground.The<OrderCommands>().RetryAsync(order.Number, accountId, By, CancellationToken.None);
}
