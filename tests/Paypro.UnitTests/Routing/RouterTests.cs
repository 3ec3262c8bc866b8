using CsCheck;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Routing;

namespace Paypro.UnitTests.Routing;

/// <summary>Which channel accounts an order is tried at, in which order, and what is said about it.</summary>
public sealed class RouterTests
{
    private static readonly AccountOffer[] Three = [RoutingScene.Offer(101), RoutingScene.Offer(205, priority: -1), RoutingScene.Offer(303, priority: 2)];

    [Fact]
    public void WithoutARuleByPriorityAndNumber() => Assert.Equal(
        "205 101 303|accounts 205, then 101, then 303, by priority", Planned(RoutingScene.Picture([.. Three, RoutingScene.Offer(404, open: false)]), drop: "; left out: 404 (closed)"));

    [Fact]
    public void WhatDoesNotTakeTheOrderIsLeftOutAndSaid() => Assert.Equal(
        "101|account 101, by priority; left out: 205 (closed), 303 (closed), 404 (not this amount)",
        Planned(RoutingScene.Picture([RoutingScene.Offer(101), RoutingScene.Offer(205, open: false), RoutingScene.Offer(303, wayOpen: false), RoutingScene.Offer(404, maximumMinor: 99)])));

    [Fact]
    public void AtMostFiveAreTried()
    {
        var plan = Plan(RoutingScene.Picture(Enumerable.Range(1, 7).Select(id => RoutingScene.Offer(id))))!;
        Assert.Equal("1,2,3,4,5", RoutePlan.Join(plan.Routes.Select(r => r.AccountId)));
        Assert.EndsWith("; left out: 2 more", plan.Reason, StringComparison.Ordinal);
        Assert.Equal("3,4,5", plan.After(1));
        Assert.Equal([(3L, "4,5"), (4L, "5"), (5L, "")], RoutePlan.Read(plan.After(1)));
        Assert.Empty(RoutePlan.Read(""));
    }

    [Fact]
    public void ARuleNamesAllThatIsTried() => Assert.Equal(
        "303 101|accounts 303, then 101, by rule 7; left out: 205 (not in the rule)", Planned(RoutingScene.Picture(Three, RoutingScene.Rule(7, "303,101"))));

    [Fact]
    public void TheMostExactRuleCountsThenTheLowestPriority()
    {
        var snapshot = RoutingScene.Picture(
            Three, RoutingScene.Rule(1, "101", way: "va", minimumMinor: 1), RoutingScene.Rule(2, "205", merchantNo: RoutingScene.Shop.No, priority: 5),
            RoutingScene.Rule(3, "303", merchantNo: RoutingScene.Shop.No, priority: 4), RoutingScene.Rule(4, "101", merchantNo: 9), RoutingScene.Rule(5, "101", merchantNo: RoutingScene.Shop.No, way: "store"),
            RoutingScene.Rule(6, "101", merchantNo: RoutingScene.Shop.No, way: "va", minimumMinor: 300_01));
        Assert.StartsWith("303|account 303, by rule 3;", Planned(snapshot), StringComparison.Ordinal);
        Assert.StartsWith("101|account 101, by rule 6;", Planned(snapshot, 300_01), StringComparison.Ordinal);
        Assert.StartsWith("205 101 303|", Planned(snapshot, direction: Direction.Payout), StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleOfWhichNobodyTakesTheOrderGivesWayToTheNextAndTheLastToNobody()
    {
        AccountOffer[] offers = [RoutingScene.Offer(101), RoutingScene.Offer(205, open: false)];
        Assert.StartsWith(
            "101|account 101, by rule 2;", Planned(RoutingScene.Picture(offers, RoutingScene.Rule(1, "205", merchantNo: RoutingScene.Shop.No), RoutingScene.Rule(2, "101"))), StringComparison.Ordinal);
        Assert.Null(Router.Plan(RoutingScene.Picture(offers, RoutingScene.Rule(1, "205")), RoutingScene.Shop, Direction.PayIn, "va", 300_00, RoutingView.Plain, out var refusal));
        Assert.Equal(new NoRoute(FieldRole.Way, "va is not available at present"), refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("101,")]
    [InlineData("101,101")]
    [InlineData("101:-1")]
    [InlineData("101:1000001")]
    [InlineData("101:x")]
    [InlineData("999")]
    public void ARuleThatCannotBeReadIsLeftOutAloneAndNamed(string accounts)
    {
        var snapshot = RoutingScene.Picture(Three, RoutingScene.Rule(7, accounts), RoutingScene.Rule(8, "303"));
        Assert.Equal((RoutingRule.ProblemKind, "7"), Assert.Single(snapshot.Problems) is var p ? (p.Kind, p.Subject) : default);
        Assert.StartsWith("303|", Planned(snapshot), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsAreSharesOfBeingFirst()
    {
        var snapshot = RoutingScene.Picture(Three, RoutingScene.Rule(7, "303:0,101:75,205:25"));
        var firsts = Enumerable.Range(0, 4000).Select(i => Plan(snapshot, new RoutingView { Draw = (ulong)i * 0x5851F42D4C957F2D })!).ToList();
        Assert.InRange(firsts.Count(p => p.Routes[0].AccountId == 101), 2850, 3150);
        Assert.All(firsts, p => Assert.Equal(303, p.Routes[^1].AccountId));
        Assert.Contains("by rule 7, drawn with weights 101: 75, 205: 25", firsts[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ADemotedAccountIsLastAndOneInTwentyOrdersStillTriesIt()
    {
        var demoted = new Dictionary<long, string> { [205] = "9 of 10 calls failed in 5 minutes" };
        var snapshot = RoutingScene.Picture(Three);
        var plans = Enumerable.Range(0, 4000).Select(i => Plan(snapshot, new RoutingView { Demoted = demoted, Draw = (ulong)i * 0x5851F42D4C957F2D })!).ToList();
        var probes = plans.Where(p => p.Routes[0].AccountId == 205).ToList();
        Assert.InRange(probes.Count, 150, 250);
        Assert.All(plans.Except(probes), p => Assert.Equal("accounts 101, then 303, then 205, by priority; 205 is last: 9 of 10 calls failed in 5 minutes", p.Reason));
        Assert.All(probes, p => Assert.Equal("accounts 205, then 101, then 303, by priority; 205 is tried to see whether it is well again", p.Reason));

        // Never left out, never a payout's.
        Assert.Equal("205", RoutePlan.Join(Plan(RoutingScene.Picture([RoutingScene.Offer(205)]), new RoutingView { Demoted = demoted, Draw = 1 })!.Routes.Select(r => r.AccountId)));
        Assert.Equal(205, Router.Plan(snapshot, RoutingScene.Shop, Direction.Payout, "CLABE", 300_00, new RoutingView { Demoted = demoted, Draw = 1 }, out _)!.Routes[0].AccountId);
    }

    /// <summary>Whatever the rules, the health and the chance: each account at most once, only ones that take the order, the same each time, with a reason that fits its line.</summary>
    [Fact]
    public void APlanIsSoundWhateverItIsMadeFrom() =>
        Gen.Select(Gen.Int[0, 255], Gen.Int[0, 255], Gen.Int[0, 255], Gen.ULong, Gen.Bool).Sample((open, demoted, named, draw, payout) =>
        {
            var offers = Enumerable.Range(0, 8).Select(i => RoutingScene.Offer(100 + i, priority: i % 3, open: (open >> i & 1) == 1));
            var rule = string.Join(',', Enumerable.Range(0, 8).Where(i => (named >> i & 1) == 1).Select(i => $"{100 + i}:{i % 3}"));
            var snapshot = rule.Length == 0 ? RoutingScene.Picture(offers) : RoutingScene.Picture(offers, RoutingScene.Rule(1, rule, direction: payout ? Direction.Payout : Direction.PayIn));
            var view = new RoutingView { Draw = draw, Demoted = Enumerable.Range(0, 8).Where(i => (demoted >> i & 1) == 1).ToDictionary(i => 100L + i, i => new string('x', 90)) };
            var (direction, way) = payout ? (Direction.Payout, "CLABE") : (Direction.PayIn, "va");
            var plan = Router.Plan(snapshot, RoutingScene.Shop, direction, way, 300_00, view, out var refusal);
            var taking = Enumerable.Range(0, 8).Count(i => (open >> i & 1) == 1 && (named == 0 || (named >> i & 1) == 1));
            var ids = plan?.Routes.Select(r => r.AccountId).ToList() ?? [];
            return (plan is null) == (refusal is not null)
                && ids.Count == Math.Min(taking, RoutePlan.Most)
                && ids.Distinct().Count() == ids.Count
                && ids.TrueForAll(id => (open >> (int)(id - 100) & 1) == 1)
                && (plan is null || (plan.Reason.Length is > 0 and <= OrderChange.DetailLength))
                && ids.SequenceEqual(Router.Plan(snapshot, RoutingScene.Shop, direction, way, 300_00, view, out _)?.Routes.Select(r => r.AccountId) ?? []);
        });

    private static RoutePlan? Plan(Snapshot snapshot, RoutingView? view = null) =>
        Router.Plan(snapshot, RoutingScene.Shop, Direction.PayIn, "va", 300_00, view ?? RoutingView.Plain, out _);

    private static string Planned(Snapshot snapshot, long amountMinor = 300_00, Direction direction = Direction.PayIn, string drop = "")
    {
        var plan = Router.Plan(snapshot, RoutingScene.Shop, direction, direction == Direction.PayIn ? "va" : "CLABE", amountMinor, RoutingView.Plain, out _)!;
        var text = $"{string.Join(' ', plan.Routes.Select(r => r.AccountId))}|{plan.Reason}";
        Assert.EndsWith(drop, text, StringComparison.Ordinal);
        return text[..^drop.Length];
    }
}
