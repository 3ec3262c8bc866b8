using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Payouts that are asked when their rail takes none: accepted, reserved, parked, and sent when it does.</summary>
public sealed class WayHoursPayoutTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheyWaitForTheNextBusinessDayAndAreNotEndedBefore(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = new List<string>();
        pots.Channel.Sends = draft =>
        {
            sent.Add(draft.Number);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await pots.PutAsync(10_000_00);
        await ChangeAsync(pots, new WayView(Direction.Payout, "DebitCard", true, 0, 0, 0, 0, 0, "", true));
        var today = Today(pots);
        var holidays = Enumerable.Range(0, 4).Select(d => today.AddDays(d)).ToList();
        await HolidaysAsync(pots, []);
        var ready = await pots.PayOutAsync(shop, "ready");

        // Four days become holidays after it was asked: it is parked, and another one is at once.
        await HolidaysAsync(pots, holidays);
        var late = await pots.PayOutAsync(shop, "late");
        await pots.TurnAsync();
        Assert.Empty(sent);
        Assert.Equal((AttemptState.Parked, AttemptState.Parked), (await pots.StateAsync(ready), await pots.StateAsync(late)));
        Assert.Equal(200_00, (await shop.HoldingsAsync()).Frozen);
        var day = today.AddDays(4);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
        {
            day = day.AddDays(1);
        }

        var expected = Clock.Text(day.ToNumber());
        Assert.Equal(expected, (await pots.Ground.The<AllOrderReads>().ReadAsync((await pots.FindAsync(late)).Order, CancellationToken.None)).ExpectedOn);
        Assert.Contains($"its rail takes it again on {expected}", await pots.Ground.ReadAsync(c => c.Events.Where(e => e.OrderId == late.Id && e.Type == EventType.Parked).Select(e => e.Detail).SingleAsync()), StringComparison.Ordinal);

        // That it waits for its day is no trouble, and its time is not over although it would be for want of money.
        await pots.Ground.The<FloatCases>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await pots.Ground.ReadAsync(c => c.Cases.CountAsync(k => k.Kind == FloatCases.Parked)));
        var options = pots.Ground.The<PayproOptions>();
        options.Float.ParkedHours = 0;
        var soon = await pots.PayOutAsync(shop, "soon");
        await pots.TurnAsync();
        Assert.Equal((OrderState.Pending, AttemptState.Parked), ((await pots.FindAsync(soon)).Order.State, await pots.StateAsync(soon)));
        Assert.True((await pots.FindAsync(soon)).Order.TimerDueMs > pots.Ground.NowMs + 2 * 86_400_000L);
        options.Float.ParkedHours = 24;

        // The holidays are taken back: all go, once each.
        await HolidaysAsync(pots, []);
        for (var i = 0; i < 3; i++)
        {
            await pots.TurnAsync();
        }

        Assert.Equal(new[] { ready.Number, late.Number, soon.Number }.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        Assert.Equal("", (await pots.Ground.The<AllOrderReads>().ReadAsync((await pots.FindAsync(late)).Order, CancellationToken.None)).ExpectedOn);
        Assert.Equal([EventType.Created, EventType.Parked, EventType.Resumed, EventType.Sending, EventType.Sent], await pots.HistoryAsync(late));
        await pots.AssertSumsAsync();
    }

    /// <summary>What waits for its day keeps nobody waiting who draws from the same pot by another way.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnotherWayOfTheSamePotGoesOn(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = new List<string>();
        pots.Channel.Sends = draft =>
        {
            sent.Add(draft.Number);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var shop = await pots.Ground.OpenShopAsync(1_000_00);
        await pots.PutAsync(0);
        await HolidaysAsync(pots, [Today(pots), Today(pots).AddDays(1)]);
        var waits = await pots.PayOutAsync(shop, "waits");
        await ChangeAsync(pots, new WayView(Direction.Payout, "DebitCard", true, 0, 0, 0, 0, 0, "", true));
        await pots.PutAsync(500_00);
        await pots.TurnAsync();
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(waits));
        await pots.RefreshAsync();
        var view = await pots.Pots.ViewAsync(pots.Ground.The<SnapshotStore>().Current, shop.Merchant);
        Assert.Null(view.Lacks(pots.Offer, Direction.Payout, "CLABE", 100_00));
        Assert.Equal("its rail takes it again on ", pots.Offer.HoldsBack(Direction.Payout, "DebitCard", pots.Ground.NowMs)![..^10]);
        Assert.Null(pots.Offer.HoldsBack(Direction.Payout, "CLABE", pots.Ground.NowMs));
        Assert.Empty(sent);
    }

    [Theory]
    [InlineData("25:00", "cutOff: must be a time from 00:01 to 23:59")]
    [InlineData("00:00", "cutOff: must be a time from 00:01 to 23:59")]
    public async Task AWrongCutOffIsASentence(string cutOff, string says)
    {
        await using var pots = await PotGround.StartAsync(Engine.Sqlite);
        Assert.Contains(says, (await ProblemAsync(pots, new WayView(Direction.Payout, "DebitCard", true, 0, 0, 0, 0, 0, cutOff)))!, StringComparison.Ordinal);
        Assert.Contains("only payouts", (await ProblemAsync(pots, new WayView(Direction.PayIn, "va", true, 0, 0, 60, 0, 0, "16:00")))!, StringComparison.Ordinal);
    }

    private static DateOnly Today(PotGround pots) => Clock.LocalDate(pots.Ground.NowMs, pots.Ground.The<SnapshotStore>().Current.Rules["MX"].Zone);

    private static async Task HolidaysAsync(PotGround pots, List<DateOnly> days)
    {
        await pots.Ground.The<ConfigStore>().SaveAsync(async c =>
        {
            c.Holidays.RemoveRange(await c.Holidays.Where(h => h.Country == "MX").ToListAsync());
            c.CountryWeekends.RemoveRange(await c.CountryWeekends.Where(w => w.Country == "MX").ToListAsync());

            // Whatever day it is, today is a business day unless it is named.
            c.CountryWeekends.Add(new CountryWeekendRow { Country = "MX", Days = days.Count == 0 ? 0 : Weekends.Of([DayOfWeek.Saturday, DayOfWeek.Sunday]) });
            c.Holidays.AddRange(days.Select(d => new HolidayRow { Country = "MX", Date = d.ToNumber(), Name = "A holiday" }));
        });
        await pots.RefreshAsync();
    }

    private static async Task<string?> ProblemAsync(PotGround pots, WayView wish)
    {
        var kind = pots.Ground.The<IEnumerable<IProposalKind>>().OfType<WayChange>().Single();
        return await pots.Ground.ReadAsync(c => kind.ProblemAsync(c, Row(wish)));
    }

    private static async Task ChangeAsync(PotGround pots, WayView wish)
    {
        var kind = pots.Ground.The<IEnumerable<IProposalKind>>().OfType<WayChange>().Single();
        await pots.Ground.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            Assert.Null(await kind.ProblemAsync(context, Row(wish)));
            Assert.Null(await kind.CarryOutAsync(context, trail, Row(wish), Actor.Program));
            return true;
        });
        Assert.Contains(wish.CutOff, (await pots.Ground.ReadAsync(c => c.Audit.OrderByDescending(a => a.No).Where(a => a.Action == WayChange.Name).Select(a => a.After).FirstAsync())), StringComparison.Ordinal);
        await pots.RefreshAsync();
    }

    private static ProposalRow Row(WayView wish) => new()
    {
        Id = 1, Kind = WayChange.Name, Subject = WayChange.SubjectOf(PotGround.AccountId, wish.Direction, wish.Way), Change = JsonSerializer.Serialize(wish, OperatorJson.Options), MadeBy = "user:1",
    };
}
