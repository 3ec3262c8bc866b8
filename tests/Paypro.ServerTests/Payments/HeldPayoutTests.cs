using CsCheck;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Payouts over a limit wait for somebody's approval: reserved, without an attempt, and sent once whatever happens.</summary>
public sealed class HeldPayoutTests
{
    private const OrderExceptions Merchants = OrderExceptions.HeldForMerchant;
    private const OrderExceptions Operators = OrderExceptions.HeldForOperator;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsOverTheLimitIsReservedAndSentOnceWhenItIsApproved(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await LimitAsync(pots, shop, HoldOwner.Merchant, HoldKind.Payment, 100_00);
        await LimitAsync(pots, shop, HoldOwner.Operator, HoldKind.Payment, 200_00);
        var free = await pots.PayOutAsync(shop, "free", 100);
        var held = await pots.PayOutAsync(shop, "held", 101);
        var twice = await pots.PayOutAsync(shop, "twice", 300);
        await pots.TurnAsync();
        Assert.Equal([free.Number], sent);
        Assert.Equal((Merchants, "0015"), (held.Exceptions, OrderViews.Status(held)));
        Assert.Equal(Merchants | Operators, twice.Exceptions);
        Assert.Empty((await pots.FindAsync(held)).Attempts);
        Assert.Equal(new Holdings(499_00, 501_00, 0, 0), await shop.HoldingsAsync());
        Assert.Equal([EventType.Created, EventType.Held], await pots.HistoryAsync(held));

        // Whoever sends it again is told the same, and nothing is reserved twice.
        Assert.IsType<CreateResult.Known>(await pots.AskAsync(shop, "held", 101));
        var approvals = pots.Ground.The<HeldPayouts>();
        Assert.Equal(HeldPayouts.DecidedAlready, await approvals.ApproveAsync(held.Key, Operators, 7, "user:7", ""));
        Assert.Null(await approvals.ApproveAsync(held.Key, Merchants, 7, "user:7", "right"));
        Assert.Equal(HeldPayouts.DecidedAlready, await approvals.ApproveAsync(held.Key, Merchants, 8, "user:8", ""));
        Assert.Equal(HeldPayouts.DecidedAlready, await approvals.EndAsync(held.Key, OrderExceptions.Held, "user:8", "no"));
        await pots.TurnAsync();
        Assert.Equal([free.Number, held.Number], sent);
        Assert.Equal([EventType.Created, EventType.Held, EventType.Approved, EventType.Routed, EventType.Sending, EventType.Sent], await pots.HistoryAsync(held));

        // The other one needs both sides, in any order.
        Assert.Null(await approvals.ApproveAsync(twice.Key, Operators, 7, "user:7", ""));
        await pots.TurnAsync();
        Assert.Equal(2, sent.Count);
        Assert.Equal(HeldPayouts.DecidedAlready, await approvals.ApproveAsync(twice.Key, Operators, 7, "user:7", ""));
        Assert.Null(await approvals.ApproveAsync(twice.Key, Merchants, 7, "user:7", ""));
        await pots.TurnAsync();
        Assert.Equal([free.Number, held.Number, twice.Number], sent);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task RefusedAndForgottenOnesGiveTheirMoneyBackAndCountNoLonger(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await LimitAsync(pots, shop, HoldOwner.Merchant, HoldKind.Recipient, 150_00);
        await pots.PayOutAsync(shop, "a", 100);
        var second = await pots.PayOutAsync(shop, "b", 100);
        Assert.Equal(Merchants, second.Exceptions);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "other", 100, account: "4242424242424242")).Exceptions);
        Assert.Null(await pots.Ground.The<HeldPayouts>().EndAsync(second.Key, OrderExceptions.Held, "user:7", "not this one"));
        var ended = (await pots.FindAsync(second)).Order;
        Assert.Equal((OrderState.Failed, "00029", OrderExceptions.None, 0L), (ended.State, OrderViews.Status(ended), ended.Exceptions, ended.TimerDueMs));
        Assert.Equal(new Holdings(800_00, 200_00, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(OrderExceptions.None, (await pots.PayOutAsync(shop, "c", 50)).Exceptions);

        // The database's clock decides, and it cannot be set: the time of the next one is over at once.
        pots.Ground.The<PayproOptions>().HoldHours = 0;
        var late = await pots.PayOutAsync(shop, "d", 500);
        Assert.Equal(Merchants, late.Exceptions);
        Assert.Equal(HeldPayouts.DecidedAlready, await pots.Ground.The<HeldPayouts>().ApproveAsync(late.Key, Merchants, 7, "user:7", ""));
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal(OrderState.Failed, (await pots.FindAsync(late)).Order.State);
        Assert.DoesNotContain(late.Number, sent);
        Assert.Equal(new Holdings(750_00, 250_00, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    /// <summary>What a person sends alone is counted by person; what others approved is not, and nobody approves his own.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task APersonHasADayOfHisOwnAndNeverApprovesHimself(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var shop = await pots.Ground.OpenShopAsync(5_000_00);
        await LimitAsync(pots, shop, HoldOwner.Merchant, HoldKind.Person, 200_00);
        PayoutMaker first = new(HeldPayouts.CauseOf(1), 1), second = new(HeldPayouts.CauseOf(2), 2);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "a", 150, first)).Exceptions);
        var held = Created(await pots.AskAsync(shop, "b", 100, first));
        Assert.Equal(Merchants, held.Exceptions);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "c", 50, first)).Exceptions);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "d", 200, second)).Exceptions);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "e", 900)).Exceptions);
        Assert.Equal(OrderExceptions.None, Created(await pots.AskAsync(shop, "f", 900, first with { IsApproved = true })).Exceptions);
        Assert.Equal("payout: is your own; somebody else must approve it", await pots.Ground.The<HeldPayouts>().ApproveAsync(held.Key, Merchants, 1, first.Cause, ""));
        var listed = Assert.Single(await pots.Ground.The<HeldReads>().ListAsync(Merchants, [shop.Merchant.No], CancellationToken.None));
        Assert.Equal((held.Number, true, "user:1", "policy/person"), (listed.Order.Number, listed.IsFirst, listed.Maker, listed.Why));
        Assert.Empty(await pots.Ground.The<HeldReads>().ListAsync(Operators, null, CancellationToken.None));
        Assert.Null(await pots.Ground.The<HeldPayouts>().ApproveAsync(held.Key, Merchants, 2, second.Cause, ""));
    }

    /// <summary>Two nodes make payouts to one recipient at once: together they pass no limit.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TwoNodesTogetherPassNoLimit(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await using var other = await pots.OtherAsync(engine);
        var shop = await pots.Ground.OpenShopAsync(5_000_00);
        await LimitAsync(pots, shop, HoldOwner.Operator, HoldKind.Recipient, 100_00);
        await other.RefreshAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => (i % 2 == 0 ? pots : other).AskAsync(shop, $"t{i}", 15)));
        Assert.Equal(6, made.Count(m => Created(m).Exceptions == OrderExceptions.None));
        Assert.Equal(24, made.Count(m => Created(m).Exceptions == Operators));
    }

    /// <summary>Two nodes approve, refuse and end the same payouts at once: each is decided once, and what was approved is sent once.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TwoNodesDecideOnce(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(5_000_00);
        await LimitAsync(pots, shop, HoldOwner.Merchant, HoldKind.Payment, 0);
        var orders = new List<OrderRow>();
        for (var i = 0; i < 8; i++)
        {
            orders.Add(await pots.PayOutAsync(shop, $"t{i}", 10));
        }

        // One node decides and is gone before its clock has sent anything.
        var other = await pots.OtherAsync(engine);
        await other.RefreshAsync();
        var approved = await Task.WhenAll(orders.SelectMany(o => new[]
        {
            pots.Ground.The<HeldPayouts>().ApproveAsync(o.Key, Merchants, 7, "user:7", ""),
            other.Ground.The<HeldPayouts>().ApproveAsync(o.Key, Merchants, 8, "user:8", ""),
            other.Ground.The<HeldPayouts>().EndAsync(o.Key, Merchants, "user:9", "no"),
        }));
        await other.DisposeAsync();
        Assert.All(approved.Chunk(3), three => Assert.Single(three, t => t is null));
        await pots.TurnAsync();
        await pots.TurnAsync();
        var begun = approved.Chunk(3).Select((three, i) => (orders[i].Number, IsSent: three[2] is not null)).Where(x => x.IsSent).Select(x => x.Number).ToList();
        Assert.Equal(begun.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        Assert.Equal(new Holdings(5_000_00 - begun.Count * 10_00, begun.Count * 10_00, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    /// <summary>Whatever is made, approved, refused and sent again in whatever order: a small model says what is held, what is sent and what is reserved.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnyOrderOfDecisionsAgreesWithAModel(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = Sends(pots);
        var step = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[1, 6]);
        await step.Array[10, 25].SampleAsync(
            async steps =>
            {
                var shop = await pots.Ground.OpenShopAsync(10_000_00);
                await LimitAsync(pots, shop, HoldOwner.Merchant, HoldKind.Payment, 40_00);
                await LimitAsync(pots, shop, HoldOwner.Operator, HoldKind.Recipient, 120_00);
                await pots.RefreshAsync();
                var (model, total) = (new Dictionary<int, (string Number, OrderKey Key, OrderExceptions Held, long Minor, bool Failed)>(), 0L);
                sent.Clear();
                foreach (var (what, which, tens) in steps)
                {
                    var minor = tens * 10_00L;
                    if (what <= 1)
                    {
                        var made = await pots.AskAsync(shop, $"m{which}", tens * 10);
                        if (!model.TryGetValue(which, out var known))
                        {
                            var held = (minor > 40_00 ? Merchants : OrderExceptions.None) | (total + minor > 120_00 ? Operators : OrderExceptions.None);
                            Assert.Equal(held, Created(made).Exceptions);
                            model[which] = (Created(made).Number, Created(made).Key, held, minor, false);
                            total += minor;
                        }
                        else
                        {
                            Assert.Equal(known.Minor == minor, made is CreateResult.Known);
                        }
                    }
                    else if (model.TryGetValue(which, out var order))
                    {
                        var side = what == 2 ? Merchants : what == 3 ? Operators : OrderExceptions.Held;
                        var waits = (order.Held & side) != 0;
                        var said = what == 4 ? await pots.Ground.The<HeldPayouts>().EndAsync(order.Key, side, "user:7", "no")
                            : await pots.Ground.The<HeldPayouts>().ApproveAsync(order.Key, side, 7, "user:7", "");
                        Assert.Equal(waits ? null : HeldPayouts.DecidedAlready, said);
                        (order.Held, order.Failed, total) = !waits ? (order.Held, order.Failed, total) : what == 4 ? (OrderExceptions.None, true, total - order.Minor) : (order.Held & ~side, false, total);
                        model[which] = order;
                    }
                }

                await pots.TurnAsync();
                Assert.Equal(
                    model.Values.Where(m => m.Held == OrderExceptions.None && !m.Failed).Select(m => m.Number).Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
                var reserved = model.Values.Where(m => !m.Failed).Sum(m => m.Minor);
                Assert.Equal(new Holdings(10_000_00 - reserved, reserved, 0, 0), await shop.HoldingsAsync());
            },
            iter: 12, threads: 1);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    private static OrderRow Created(CreateResult result) => Assert.IsType<CreateResult.Created>(result).Order;

    private static async Task LimitAsync(PotGround pots, Shop shop, HoldOwner owner, HoldKind kind, long minor)
    {
        await pots.Ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = shop.Merchant.No, Owner = owner, Kind = kind, AmountMinor = minor });
            return Task.CompletedTask;
        });
        await pots.RefreshAsync();
    }

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
