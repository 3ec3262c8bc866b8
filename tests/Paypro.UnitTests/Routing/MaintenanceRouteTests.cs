using System.Collections.Frozen;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;

namespace Paypro.UnitTests.Routing;

/// <summary>Where orders go while a channel account, or one of its ways, rests.</summary>
public sealed class MaintenanceRouteTests
{
    private const long From = 1_000, To = 2_000;

    [Theory]
    [InlineData(From - 1, "101,205", "")]
    [InlineData(From, "205", "101: maintenance")]
    [InlineData(To - 1, "205", "101: maintenance")]
    [InlineData(To, "101,205", "")]
    public void APayInLeavesItOutForThatTime(long nowMs, string accounts, string said)
    {
        var plan = Plan(Direction.PayIn, "va", nowMs, null)!;
        Assert.Equal(accounts, RoutePlan.Join(plan.Routes.Select(r => r.AccountId)));
        Assert.Equal(said, string.Join(' ', plan.Said.Select(s => $"{s.AccountId}: {s.Why}")));
    }

    /// <summary>A payout goes elsewhere first; where nothing else takes it, it waits.</summary>
    [Fact]
    public void APayoutGoesElsewhereOrWaits()
    {
        var plan = Plan(Direction.Payout, "CLABE", From, null)!;
        Assert.Equal(("205,101", null), (RoutePlan.Join(plan.Routes.Select(r => r.AccountId)), plan.Parked));
        Assert.Contains("101 is behind: maintenance", plan.Reason, StringComparison.Ordinal);
        var alone = Router.Plan(RoutingScene.Picture([Resting(null, "*")]), RoutingScene.Shop, Direction.Payout, "CLABE", 100, new RoutingView { NowMs = From }, out _)!;
        Assert.Equal(("101", "maintenance"), (RoutePlan.Join(alone.Routes.Select(r => r.AccountId)), alone.Parked));
    }

    [Fact]
    public void OneWayRestsAlone()
    {
        Assert.Equal("101,205", RoutePlan.Join(Plan(Direction.PayIn, "va", From, Direction.Payout)!.Routes.Select(r => r.AccountId)));
        var offer = Resting(Direction.PayIn, "va");
        Assert.Equal(("maintenance", null, null), (offer.Rests(Direction.PayIn, "va", From), offer.Rests(Direction.PayIn, "store", From), offer.Rests(Direction.Refund, "va", From)));
        Assert.False(offer.IsResting(From));
        Assert.True(Resting(null, "*").IsResting(From));
    }

    /// <summary>A decline opens no attempt at an account that rests, and a payer is not offered its ways.</summary>
    [Fact]
    public void NothingNewBeginsThere()
    {
        var picture = RoutingScene.Picture([Resting(null, "*")]);
        Assert.Null(Router.Find(picture, RoutingScene.Shop, Direction.Payout, "CLABE", 100, 101, From));
        Assert.NotNull(Router.Find(picture, RoutingScene.Shop, Direction.Payout, "CLABE", 100, 101, To));
        Assert.Empty(Router.Choices(picture, RoutingScene.Shop, "", 100, From));
        Assert.NotEmpty(Router.Choices(picture, RoutingScene.Shop, "", 100, To));
        Assert.Equal([(101L, "maintenance")], Router.Outside(picture, RoutingScene.Shop, Direction.PayIn, "va", 100, From));
        Assert.Null(Router.Plan(picture, RoutingScene.Shop, Direction.PayIn, "va", 100, new RoutingView { NowMs = From }, out var refusal));
        Assert.Contains("not available", refusal!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void AClosedAccountHoldsBackWhatWasNotSent()
    {
        Assert.Equal("the account is closed", RoutingScene.Offer(101, open: false).HoldsBack(Direction.Payout, "CLABE", From));
        Assert.Null(RoutingScene.Offer(101).HoldsBack(Direction.Payout, "CLABE", From));
        Assert.Equal("maintenance", Resting(null, "*").HoldsBack(Direction.Refund, "va", From));
    }

    /// <summary>Pay-ins go on; what goes out is refused for now, and what waits there or may come there waits.</summary>
    [Fact]
    public void AnAccountInRecoverySendsNothing()
    {
        var offer = RoutingScene.Offer(101) with { IsRecovering = true };
        Assert.Equal((AccountOffer.Recovery, AccountOffer.Recovery), (offer.HoldsBack(Direction.Payout, "CLABE", From), offer.HoldsBack(Direction.Refund, "va", From)));
        var picture = RoutingScene.Picture([offer, RoutingScene.Offer(205, priority: 1)]) with { Recovering = new HashSet<long> { 101, 300 }.ToFrozenSet() };
        Assert.Equal("101,205", RoutePlan.Join(Router.Plan(picture, RoutingScene.Shop, Direction.PayIn, "va", 100, RoutingView.Plain, out _)!.Routes.Select(r => r.AccountId)));
        Assert.Equal("205", RoutePlan.Join(Router.Plan(picture, RoutingScene.Shop, Direction.Payout, "CLABE", 100, RoutingView.Plain, out _)!.Routes.Select(r => r.AccountId)));
        Assert.Null(Router.Plan(RoutingScene.Picture([offer]), RoutingScene.Shop, Direction.Payout, "CLABE", 100, RoutingView.Plain, out var refusal));
        Assert.True(refusal!.ForNow);
        Assert.Null(Router.Taking(picture, RoutingScene.Shop, Direction.Payout, "CLABE", 100, 101, From));
        Assert.Equal([205L], Router.PayoutAccounts(picture, RoutingScene.Shop).Select(o => o.Account.Id));
        Assert.Equal(AccountOffer.Recovery, RoutePlan.Recovers(picture, 101, ""));
        Assert.Equal("account 300 of its plan is in recovery after a restore", RoutePlan.Recovers(picture, 205, "206,300"));
        Assert.Null(RoutePlan.Recovers(picture, 205, "206"));
        Assert.Null(RoutePlan.Recovers(RoutingScene.Picture([offer]), 101, ""));
    }

    private static RoutePlan? Plan(Direction direction, string way, long nowMs, Direction? rests) =>
        Router.Plan(RoutingScene.Picture([Resting(rests, "*"), RoutingScene.Offer(205, priority: 1)]), RoutingScene.Shop, direction, way, 100, new RoutingView { NowMs = nowMs }, out _);

    private static AccountOffer Resting(Direction? direction, string way) => RoutingScene.Offer(101) with { Maintenance = [new MaintenanceWindow(direction, way, From, To)] };
}
