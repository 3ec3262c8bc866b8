using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Books;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A withdrawal by a rail, from two people's approval to the rail's last word, on both engines.</summary>
public sealed class WithdrawalByRailTests
{
    private const long Had = 1_000_00;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ItIsSentOnceToTheDestinationPaidAndComesBack(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        var sent = new List<PayoutDraft>();
        ground.Rail.Sends = draft =>
        {
            sent.Add(draft);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted("rail-7"));
        };
        var order = await ground.SentAsync(400_00);
        Assert.Equal(new Holdings(600_00, 400_00, 0, 0), await ground.Shop.HoldingsAsync());
        var row = await ground.RowAsync(order);
        Assert.Equal((WithdrawalState.Sending, WithdrawalMove.None, order.Number), (row.State, row.Wants, row.OrderNumber));
        await ground.TurnAsync();
        await ground.TurnAsync(TimeSpan.FromMinutes(2));
        var draft = Assert.Single(sent);
        Assert.Equal((order.Number, 400_00L, "CLABE", "002010077777777771", "Shop"), (draft.Number, draft.AmountMinor, draft.AccountType, draft.Person.Account, draft.Person.Name));

        // Callback and listing tell the same movement; it is booked once, and found by its order.
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(order, ObservationKind.Paid, "k1"));
        Assert.Equal(ApplyResult.Repeated, await ground.SayAsync(order, ObservationKind.Paid, "k1", listed: true));
        var booked = await ground.Ground.ReadAsync(c => c.Statements.SingleAsync(s => s.DedupeKey == "k1" && s.BookedAtMs > 0));
        Assert.Equal((order.Id, StatementOutcome.Booked), (booked.OrderId, booked.Outcome));
        await ground.LearnAsync();
        row = await ground.RowAsync(order);
        Assert.Equal((WithdrawalState.Paid, "k1", new Holdings(600_00, 0, 0, 0)), (row.State, row.Reference, await ground.Shop.HoldingsAsync()));
        Assert.Equal("withdrawal: goes by a rail, whose word decides", await ground.DecideAsync(row.Id, new WithdrawalWish("returned", Reference: "R-1")));

        // It counts in no statistics of payouts and makes no notification; the merchant's people are mailed when it comes back.
        Assert.Equal((0, 0), (await ground.Ground.ReadAsync(c => c.Notifications.CountAsync()), await ground.MailsAsync()));
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(order, ObservationKind.Returned, "k2"));
        await Task.WhenAll(ground.LearnAsync(), ground.LearnAsync());
        row = await ground.RowAsync(order);
        Assert.Equal((WithdrawalState.Returned, 1, new Holdings(Had, 0, 0, 0)), (row.State, await ground.MailsAsync(), await ground.Shop.HoldingsAsync()));
        var steps = await ground.Ground.ReadAsync(c => c.Audit.AsNoTracking().Where(a => a.Action == "withdrawal.result").CountAsync());
        Assert.Equal(2, steps);
        await ground.SoundAsync();
    }

    /// <summary>Two people chose the account, and the screening service was asked before they approved it: neither is done again for its order.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnePersonSendsItToNoOtherAccountAndItIsScreenedOnce(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        ground.Rail.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var order = await ground.SentAsync(400_00);
        var retried = await ground.Ground.The<OrderCommands>().RetryAsync(order.Number, WithdrawalGround.Account + 1, new DecidedBy("operator:1", "", "", "another rail"), CancellationToken.None);
        Assert.Equal("account: a withdrawal goes by the account that two people chose", retried.Refusal);

        // Nobody listens there: what had to be asked about would wait.
        var screening = ground.Ground.The<PayproOptions>().Screening;
        (screening.Url, screening.KeyFile) = ("http://127.0.0.1:9/screen", "none");
        await ground.TurnAsync();
        Assert.Equal(AttemptState.Accepted, (await ground.AttemptAsync(order)).State);
        await ground.SoundAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatTheRailDeclinesIsBackAndWhatIsUnknownIsAskedAboutAndDecidedByPeople(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        SendOutcome answer = new SendOutcome.Declined("account closed");
        var sends = 0;
        ground.Rail.Sends = _ =>
        {
            sends++;
            return Task.FromResult(answer);
        };
        ground.Rail.Answers = target => Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);
        var declined = await ground.SentAsync(100_00);
        await ground.TurnAsync();
        var row = await ground.RowAsync(declined);
        Assert.Equal((WithdrawalState.Failed, 1, new Holdings(Had, 0, 0, 0)), (row.State, await ground.MailsAsync(), await ground.Shop.HoldingsAsync()));
        Assert.NotEqual("", row.Outcome);

        answer = new SendOutcome.Unknown("no answer");
        var unknown = await ground.SentAsync(200_00);
        await ground.TurnAsync();
        for (var i = 0; i < 30 && !(await ground.OrderAsync((await ground.RowAsync(unknown)).Id))!.Exceptions.HasFlag(OrderExceptions.NeedsPerson); i++)
        {
            await ground.TurnAsync(TimeSpan.FromMinutes(5));
        }

        Assert.Equal((2, new Holdings(800_00, 200_00, 0, 0)), (sends, await ground.Shop.HoldingsAsync()));
        Assert.Equal(unknown.Number, await ground.Ground.ReadAsync(c => c.Cases.Where(k => k.Kind == CaseKind.UnknownOutcome && k.State == CaseState.Open).Select(k => k.Subject).SingleAsync()));
        Assert.NotNull(await ground.GiveUpAsync((await ground.RowAsync(unknown)).Id));

        // Two people call it failed, and the rail has paid it after all: our loss, and the withdrawal stays failed.
        var decided = await ground.Ground.The<Decisions>().DecidePayoutAsync(unknown.Number, paid: false, new DecidedBy("operator:1", "operator:2", "statement 7", "seen"), CancellationToken.None);
        Assert.True(decided.Done, decided.Refusal);
        await ground.LearnAsync();
        Assert.Equal((WithdrawalState.Failed, new Holdings(Had, 0, 0, 0)), ((await ground.RowAsync(unknown)).State, await ground.Shop.HoldingsAsync()));
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(unknown, ObservationKind.Paid, "late"));
        await ground.LearnAsync();
        Assert.Equal((WithdrawalState.Failed, new Holdings(Had, 0, 0, 0)), ((await ground.RowAsync(unknown)).State, await ground.Shop.HoldingsAsync()));
        Assert.Equal(-200_00, await ground.Ground.ReadAsync(c => c.Accounts.Where(a => a.Kind == AccountKind.Loss).SumAsync(a => a.BalanceMinor)));
        Assert.Equal(1, await ground.Ground.ReadAsync(c => c.Cases.CountAsync(k => k.Kind == CaseKind.PaidAfterDecision && k.State == CaseState.Open)));
        await ground.SoundAsync();
    }

    /// <summary>What is approved twice at once goes one way; whoever ends in between leaves what the next one finishes.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ByHandAndByARailExcludeEachOtherWhateverEndsInBetween(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        await using var second = engine == Engine.Postgres ? await ground.Ground.AnotherNodeAsync(ScriptedChannel.Put) : null;
        var sends = 0;
        ground.Rail.Sends = _ => Task.FromResult<SendOutcome>(++sends > 0 ? new SendOutcome.Accepted() : new SendOutcome.Unknown(""));
        for (var i = 0; i < 4; i++)
        {
            var id = await ground.RequestAsync(10_00);
            WithdrawalWish[] wishes = [new("approved"), new("approved", ChannelAccountId: WithdrawalGround.Account), new("approved", ChannelAccountId: WithdrawalGround.Account)];
            var said = await Task.WhenAll(wishes.Select((wish, at) => ground.DecideAsync(id, wish, at == 1 ? second : null)));
            Assert.Single(said, s => s is null);
            var row = await ground.RowAsync(id);
            Assert.Equal(row.State == WithdrawalState.Sending, row.ChannelAccountId != 0);
            await Task.WhenAll(ground.Withdrawals.RunOnceAsync(CancellationToken.None), (second ?? ground.Ground).The<Withdrawals>().RunOnceAsync(CancellationToken.None));
            Assert.Equal(row.ChannelAccountId != 0, await ground.OrderAsync(id) is not null);
        }

        // Approved twice, and the node that made the order ends before the row says so; then somebody gives it up. The order was first.
        var cut = await ground.RequestAsync(20_00);
        Assert.Null(await ground.DecideAsync(cut, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)));
        var made = await ground.Ground.The<WithdrawalByRail>().SendAsync(await ground.RowAsync(cut));
        Assert.Equal(made, await (second ?? ground.Ground).The<WithdrawalByRail>().SendAsync(await ground.RowAsync(cut)));
        Assert.Null(await ground.GiveUpAsync(cut));
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        Assert.Equal((WithdrawalState.Sending, WithdrawalMove.None, made.Number), await ground.RowAsync(cut) is var found ? (found.State, found.Wants, found.OrderNumber) : default);

        // One that no order could be made of is given up; a node with an old picture of it makes none.
        var stuck = await ground.RequestAsync(30_00);
        Assert.Null(await ground.DecideAsync(stuck, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)));
        var old = await ground.RowAsync(stuck);
        Assert.Null(await ground.GiveUpAsync(stuck));
        Assert.Equal(("", ""), await (second ?? ground.Ground).The<WithdrawalByRail>().SendAsync(old));
        Assert.Equal((WithdrawalState.Refused, (OrderRow?)null), ((await ground.RowAsync(stuck)).State, await ground.OrderAsync(stuck)));

        var orders = await ground.Ground.ReadAsync(c => c.Orders.CountAsync(o => o.Direction == Direction.Withdrawal));
        await ground.TurnAsync();
        Assert.Equal(orders, sends);
        await ground.SoundAsync();
    }

    /// <summary>What cannot be is refused with what to mend and leaves nothing behind; what its rail cannot take any more is a case, and can be given up.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatCannotGoByARailIsRefused(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        var id = await ground.RequestAsync(100_00);
        Assert.Equal("channelAccountId: there is no such channel account that can be used", await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: 999)));
        Assert.Equal("channelAccountId: there is no such channel account that can be used", await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: -1)));
        Assert.Equal("channelAccountId: takes no payout of this kind and amount", await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: 102)));
        Assert.Equal("bankCode: is no bank of our list", await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account, BankCode: "no such bank")));
        Assert.Equal("bankCode: is of use only with a channel account", await ground.DecideAsync(id, new WithdrawalWish("approved", BankCode: "BANXICO")));
        await ground.Ground.ReadAsync(c => c.Destinations.Where(d => d.Id == WithdrawalGround.Destination).ExecuteUpdateAsync(s => s.SetProperty(d => d.Number, "7")));
        Assert.StartsWith("destination: its account and bank are not ones", await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)), StringComparison.Ordinal);
        await ground.Ground.ReadAsync(c => c.Destinations.Where(d => d.Id == WithdrawalGround.Destination).ExecuteUpdateAsync(s => s.SetProperty(d => d.Number, "002010077777777771")));
        Assert.Equal((WithdrawalState.Waits, 0L), await ground.RowAsync(id) is var row ? (row.State, row.ChannelAccountId) : default);

        // By hand it is never sent.
        Assert.Null(await ground.DecideAsync(id, new WithdrawalWish("approved")));
        Assert.Equal("channelAccountId: is chosen when a withdrawal is approved", await ground.DecideAsync(id, new WithdrawalWish("failed", ChannelAccountId: WithdrawalGround.Account)));
        Assert.Null(await ground.DecideAsync(id, new WithdrawalWish("failed")));
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        Assert.Null(await ground.OrderAsync(id));

        // Its way is taken away after the approval.
        id = await ground.RequestAsync(100_00);
        Assert.Null(await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: WithdrawalGround.Account)));
        await ground.Ground.ReadAsync(c => c.Destinations.Where(d => d.Id == WithdrawalGround.Destination).ExecuteUpdateAsync(s => s.SetProperty(d => d.Number, "7")));
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        var raised = await ground.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == Withdrawals.StuckCase && k.State == CaseState.Open));
        Assert.Contains("cannot be sent by its rail", raised.Text, StringComparison.Ordinal);
        Assert.Null(await ground.GiveUpAsync(id));
        Assert.Equal((WithdrawalState.Refused, new Holdings(Had, 0, 0, 0)), ((await ground.RowAsync(id)).State, await ground.Shop.HoldingsAsync()));
        await ground.SoundAsync();
    }

    /// <summary>In chance order, with nodes that end between any two steps: each withdrawal's money goes one way, and its state is what its order or the bank says.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task InChanceOrderTheBooksAreWhatTheWithdrawalsSay(Engine engine)
    {
        await using var ground = await WithdrawalGround.StartAsync(engine, Had);
        var (random, ids, key) = (new Random(20261130), new List<long>(), 0);
        ground.Rail.Sends = _ => Task.FromResult<SendOutcome>(random.Next(4) switch { 0 => new SendOutcome.Declined("no"), 1 => new SendOutcome.Unknown("silence"), _ => new SendOutcome.Accepted() });
        ground.Rail.Answers = target => Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Pending, Direction = target.Direction, Reference = target.Reference }]);
        for (var step = 0; step < 150; step++)
        {
            var id = ids.Count == 0 ? 0 : ids[random.Next(ids.Count)];
            switch (random.Next(8))
            {
                case 0 when (await ground.Shop.HoldingsAsync()).Available > 50_00:
                    ids.Add(await ground.RequestAsync(random.Next(1, 50_00)));
                    break;
                case 1 or 2 when id != 0:
                    await ground.DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: random.Next(3) == 0 ? 0 : WithdrawalGround.Account));
                    break;
                case 3 when id != 0:
                    await ground.DecideAsync(id, new WithdrawalWish("failed"));
                    break;
                case 4 when id != 0:
                    await ground.GiveUpAsync(id);
                    break;
                case 5:
                    await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
                    break;
                case 6:
                    await ground.TurnAsync(TimeSpan.FromSeconds(random.Next(60, 120)));
                    break;
                case 7 when id != 0 && await ground.OrderAsync(id) is { } order && (await ground.AttemptAsync(order)).State is AttemptState.Accepted or AttemptState.Unknown or AttemptState.Done:
                    var kind = order.State == OrderState.Paid && random.Next(4) == 0 ? ObservationKind.Returned : random.Next(3) > 0 ? ObservationKind.Paid : ObservationKind.Failed;
                    await ground.SayAsync(order, kind, kind == ObservationKind.Failed ? "" : $"m{++key}");
                    break;
            }
        }

        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        await ground.Withdrawals.RunOnceAsync(CancellationToken.None);
        await ground.TurnAsync(TimeSpan.FromMinutes(1));
        await ground.LearnAsync();
        var (gone, reserved, byRail, moved) = (0L, 0L, 0, 0);
        foreach (var id in ids)
        {
            var (row, order) = (await ground.RowAsync(id), await ground.OrderAsync(id));
            Assert.Equal((WithdrawalMove.None, order?.Number ?? ""), (row.Wants, row.OrderNumber));
            byRail += order is null ? 0 : 1;
            if (order is not null)
            {
                Assert.Equal(
                    order.State switch { OrderState.Paid => WithdrawalState.Paid, OrderState.Failed => WithdrawalState.Failed, OrderState.Returned => WithdrawalState.Returned, _ => WithdrawalState.Sending }, row.State);
            }

            moved += order is { State: OrderState.Paid or OrderState.Returned } ? 1 : 0;
            gone += row.State == WithdrawalState.Paid ? row.AmountMinor : 0;
            reserved += row.State is WithdrawalState.Waits or WithdrawalState.Approved or WithdrawalState.Sending ? row.AmountMinor : 0;
        }

        Assert.True(byRail > 1 && moved > 0, $"Only {byRail} of {ids.Count} went by the rail, and {moved} arrived.");
        Assert.Equal(new Holdings(Had - gone - reserved, reserved, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();
    }
}
