using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What is counted against a pot: by two nodes, over crashes, and when a balance is told that may or may not know of it.</summary>
public sealed class PotTests
{
    private static readonly DecidedBy Ana = new("operator:ana", "", "", "as in the bank's pages");

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TwoNodesTogetherSendNoMoreThanThereIs(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        await pots.PutAsync(1_000_00);
        await using var other = await pots.OtherAsync(engine);
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE channel_pots SET floor_minor = 5000"));
        Pots[] nodes = [pots.Pots, other.Pots];
        await pots.RefreshAsync();
        var offer = pots.Offer;
        var counted = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => nodes[i % 2].CountAsync(offer, Send(i, 70_00))));

        // 13 times 70.00 are 910.00; a fourteenth would go below the floor of 50.00.
        Assert.Equal(13, counted.Count(c => c.Lacks is null));
        Assert.All(counted.Where(c => c.Lacks is not null), c => Assert.Equal("too little money of ours is there", c.Lacks));
        Assert.Equal((910_00, 40_00), ((await pots.PotAsync()).SentMinor, (await pots.PotAsync()).SpendableMinor()!.Value));
        await pots.AssertSumsAsync();

        // The same once more, by both nodes at once.
        var again = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => nodes[i % 2].CountAsync(offer, Send(i / 2, 70_00))));
        Assert.Equal(26, again.Count(c => c.Lacks is null));
        Assert.Equal(910_00, (await pots.PotAsync()).SentMinor);
    }

    /// <summary>A node counts a payout and dies before it commits that it sends it: the next one finds it counted.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACrashBeforeTheSendingLeavesItCountedOnce(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var calls = 0;
        pots.Channel.Sends = _ => Task.FromResult<SendOutcome>(++calls > 0 ? new SendOutcome.Accepted() : new SendOutcome.Unknown(""));
        await pots.PutAsync(100_00);
        var order = await pots.PayOutAsync(await pots.Ground.OpenShopAsync(1_000_00), "one");
        await pots.RefreshAsync();
        Assert.Null((await pots.Pots.CountAsync(pots.Offer, new PotSend(order.Key, 1, Direction.Payout, order.Way, order.AmountMinor))).Lacks);
        await pots.TurnAsync();
        Assert.Equal((1, AttemptState.Accepted, 100_00L), (calls, await pots.StateAsync(order), (await pots.PotAsync()).SentMinor));

        // One that was counted for an attempt that was never made falls away when nobody can be about to make it.
        await pots.RefreshAsync();
        await pots.Pots.CountAsync(pots.Offer, Send(5, 1), mayHaveLeft: true);
        await pots.Readings.SettleAsync(PotGround.AccountId);
        Assert.Equal(100_01, (await pots.PotAsync()).SentMinor);
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(4));
        await pots.Readings.SettleAsync(PotGround.AccountId);
        Assert.Equal(100_00, (await pots.PotAsync()).SentMinor);
        await pots.AssertSumsAsync();
    }

    /// <summary>Sends that are at the rail before it is asked are in its answer; one that comes while it is asked, or whose fate is open, may not be.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABalanceForgetsNoSendThatItMayNotKnow(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var answers = new Dictionary<string, SendOutcome>
        {
            ["accepted"] = new SendOutcome.Accepted(), ["unknown"] = new SendOutcome.Unknown("silence"), ["declined"] = new SendOutcome.Declined("account closed"), ["late"] = new SendOutcome.Accepted(),
        };
        var names = new Dictionary<string, string>();
        pots.Channel.Sends = draft => Task.FromResult(answers[names[draft.Number]]);
        pots.Channel.Answers = target => Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);
        await pots.PutAsync(1_000_00);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        foreach (var (name, units) in new[] { ("accepted", 1), ("unknown", 10), ("declined", 100) })
        {
            var order = await pots.PayOutAsync(shop, name, units);
            names[order.Number] = name;
        }

        await pots.TurnAsync();
        Assert.Equal(111_00, (await pots.PotAsync()).SentMinor);
        var begun = (await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue))!;
        Assert.Equal(11_00, (await pots.PotAsync()).SentMinor);
        var late = await pots.PayOutAsync(shop, "late", 200);
        names[late.Number] = "late";
        await pots.TurnAsync();
        await pots.Readings.SettleAsync(PotGround.AccountId);
        Assert.True(await pots.Readings.TellAsync(PotGround.AccountId, begun, Told(999_00)));
        var pot = await pots.PotAsync();
        Assert.Equal((210_00L, 789_00L, BalanceSource.Rail), (pot.SentMinor, pot.SpendableMinor(), pot.Source));
        Assert.True(pot.PaceMinor >= 201_00);
        await pots.AssertSumsAsync();

        // An answer that was overtaken says nothing.
        Assert.False(await pots.Readings.TellAsync(PotGround.AccountId, begun, Told(5_000_00)));
        Assert.True(await pots.TellAsync(799_00));
        Assert.Equal((10_00L, 789_00L), ((await pots.PotAsync()).SentMinor, (await pots.PotAsync()).SpendableMinor()!.Value));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneNodeAsksARailEveryTenMinutesAndABadAnswerChangesNothing(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine, ScriptedChannel.PutTelling);
        await using var other = await pots.OtherAsync(engine, ScriptedChannel.PutTelling);
        var asked = 0;
        IReadOnlyList<PotBalance> answer = [new("", 700_00, 20_00)];
        pots.Channel.Balances = other.Channel.Balances = _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(answer);
        };
        ReadBalances[] nodes = [pots.NewReader(), other.NewReader()];
        var others = pots.Ground.The<Server.Merchants.SnapshotStore>().Current.Accounts.Count - 1;
        await ReadAsync(nodes);
        Assert.Equal(0, asked);

        // The first answer makes the pots, the second one counts.
        await PassAsync(pots, other, 11);
        await ReadAsync(nodes);
        Assert.Equal(1 + others, asked);
        Assert.Equal(0, (await pots.PotAsync()).ToldAtMs);
        await PassAsync(pots, other, 9);
        await ReadAsync(nodes);
        Assert.Equal(1 + others, asked);
        await PassAsync(pots, other, 2);
        await ReadAsync(nodes);
        var pot = await pots.PotAsync();
        Assert.Equal((2 * (1 + others), 720_00L, 20_00L, 700_00L), (asked, pot.BalanceMinor, pot.BlockedMinor, pot.SpendableMinor()));

        IReadOnlyList<PotBalance>[] bad =
        [
            [], [new("payout", 1), new("payout", 2)], [new("payout", 1, -1)], [new(new string('p', 33), 1)], [new("pay out", 1)], [new("payout", long.MaxValue)], [new("", 1), new("payout", 2)],
        ];
        foreach (var one in bad)
        {
            answer = one;
            await PassAsync(pots, other, 11);
            await ReadAsync(nodes);
        }

        var after = await pots.PotAsync();
        Assert.Equal((pot.BalanceMinor, pot.ToldAtMs), (after.BalanceMinor, after.ToldAtMs));
        var look = pots.Ground.The<FloatCases>();
        await pots.RefreshAsync();
        await look.RunOnceAsync(CancellationToken.None);
        Assert.Equal("101/payout", (await pots.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == FloatCases.Stale && k.State == CaseState.Open && k.ChannelAccountId == 0 && k.Subject == "101/payout"))).Subject);
        answer = [new("payout", 5_00)];
        await PassAsync(pots, other, 11);
        await ReadAsync(nodes);
        await look.RunOnceAsync(CancellationToken.None);
        Assert.False(await pots.Ground.ReadAsync(c => c.Cases.AnyAsync(k => k.Kind == FloatCases.Stale && k.State == CaseState.Open && k.Subject == "101/payout")));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task CasesSayWhatIsShortAndEndByThemselves(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        await pots.PutAsync(250_00);
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE channel_pots SET warn_minor = 20000, alarm_minor = 5000"));
        var (shop, look) = (await pots.Ground.OpenShopAsync(10_000_00), pots.Ground.The<FloatCases>());
        Assert.Empty(await OpenAsync());
        await pots.PayOutAsync(shop, "one");
        await pots.TurnAsync();
        Assert.Equal(["float-low Pot payout of channel account 101: 150 MXN can be sent, enough for 4.5 hours at the pace of the last hours."], await OpenAsync());
        await pots.PayOutAsync(shop, "two");
        await pots.TurnAsync();
        await pots.PayOutAsync(shop, "three", 300);
        Assert.Equal(
            [
                "float-low Pot payout of channel account 101: 150 MXN can be sent, enough for 4.5 hours at the pace of the last hours.",
                "payouts-parked 1 payouts and refunds, 300 MXN together, wait for money of ours at channel account 101. Each fails 24 hours after it was parked.",
            ],
            await OpenAsync());
        await pots.Ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE channel_pots SET floor_minor = 1000"));
        Assert.Contains("float-out Pot payout of channel account 101: 40 MXN can be sent, enough for 0.6 hours at the pace of the last hours.", await OpenAsync());
        await pots.PutAsync(900_00);
        await pots.TurnAsync();
        Assert.Empty(await OpenAsync());

        async Task<List<string>> OpenAsync()
        {
            await pots.RefreshAsync();
            await look.RunOnceAsync(CancellationToken.None);
            return await pots.Ground.ReadAsync(c => c.Cases.Where(k => k.State == CaseState.Open).OrderBy(k => k.Kind).Select(k => k.Kind + " " + k.Text).ToListAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatLetsMoreBeSentIsToldByTwoPeopleAndWhatLetsLessByOne(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (tell, nowMs) = (pots.Ground.The<TellBalance>(), pots.Ground.NowMs);
        Assert.StartsWith("pot: this pot was not there", await SayAsync(100_00, nowMs), StringComparison.Ordinal);
        Assert.StartsWith("at: this pot is new", await SayAsync(100_00, nowMs), StringComparison.Ordinal);
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(5));
        nowMs = pots.Ground.NowMs;
        await pots.RefreshAsync();
        Assert.Null(await SayAsync(100_00, nowMs - 1000));
        Assert.Equal("approver: must be another person, since more can be sent than before", await SayAsync(100_01, nowMs));
        Assert.Equal("approver: must be another person, since more can be sent than before", await SayAsync(100_01, nowMs, Ana with { Approver = Ana.Actor }));
        Assert.Null(await SayAsync(50_00, nowMs));
        Assert.Equal("at: a newer balance of this pot is known", await SayAsync(40_00, nowMs - 500));
        Assert.Equal("at: must be within the last hour", await SayAsync(40_00, nowMs - 3_700_000));
        Assert.Equal("balanceMinor: must be 0 or more, and blockedMinor no more than it", await SayAsync(-1, nowMs));
        Assert.Equal("channelAccountId: no channel account has this number", (await tell.TellAsync(4711, "payout", 1, 0, nowMs, Ana)).Refusal);
        Assert.Equal("pot: must be 1 to 32 letters and digits", (await tell.TellAsync(101, "pay out", 1, 0, nowMs, Ana)).Refusal);
        Assert.Null(await SayAsync(300_00, nowMs, Ana with { Approver = "operator:ben" }));
        var pot = await pots.PotAsync();
        Assert.Equal((300_00L, BalanceSource.Person, "operator:ana, operator:ben"), (pot.BalanceMinor, pot.Source, pot.ToldBy));
        var actions = await pots.Ground.ReadAsync(c => c.CaseActions.Where(a => a.Action == "balance.tell").OrderBy(a => a.Id).ToListAsync());
        Assert.Equal(["", "", "operator:ben"], actions.Select(a => a.Approver));
        Assert.All(actions, a => Assert.Equal("operator:ana", a.Actor));

        // A reading that was under way says nothing any more.
        var begun = (await pots.Readings.BeginAsync(PotGround.AccountId, long.MaxValue))!;
        Assert.Null(await SayAsync(200_00, nowMs));
        Assert.False(await pots.Readings.TellAsync(PotGround.AccountId, begun, Told(5_000_00)));

        async Task<string?> SayAsync(long minor, long atMs, DecidedBy? by = null)
        {
            await pots.RefreshAsync();
            return (await tell.TellAsync(101, "payout", minor, 0, atMs, by ?? Ana)).Refusal;
        }
    }

    private static PotSend Send(int no, long minor) => new(new OrderKey(1, 1_000 + no), 1, Direction.Payout, "CLABE", minor);

    private static Dictionary<string, PotBalance> Told(long minor) => new() { [PotBalance.Payout] = new(PotBalance.Payout, minor) };

    private static async Task ReadAsync(ReadBalances[] nodes)
    {
        await Task.WhenAll(nodes.Select(n => n.RunOnceAsync(CancellationToken.None)));
        await Task.WhenAll(nodes.Select(n => n.WhenIdleAsync()));
    }

    private static async Task PassAsync(PotGround pots, PotGround other, int minutes)
    {
        pots.Ground.Time.Pass(TimeSpan.FromMinutes(minutes));
        await pots.RefreshAsync();
        await other.RefreshAsync();
    }
}
