using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Balances that are told by a person, by a slow node, and by both at once.</summary>
public sealed class PotTellingTests
{
    private const string NeedsTwo = "approver: must be another person, since more can be sent than before";
    private static readonly DecidedBy Ana = new("operator:ana", "", "", "as in the bank's pages");
    private static readonly DecidedBy TwoOfThem = Ana with { Approver = "operator:ben" };

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>The same balance once more, after what was sent of it: what was sent could be sent again.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatWasSentSinceCountsForWhatLetsMoreBeSent(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = static _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        await pots.PutAsync(1_000_00);
        await pots.PayOutAsync(await pots.Ground.OpenShopAsync(10_000_00), "one", 900);
        await pots.TurnAsync();
        await pots.Readings.SettleAsync(PotGround.AccountId);
        Assert.Equal(100_00, (await pots.PotAsync()).SpendableMinor());
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(NeedsTwo, await SayAsync(pots, 1_000_00, Ana));
        Assert.Equal(NeedsTwo, await SayAsync(pots, 100_01, Ana));
        Assert.Equal((100_00L, 900_00L), ((await pots.PotAsync()).SpendableMinor(), (await pots.PotAsync()).SentMinor));
        Assert.Equal(0, await pots.Ground.ReadAsync(c => c.CaseActions.CountAsync(a => a.Action == "balance.tell")));

        // What is left, as it is: one person suffices.
        Assert.Null(await SayAsync(pots, 100_00, Ana));
        Assert.Equal((100_00L, 0L), ((await pots.PotAsync()).SpendableMinor(), (await pots.PotAsync()).SentMinor));
        Assert.Null(await SayAsync(pots, 1_000_00, TwoOfThem));
        Assert.Equal(["", "operator:ben"], await pots.Ground.ReadAsync(c => c.CaseActions.Where(a => a.Action == "balance.tell").OrderBy(a => a.Id).Select(a => a.Approver).ToListAsync()));
        await pots.AssertSumsAsync();
    }

    /// <summary>A balance from before the rail said that our money is used up does not end that.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task APersonsBalanceFromBeforeTheStopDoesNotEndIt(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await pots.PutAsync(1_000_00);
        await pots.Pots.StopAsync(pots.Offer, Direction.Payout, "DebitCard");
        var stoppedAtMs = (await pots.PotAsync()).StoppedAtMs;
        Assert.Equal(NeedsTwo, await SayAsync(pots, 1_00, Ana));
        Assert.Null(await SayAsync(pots, 500_00, TwoOfThem, stoppedAtMs - 1));
        Assert.Equal((500_00L, stoppedAtMs), ((await pots.PotAsync()).BalanceMinor, (await pots.PotAsync()).StoppedAtMs));
        Assert.Null(await SayAsync(pots, 400_00, TwoOfThem, stoppedAtMs));
        Assert.Equal((400_00L, 0L), ((await pots.PotAsync()).BalanceMinor, (await pots.PotAsync()).StoppedAtMs));
    }

    /// <summary>A node that another one overtakes before it has noted what is at the rail notes nothing: the other one has asked already.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOvertakenReadingLetsNoSendFallAway(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = static _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        await pots.PutAsync(1_000_00);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        BegunReading? newer = null;
        var slow = new PotReadings(
            pots.Ground.The<IContexts>(),
            new SlowEngine(pots.Ground.The<IBatchEngine>(), async turn =>
            {
                if (turn == 2)
                {
                    newer = await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue);
                    await pots.PayOutAsync(shop, "after", 200);
                    await pots.TurnAsync();
                    await pots.Readings.SettleAsync(PotGround.AccountId);
                }
            }),
            pots.Ground.Time);
        var overtaken = await slow.BeginAsync(PotGround.AccountId, long.MaxValue);
        Assert.True(await pots.Readings.TellAsync(PotGround.AccountId, newer!, new Dictionary<string, PotBalance> { [PotBalance.Payout] = new(PotBalance.Payout, 1_000_00) }));
        Assert.Equal((200_00L, 800_00L), ((await pots.PotAsync()).SentMinor, (await pots.PotAsync()).SpendableMinor()));
        Assert.Null(overtaken);

        // The next one that is asked for has it.
        Assert.True(await pots.TellAsync(800_00));
        Assert.Equal((0L, 800_00L), ((await pots.PotAsync()).SentMinor, (await pots.PotAsync()).SpendableMinor()));
    }

    /// <summary>A person's and the rail's balance at one time: one waits for the other, and neither for something that the other has.</summary>
    [Fact]
    public async Task TwoThatTellAtOnceDoNotBlockEachOther()
    {
        await using var pots = await PotGround.StartAsync(Engine.Postgres);
        await pots.PutAsync(1_000_00);
        await pots.RefreshAsync();
        var begun = (await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue))!;
        Task<string?> said;
        Task<bool> told;
        await using (var context = pots.Ground.The<IContexts>().Create())
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            await PotReadings.LockAsync(context, PotGround.AccountId, PotBalance.Payout);
            said = Task.Run(() => SayAsync(pots, 900_00, Ana));
            await PauseAsync();
            told = Task.Run(() => pots.Readings.TellAsync(PotGround.AccountId, begun, new Dictionary<string, PotBalance> { [PotBalance.Payout] = new(PotBalance.Payout, 800_00) }));
            await PauseAsync();
            await transaction.RollbackAsync();
        }

        Assert.Null(await said);
        Assert.False(await told);
        Assert.Equal(900_00, (await pots.PotAsync()).BalanceMinor);
    }

    /// <summary>Whether it may be sent is said twice: by the row as it is read, and by the statement that counts it under its lock.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheRowAndTheStatementThatCountsSayTheSame(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await pots.PutAsync(0);
        await pots.RefreshAsync();
        var offer = pots.Offer;
        var (random, sent, lacking, nowMs) = (new Random(31), 0, new Dictionary<string, int>(), pots.Ground.NowMs);
        for (var no = 1; no <= 200; no++)
        {
            var (balance, blocked, floor, told) = (random.Next(8), random.Next(3), random.Next(3), random.Next(3) > 0 ? 1 : 0);
            var (stoppedAtMs, probeAtMs, declines) = (random.Next(2) * (nowMs - 5), nowMs - 1 + random.Next(3), random.Next(3));
            await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync(
                $"""
                UPDATE channel_pots SET balance_minor = {balance + sent}, blocked_minor = {blocked}, floor_minor = {floor}, told_at_ms = {told}, stopped_at_ms = {stoppedAtMs}, probe_at_ms = {probeAtMs}, declines = {declines}
                """));
            var amountMinor = random.Next(1, 5);
            var expected = (await pots.PotAsync()).Lacks(amountMinor, nowMs);
            var counted = await pots.Pots.CountAsync(offer, new PotSend(new OrderKey(1, no), 1, Direction.Payout, "DebitCard", amountMinor));
            Assert.Equal(expected, counted.Lacks);
            sent += expected is null ? amountMinor : 0;
            lacking[expected ?? ""] = lacking.GetValueOrDefault(expected ?? "") + 1;
        }

        Assert.True(lacking.Count == 3 && lacking.Values.Min() > 20, string.Join(", ", lacking));
        await pots.AssertSumsAsync();
    }

    /// <summary>A rail that once told, and falls silent before its balance counts or after a person has told one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARailThatTellsNoBalanceAnyMoreIsSaid(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine, ScriptedChannel.PutTelling);
        await pots.Pots.MakeAsync(PotGround.AccountId, [PotBalance.Payout]);
        Assert.Empty(await StaleAsync(1));
        Assert.Equal(["101/payout"], await StaleAsync(60));
        Assert.Null(await SayAsync(pots, 100_00, Ana));
        Assert.Empty(await StaleAsync(1));
        Assert.Equal(["101/payout"], await StaleAsync(60));

        // A pot that the rail never tells is not missed while it tells another.
        await pots.Pots.MakeAsync(PotGround.AccountId, [PotBalance.Refund]);
        Assert.Equal(["101/payout", "101/refund"], await StaleAsync(61));
        Assert.True(await pots.TellAsync(100_00));
        Assert.Empty(await StaleAsync(1));

        async Task<List<string>> StaleAsync(int minutes)
        {
            pots.Ground.Time.Pass(TimeSpan.FromMinutes(minutes));
            await pots.RefreshAsync();
            await pots.Ground.The<FloatCases>().RunOnceAsync(CancellationToken.None);
            return await pots.Ground.ReadAsync(c => c.Cases.Where(k => k.Kind == FloatCases.Stale && k.State == CaseState.Open).OrderBy(k => k.Subject).Select(k => k.Subject).ToListAsync());
        }
    }

    private static async Task<string?> SayAsync(PotGround pots, long minor, DecidedBy by, long? atMs = null)
    {
        await pots.RefreshAsync();
        return (await pots.Ground.The<TellBalance>().TellAsync(PotGround.AccountId, PotBalance.Payout, minor, 0, atMs ?? pots.Ground.NowMs, by)).Refusal;
    }

    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, CancellationToken.None);

    /// <summary>A node that something happens to before its changes.</summary>
    private sealed class SlowEngine(IBatchEngine inner, Func<int, Task> before) : IBatchEngine
    {
        private int _turns;

        public Task RunAsync(IReadOnlyList<WriteCommand> commands) => inner.RunAsync(commands);

        public async Task<T> InTurnAsync<T>(Func<Task<T>> change)
        {
            await before(++_turns);
            return await inner.InTurnAsync(change);
        }
    }
}
