using System.Collections.Frozen;
using Paypro.Channels;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Routing;

/// <summary>What a pot's row says, and how it orders the accounts of a payout.</summary>
public sealed class FloatTests
{
    private const long Now = 1_000_000_000_000;
    private const long Hour = 3_600_000;

    [Fact]
    public void SpendableIsToldLessBlockedSentAndFloor()
    {
        var pot = Pot(balance: 1000, blocked: 100, sent: 250, floor: 50);
        Assert.Equal(600, pot.SpendableMinor());
        Assert.Null(pot.Lacks(600, Now));
        Assert.Equal("too little money of ours is there", pot.Lacks(601, Now));
        pot.ToldAtMs = 0;
        Assert.Null(pot.SpendableMinor());
        Assert.Null(pot.Lacks(long.MaxValue, Now));
    }

    [Fact]
    public void AStoppedPotSendsNothingUntilItsBalanceIsToldOrOneIsTried()
    {
        var pot = Pot(balance: 1000);
        (pot.StoppedAtMs, pot.ProbeAtMs) = (Now - 5, Now);
        Assert.Equal("its rail said that our money is used up", pot.Lacks(1, Now));
        pot.ToldAtMs = 0;
        Assert.Null(pot.Lacks(1, Now));
        Assert.NotNull(pot.Lacks(1, Now - 1));
    }

    [Fact]
    public void ABalanceAskedForBeforeTheStopDoesNotEndIt()
    {
        var pot = Pot();
        (pot.StoppedAtMs, pot.Declines, pot.ProbeAtMs) = (Now, 1, Now + 60_000);
        Assert.False(pot.GoesOn(0, BalanceSource.Rail, Now));
        Assert.False(pot.GoesOn(Now - 1, BalanceSource.Person, Now));
        Assert.True(pot.GoesOn(Now, BalanceSource.Rail, Now));

        // A rail that has said it twice is believed when its rest is over.
        Assert.False(pot.GoesOn(null, BalanceSource.Person, Now));
        pot.Declines = 2;
        Assert.False(pot.GoesOn(Now, BalanceSource.Rail, Now + 59_999));
        Assert.True(pot.GoesOn(Now, BalanceSource.Rail, Now + 60_000));
        Assert.True(pot.GoesOn(Now, BalanceSource.Person, Now));
    }

    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(2, 120_000)]
    [InlineData(6, 1_920_000)]
    [InlineData(7, Hour)]
    [InlineData(1000, Hour)]
    public void TheRestGrowsUpToAnHour(int declines, long expectedMs) => Assert.Equal(expectedMs, Float.ProbeAfterMs(declines, 60));

    [Fact]
    public void HowLongItLastsIsByThePaceOfTheLastHours()
    {
        var pot = Pot(balance: 1200);
        Assert.Null(pot.HoursLeft(Now));
        pot.AddPace(300, Now);
        Assert.Equal(12, pot.HoursLeft(Now)!.Value, 3);
        pot.AddPace(300, Now + Hour);
        Assert.Equal(8, pot.HoursLeft(Now + Hour)!.Value, 3);

        // The next three hours begin; those before still count.
        pot.AddPace(100, Now + (3 * Hour));
        Assert.Equal((100L, 600L), (pot.PaceMinor, pot.PaceBeforeMinor));
        Assert.Equal(1200 / (700 / 3.0), pot.HoursLeft(Now + (3 * Hour))!.Value, 3);
        Assert.Null(pot.HoursLeft(Now + (9 * Hour)));
        pot.AddPace(100, Now + (20 * Hour));
        Assert.Equal((100L, 0L), (pot.PaceMinor, pot.PaceBeforeMinor));
        pot.SentMinor = 5000;
        Assert.Equal(0, pot.HoursLeft(Now + (20 * Hour)));
    }

    [Fact]
    public void TwoLevelsWarn()
    {
        var pot = Pot(balance: 1000);
        (pot.WarnMinor, pot.AlarmMinor) = (1000, 500);
        Assert.Equal(FloatLevel.Enough, pot.Level());
        pot.SentMinor = 1;
        Assert.Equal(FloatLevel.Low, pot.Level());
        pot.SentMinor = 501;
        Assert.Equal(FloatLevel.Out, pot.Level());
        pot.ToldAtMs = 0;
        Assert.Equal(FloatLevel.Enough, pot.Level());
    }

    [Fact]
    public void AccountsWithMoneyComeFirstAndWithoutAnyTheFirstHasTheOrderParked()
    {
        var offers = new[] { 101L, 202L, 303L }.Select(id => RoutingScene.Offer(id) with { Pots = id == 303 ? FrozenSet<string>.Empty : new[] { "payout" }.ToFrozenSet() }).ToList();
        var pots = new[] { Pot(101, balance: 10), Pot(202, balance: 500) };
        Assert.Equal("202 303 101||accounts 202, then 303, then 101, by priority; 101 is behind: too little money of ours is there", Planned(300, offers, pots));
        Assert.Equal("101 202 303||accounts 101, then 202, then 303, by priority", Planned(10, offers, pots));
        Assert.Equal(
            "202 303 101||accounts 202, then 303, then 101, by priority; 101 is behind: older orders of this merchant wait for money there", Planned(10, offers, pots, behind: 101));

        // What waits for another pot of the account does not.
        Assert.Equal("101 202 303||accounts 101, then 202, then 303, by priority", Planned(10, offers, pots, behind: 101, behindPot: "refund"));
        Assert.Equal(
            "101 202|too little money of ours is there|accounts 101, then 202, by priority; 101 is behind: too little money of ours is there; 202 is behind: too little money of ours is there",
            Planned(501, offers[..2], pots));

        // An account whose pot is not counted, or of which another pot is, is sent from without looking.
        Assert.StartsWith("101 202 303||", Planned(501, [.. offers.Select(o => o with { Pots = new[] { "collection" }.ToFrozenSet() })], pots), StringComparison.Ordinal);
    }

    [Fact]
    public void PayInsDoNotLook()
    {
        var offers = new[] { RoutingScene.Offer(101) with { Pots = new[] { "payout" }.ToFrozenSet() }, RoutingScene.Offer(202) };
        var plan = Router.Plan(RoutingScene.Picture(offers), RoutingScene.Shop, Direction.PayIn, "va", 300, View([Pot(101)]), out _)!;
        Assert.Equal((101L, null), (plan.Routes[0].AccountId, plan.Parked));
    }

    private static string Planned(long amountMinor, IReadOnlyList<Server.Merchants.AccountOffer> offers, ChannelPotRow[] pots, long behind = 0, string behindPot = "payout")
    {
        var plan = Router.Plan(RoutingScene.Picture(offers), RoutingScene.Shop, Direction.Payout, "CLABE", amountMinor, View(pots, behind, behindPot), out _)!;
        return $"{string.Join(' ', plan.Routes.Select(r => r.AccountId))}|{plan.Parked}|{plan.Reason}";
    }

    private static RoutingView View(ChannelPotRow[] pots, long behind = 0, string behindPot = "payout") => new()
    {
        Float = new FloatView(pots.ToDictionary(p => (p.ChannelAccountId, p.Pot)), behind == 0 ? new HashSet<(long, string)>() : [(behind, behindPot)], Now),
    };

    private static ChannelPotRow Pot(long account = 101, long balance = 0, long blocked = 0, long sent = 0, long floor = 0) => new()
    {
        ChannelAccountId = account, Pot = "payout", BalanceMinor = balance, BlockedMinor = blocked, SentMinor = sent, FloorMinor = floor, ToldAtMs = Now,
    };
}
