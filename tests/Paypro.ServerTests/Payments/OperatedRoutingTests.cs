using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.Calendars;
using Paypro.Server.Operator.Routes;
using Paypro.Server.Routing;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What a screen says beforehand is what happens: where an order goes, and which money a holiday moves.</summary>
public sealed class OperatedRoutingTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDryRunSaysWhatTheNextOrderDoes(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        pots.Channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        await pots.AddAccountAsync(701);
        var rule = new RuleView(0, shop.Merchant.No, "MX", Direction.Payout, "*", 0, 0, "701,101", 0, true);
        await SameAsync("plain", null, "101, then 701");

        // With a rule that nobody has approved yet; then it holds.
        Assert.StartsWith("accounts 701, then 101, by rule", (await RunAsync(rule)).Value!.Reason, StringComparison.Ordinal);
        await SameAsync("before", null, "101, then 701");
        await CarryOutAsync(pots.Ground, new RuleChange(pots.Ground.The<RoutingRules>()), RuleChange.SubjectOf(0), rule);
        await SameAsync("after", null, "701, then 101, by rule");

        // With maintenance, and without money of ours at one of them.
        await pots.Ground.The<Maintenance>().AddAsync(Actor.Program, 701, new WindowWish(null, "*", 0, 0, "UTC", "x", 60), Answer<WindowView>.Unkept);
        var resting = await SameAsync("resting", null, "701 is behind: maintenance");
        Assert.Equal([(101L, 1, ""), (701L, 2, "is behind: maintenance")], resting.Accounts.Select(a => (a.Account, a.Place, a.Why)));
        await pots.PutAsync(50_00);
        Assert.Equal("maintenance", (await SameAsync("parked", null, "101 is behind: too little money of ours is there")).Parked);

        // Wrong questions are sentences.
        Assert.Contains("no such merchant", (await pots.Ground.The<DryRun>().RunAsync(new DryRunWish("MX", 77, Direction.Payout, "*", 1, null, null))).Problem!, StringComparison.Ordinal);
        Assert.Contains("channel account 999 is not one of MX", (await RunAsync(rule with { Accounts = "999" })).Problem!, StringComparison.Ordinal);

        async Task<DryRunView> SameAsync(string tradeNo, RuleView? tried, string says)
        {
            await pots.RefreshAsync();
            var said = (await RunAsync(tried)).Value!;
            var order = await pots.PayOutAsync(shop, tradeNo);
            var happened = await pots.Ground.ReadAsync(c => c.Events.Where(e => e.Bucket == order.Bucket && e.OrderId == order.Id).OrderBy(e => e.Sequence).Select(e => e.Detail).ToListAsync());
            Assert.Contains(said.Reason, happened);
            Assert.Contains(says, said.Reason, StringComparison.Ordinal);
            Assert.Equal(said.Parked.Length > 0, await pots.StateAsync(order) == AttemptState.Parked);
            return said;
        }

        Task<Change<DryRunView>> RunAsync(RuleView? tried) =>
            pots.Ground.The<DryRun>().RunAsync(new DryRunWish("MX", shop.Merchant.No, Direction.Payout, "DebitCard", 100_00, null, tried));
    }

    /// <summary>With weights the same chance gives the plan that the router gives.</summary>
    [Fact]
    public async Task TheDryRunDrawsAsTheRouterDoes()
    {
        await using var pots = await PotGround.StartAsync(Engine.Sqlite);
        var shop = await pots.Ground.OpenShopAsync();
        await pots.AddAccountAsync(701);
        await CarryOutAsync(pots.Ground, new RuleChange(pots.Ground.The<RoutingRules>()), RuleChange.SubjectOf(0), new RuleView(0, 0, "MX", Direction.Payout, "*", 0, 0, "101:1,701:1", 0, true));
        var firsts = new HashSet<long>();
        for (var draw = 1L; draw <= 20; draw++)
        {
            var snapshot = pots.Ground.The<SnapshotStore>().Current;
            var plan = Router.Plan(snapshot, shop.Merchant, Direction.Payout, "DebitCard", 100_00, new RoutingView { NowMs = pots.Ground.NowMs, Draw = (ulong)draw }, out _)!;
            var said = (await pots.Ground.The<DryRun>().RunAsync(new DryRunWish("MX", 0, Direction.Payout, "DebitCard", 100_00, draw, null))).Value!;
            Assert.Equal((plan.Reason, string.Join(',', plan.Routes.Select(r => r.AccountId))), (said.Reason, string.Join(',', said.Accounts.Where(a => a.Place > 0).Select(a => a.Account))));
            firsts.Add(said.Accounts[0].Account);
        }

        Assert.Equal(2, firsts.Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AHolidayMovesWhatItsPreviewSays(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var business = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, BusinessDays = true, FixedMinor = 1_00, ReturnsFee = true });
        var calendar = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true });
        await business.PaidAsync(await business.PayInAsync(100_00), 100_00, "a");
        await calendar.PaidAsync(await calendar.PayInAsync(50_00), 50_00, "b");
        var (calendars, friday) = (ground.The<Calendars>(), new CalendarWish([new HolidayView(20260306, "A holiday")], [], null));

        // Thursday; both are due on Friday, which becomes a holiday. Monday is the next business day.
        Assert.Equal([new MovedDue(20260306, 20260309, 1, 99_00)], (await calendars.PreviewAsync("MX", friday, CancellationToken.None)).Moved);
        await CarryOutAsync(ground, ActivatorUtilities.CreateInstance<CalendarChange>(ground.The<IServiceProvider>()), CalendarChange.SubjectOf("MX"), friday);
        Assert.Empty((await calendars.PreviewAsync("MX", friday, CancellationToken.None)).Moved);
        await SettledAsync(6, 0, 50_00);
        await SettledAsync(8, 0, 50_00);

        // A weekend of Sunday and Monday, with Friday still a holiday: Saturday is the day.
        var weekend = new CalendarWish([], [], [DayOfWeek.Sunday, DayOfWeek.Monday]);
        Assert.Equal([new MovedDue(20260309, 20260307, 1, 99_00)], (await calendars.PreviewAsync("MX", weekend, CancellationToken.None)).Moved);
        await SettledAsync(9, 99_00, 50_00);
        Assert.Empty((await calendars.PreviewAsync("MX", weekend, CancellationToken.None)).Moved);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
        Assert.Equal(1, await ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == CalendarChange.Name && a.After.Contains("A holiday"))));

        async Task SettledAsync(int day, long ofBusiness, long ofCalendar)
        {
            ground.Time.Set(new DateTimeOffset(2026, 3, day, 12, 0, 0, TimeSpan.Zero));
            await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
            Assert.Equal((ofBusiness, ofCalendar), ((await business.HoldingsAsync()).Available, (await calendar.HoldingsAsync()).Available));
        }
    }

    /// <summary>As two people have decided it.</summary>
    private static async Task CarryOutAsync<T>(PaymentsGround ground, IProposalKind kind, string subject, T change)
    {
        await ground.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            var row = new ProposalRow { Id = 1, Kind = kind.Kind, Subject = subject, Change = JsonSerializer.Serialize(change, OperatorJson.Options), MadeBy = "user:1" };
            Assert.NotNull(await kind.NowAsync(context, subject));
            Assert.Null(await kind.ProblemAsync(context, row));
            Assert.Null(await kind.CarryOutAsync(context, trail, row, Actor.Program));
            return true;
        });
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
