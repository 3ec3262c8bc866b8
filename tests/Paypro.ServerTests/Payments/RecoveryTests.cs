using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A copy of the database that was put back does not know what has left since it was made: nothing leaves until two people have looked at each rail.</summary>
public sealed class RecoveryTests
{
    private const long Next = 701;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NothingIsSentUntilTwoPeopleHaveEndedIt(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await using var node = await pots.OtherAsync(engine);
        var sent = new ConcurrentQueue<(long Account, string Number)>();
        SendsOf(pots);
        SendsOf(node);
        var (first, second) = (await pots.Ground.OpenShopAsync(1_000_00), await pots.Ground.OpenShopAsync(1_000_00));
        var (maker, approver) = (await PersonAsync(pots.Ground, "maker"), await PersonAsync(pots.Ground, "approver"));
        await pots.AddAccountAsync(Next);
        await pots.PutAsync(0);
        await pots.PutAsync(0, Next);
        var parked = await pots.PayOutAsync(first, "parked");
        await pots.PutAsync(500_00);
        await pots.PutAsync(500_00, Next);
        var ready = await pots.PayOutAsync(second, "ready");
        Assert.Equal((AttemptState.Parked, AttemptState.Ready), (await pots.StateAsync(parked), await pots.StateAsync(ready)));

        // The copy is put back; twice is harmless.
        var begin = pots.Ground.The<RecoveryBegin>();
        Assert.Contains(101L, await begin.RunAsync());
        Assert.Contains(Next, await begin.RunAsync());
        await TurnsAsync();
        Assert.Empty(sent);
        Assert.Equal((AttemptState.Parked, AttemptState.Parked), (await pots.StateAsync(parked), await pots.StateAsync(ready)));
        Assert.True(Assert.IsType<CreateResult.Refused>(await node.AskAsync(first, "new")).ForNow);
        await pots.Ground.The<FloatCases>().RunOnceAsync(CancellationToken.None);
        Assert.Contains("in recovery after a restore", (await pots.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == FloatCases.Parked))).Text, StringComparison.Ordinal);

        // Pay-ins go on.
        Assert.NotEmpty(Router.Choices(node.Ground.The<SnapshotStore>().Current, first.Merchant, "", 100_00, node.Ground.NowMs));
        var paid = await first.PayInAsync(70_00);
        Assert.Equal(ApplyResult.Applied, await SayAsync(node, Direction.PayIn, paid.Attempt.Reference, 70_00, "in"));
        Assert.Equal(OrderState.Paid, (await node.FindAsync(paid.Order)).Order.State);

        // However long it takes, nobody is told that it failed.
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE attempts SET parked_at_ms = 1 WHERE bucket = {parked.Bucket} AND order_id = {parked.Id}"));
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE orders SET timer_due_ms = 1 WHERE bucket = {parked.Bucket} AND id = {parked.Id}"));
        Assert.Equal(1, await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE timers SET due_at_ms = 1 WHERE bucket = {parked.Bucket} AND order_id = {parked.Id}")));
        await TurnsAsync();
        var after = (await pots.FindAsync(parked)).Order;
        Assert.Equal(OrderState.Pending, after.State);
        Assert.True(after.TimerDueMs > pots.Ground.NowMs);

        // Two people, account by account. The one by which it could go on instead does not make it leave: it may have left where it waits.
        await EndAsync(Next);
        await TurnsAsync();
        Assert.Contains("in recovery", (await pots.Ground.The<OrderCommands>().RetryAsync(parked.Number, Next, new DecidedBy("operator:1", "", "", "a test"), CancellationToken.None)).Refusal, StringComparison.Ordinal);
        Assert.Empty(sent);

        // Whoever proposed it before another copy was put back knew nothing of that one.
        var early = await ProposeAsync(101);
        await begin.RunAsync();
        Assert.Contains("has changed since", (await DecideAsync(early.Id)).Problem, StringComparison.Ordinal);
        await TurnsAsync();
        Assert.Empty(sent);
        await EndAsync(101);
        await TurnsAsync();
        Assert.Empty(sent);
        await EndAsync(Next);
        await TurnsAsync();
        Assert.Equal(new[] { (101L, parked.Number), (101L, ready.Number) }.Order(), sent.Order());
        Assert.Contains("not in recovery", (await ProposeAsync(101)).Problem, StringComparison.Ordinal);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());

        async Task TurnsAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.WhenAll(pots.TurnAsync(), node.TurnAsync());
            }
        }

        async Task EndAsync(long account)
        {
            var made = await ProposeAsync(account);
            Assert.Equal((null, ProposalState.Open), (made.Problem, made.State));
            Assert.Equal(ProposalState.CarriedOut, (await DecideAsync(made.Id)).State);
        }

        Task<ProposalResult> ProposeAsync(long account) => pots.Ground.The<Proposals>().ProposeAsync(By(maker), Grant.Approves, RecoveryEnd.Name, AccountSettings.SubjectOf(account), "{}", "all of its statement is here");

        Task<ProposalResult> DecideAsync(long id) => pots.Ground.The<Proposals>().DecideAsync(By(approver), [Role.Operations], 0, id, true, "seen");

        void SendsOf(PotGround ground) => ground.Channel.SendsAt = (account, draft) =>
        {
            sent.Enqueue((account.Id, draft.Number));
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
    }

    /// <summary>What the listing tells since the copy: what the copy knows is paid and not sent again, what it does not know is a case.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatItsRailHasPaidSinceIsBookedOrACase(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = 0;
        pots.Channel.Sends = _ =>
        {
            Interlocked.Increment(ref sent);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await pots.PutAsync(0);
        var order = await pots.PayOutAsync(shop, "paid-since");
        await pots.PutAsync(500_00);
        await pots.Ground.The<RecoveryBegin>().RunAsync();
        await pots.TurnAsync();
        Assert.Equal(ApplyResult.Applied, await SayAsync(pots, Direction.Payout, (await pots.FindAsync(order)).Attempts[^1].Reference, order.AmountMinor, "out"));
        Assert.Equal(OrderState.Paid, (await pots.FindAsync(order)).Order.State);
        Assert.Equal(ApplyResult.Refused, await SayAsync(pots, Direction.Payout, "NOT-IN-THE-COPY", 40_00, "lost"));
        Assert.Contains("no order has this reference", (await pots.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == "refused-statement"))).Text, StringComparison.Ordinal);
        await EndAsync(pots.Ground, PotGround.AccountId);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal(0, sent);
        Assert.Equal(900_00, (await shop.HoldingsAsync()).Available);
        await LedgerAudit.AssertSoundAsync(pots.Ground.The<IContexts>());
    }

    /// <summary>Refunds by its call are not taken; a withdrawal that shall go by it waits without an order, and can be given up.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task RefundsAndWithdrawalsWait(Engine engine)
    {
        await using (var refunds = await RefundGround.StartAsync(engine))
        {
            var payIn = await refunds.PaidAsync(100_00);
            await refunds.Ground.The<RecoveryBegin>().RunAsync();
            Assert.Contains("not available at present", Assert.IsType<CreateResult.Refused>(await refunds.RefundAsync(payIn, "r1", "40")).Sentence, StringComparison.Ordinal);
            await EndAsync(refunds.Ground, 101);
            await refunds.CreatedAsync(payIn, "r2", "40");
        }

        await using var ground = await WithdrawalGround.StartAsync(engine, hasMinor: 100_00);
        var (id, other) = (await ground.RequestAsync(40_00), await ground.RequestAsync(30_00));
        Assert.Null(await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)));
        await ground.Ground.The<RecoveryBegin>().RunAsync();
        await ground.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        Assert.Null(await ground.OrderAsync(id));
        Assert.Contains("is in recovery after a restore", (await ground.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == Withdrawals.StuckCase && k.State == CaseState.Open))).Text, StringComparison.Ordinal);
        Assert.Contains("is in recovery after a restore", await ground.DecideAsync(other, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)), StringComparison.Ordinal);
        Assert.Null(await ground.GiveUpAsync(id));
        await EndAsync(ground.Ground, WithdrawalGround.Account);
        Assert.Null(await ground.DecideAsync(other, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)));
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        Assert.Null(await ground.OrderAsync(id));
        Assert.NotNull(await ground.OrderAsync(other));
        await ground.SoundAsync();
    }

    private static async Task<ApplyResult> SayAsync(PotGround pots, Direction direction, string reference, long minor, string key)
    {
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = direction, Reference = reference, AmountMinor = minor, Currency = "MXN", OccurredAtMs = pots.Ground.NowMs, RailReference = key, DedupeKey = key,
        };
        return Assert.Single(await pots.Ground.The<RailStatements>().ApplyListedAsync(pots.Offer, [said], CancellationToken.None));
    }

    /// <summary>What carrying out the proposal does.</summary>
    private static async Task EndAsync(PaymentsGround ground, long account)
    {
        var kind = ground.The<IEnumerable<IProposalKind>>().Single(k => k.Kind == RecoveryEnd.Name);
        var proposal = new ProposalRow { Kind = kind.Kind, Subject = AccountSettings.SubjectOf(account), Change = "{}", Reason = "seen" };
        Assert.Null(await ground.The<AuditedStore>().ConfigureAsync((context, trail) => kind.CarryOutAsync(context, trail, proposal, Actor.Program)));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    private static async Task<UserRow> PersonAsync(PaymentsGround ground, string name) => await ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
    {
        var user = await ground.The<Users>().GiveAsync(context, trail, new RoleWish($"{name}@example.com", Role.Operations, 0), Actor.Program);
        (user.State, user.Name, user.RaisedAtMs) = (UserState.Active, name, 0);
        return user;
    });

    private static Actor By(UserRow user) => Actor.User(user.Id, user.Email, 1, Caller.Program);
}
