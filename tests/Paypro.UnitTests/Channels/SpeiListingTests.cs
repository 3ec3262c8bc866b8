using Paypro.Channels;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>The days' lists: pages that shift, days that change, money that nobody knows, and states that change without a time.</summary>
public sealed class SpeiListingTests : IAsyncLifetime
{
    private SpeiGround ground = null!;
    private string cursor = "";
    private long sinceMs;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await SpeiGround.StartAsync();
        ground.Clock.NowMs = DateTimeOffset.Parse("2026-11-26T15:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        sinceMs = ground.Clock.NowMs;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.House.Faults);
        await ground.DisposeAsync();
    }

    [Fact]
    public async Task Every_page_is_read_and_nothing_is_told_twice()
    {
        ground.House.PageSize = 3;
        Paid(10);
        Assert.Equal(ground.House.Credits.Select(each => each.Key).Order(), (await TurnAsync()).Select(one => one.RailReference).Order());
        Assert.Empty(await TurnAsync());
        Paid(2);
        Assert.Equal(2, (await TurnAsync()).Count);
    }

    /// <summary>The newest stands first, so that what comes between two pages shifts all that follow.</summary>
    [Fact]
    public async Task Pages_that_shift_are_read_anew()
    {
        ground.House.PageSize = 3;
        Paid(7);
        var page = await NextAsync();
        Assert.True(page.HasMore);
        Paid(1);
        var told = page.Observations.Concat(await TurnAsync()).Select(one => one.DedupeKey).ToList();
        Assert.Equal(8, told.Distinct().Count());
    }

    [Fact]
    public async Task What_was_sent_is_told_beside_what_came_and_lines_under_way_are_not()
    {
        var (paid, open, failed) = (await SentAsync(1), await SentAsync(2), await SentAsync(3));
        ground.House.End(paid);
        ground.House.End(failed, "CN", "Datos");
        var told = await TurnAsync();
        Assert.Equal(new[] { (paid, ObservationKind.Paid), (failed, ObservationKind.Failed) }.Order(), told.Select(one => (one.Reference, one.Kind)).Order());
        Assert.All(told, one => Assert.Equal(Direction.Payout, one.Direction));
        Assert.DoesNotContain(told, one => one.Reference == open);
        Assert.True(ground.Listings.TellsOf(Direction.Payout) && ground.Listings.TellsOf(Direction.PayIn));
    }

    /// <summary>A return changes a line's state and not its time: the lists are read whole every few hours.</summary>
    [Fact]
    public async Task A_payout_that_comes_back_is_found_without_any_callback()
    {
        var key = await SentAsync(1);
        ground.House.End(key);
        Assert.Equal(ObservationKind.Paid, Assert.Single(await TurnAsync()).Kind);
        ground.Clock.NowMs += 3_600_000;
        Assert.Empty(await TurnAsync());
        ground.House.End(key, "D", "1");
        ground.Clock.NowMs += 3 * 3_600_000;
        Assert.Contains(await TurnAsync(), one => one is { Kind: ObservationKind.Returned, Direction: Direction.Payout } && one.Reference == key && one.DedupeKey == key + "|D");

        // Days later it comes as money, and is the same movement.
        ground.Clock.NowMs += 86_400_000;
        var back = ground.House.Bounce(key);
        Assert.Contains(await TurnAsync(), one => one.Kind == ObservationKind.Returned && one.DedupeKey == key + "|D" && one.AmountMinor == back.AmountMinor);
    }

    [Fact]
    public async Task Days_that_have_passed_meanwhile_are_each_read_to_their_end()
    {
        Paid(1);
        Assert.Single(await TurnAsync());
        ground.Clock.NowMs += 3_600_000;
        Paid(1);
        ground.Clock.NowMs += 30 * 3_600_000;
        Paid(1);
        ground.Clock.NowMs += 5 * 86_400_000L;
        Paid(1);
        var told = (await TurnAsync()).Select(one => one.DedupeKey).ToHashSet();
        Assert.Superset(ground.House.Credits.Skip(1).Select(each => $"{each.Day}|012|{each.Key}").ToHashSet(), told);
        Assert.Equal(3, ground.House.Credits.Skip(1).Select(each => each.Day).Distinct().Count());
        Assert.Empty(await TurnAsync());
    }

    /// <summary>What our answer sent back was never ours; what was given back afterwards had been.</summary>
    [Fact]
    public async Task Money_that_went_back_is_told_with_the_payment_that_it_was()
    {
        var (refused, given) = (ground.House.Pay(ground.NumberOf(1), 100), ground.House.Pay(ground.NumberOf(2), 200));
        refused.State = "D";
        ground.House.GiveBack(given);
        var told = await TurnAsync();
        Assert.Equal([ObservationKind.Returned], told.Where(one => one.Reference == refused.ToAccount).Select(one => one.Kind));
        Assert.Equal([ObservationKind.Paid, ObservationKind.Returned], told.Where(one => one.Reference == given.ToAccount).Select(one => one.Kind));
        Assert.All(told.Where(one => one.Kind == ObservationKind.Returned), one => Assert.Equal(one.DedupeKey, one.OfPayment + "|D"));
    }

    [Fact]
    public async Task What_left_without_us_is_told_once_when_its_day_is_over()
    {
        ground.House.SendByHand("PROVEEDOR1", 100);
        Assert.Empty(await TurnAsync());
        ground.Clock.NowMs += 86_400_000;
        ground.House.SendByHand("PROVEEDOR2", 100);
        ground.Clock.NowMs += 6 * 86_400_000L;
        Assert.Equal(["PROVEEDOR1", "PROVEEDOR2"], (await TurnAsync()).Select(one => one.Reference));
        ground.Clock.NowMs += 5 * 3_600_000;
        Assert.Empty(await TurnAsync());
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_keeps_no_other_back()
    {
        Paid(3);
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Changed(body => body["datos"]![1]!["monto"] = "1,50"));
        Assert.Equal(2, (await TurnAsync()).Count);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, """{"estado":0,"datos":[]}""")]
    [InlineData(200, """{"estado":0,"total":1}""")]
    [InlineData(200, """{"estado":1,"mensaje":"Firma invalida"}""")]
    [InlineData(200, """{"estado":3,"mensaje":"limite"}""")]
    [InlineData(500, """{"estado":0,"datos":[],"total":0}""")]
    public async Task What_is_no_list_is_no_answer(int status, string body)
    {
        Paid(1);
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Instead(status, body));
        Assert.Null(await ground.Listings.ListAsync(cursor, sinceMs, Stop));
        Assert.Single(await TurnAsync());
    }

    /// <summary>The list of what came is told though that of what was sent does not come.</summary>
    [Fact]
    public async Task Half_a_turn_is_kept()
    {
        Paid(2);
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Changed(_ => ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Instead(503, ""))));
        var page = await NextAsync();
        Assert.Equal((2, true), (page.Observations.Count, page.HasMore));
        Assert.Empty(await TurnAsync());
    }

    [Fact]
    public async Task A_number_is_asked_about_by_the_lists_of_its_days()
    {
        var draft = ground.PayIn();
        var target = ground.Target(draft);
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        ground.House.Pay(draft.Reference, 100_00);
        ground.House.Pay(ground.NumberOf(9), 55_00);
        ground.Clock.NowMs += 86_400_000;
        ground.House.Pay(draft.Reference, 200_00);
        Assert.Equal([100_00L, 200_00], (await ground.Queries.QueryAsync(target, Stop)).Select(one => one.AmountMinor));
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.CutBefore);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
    }

    [Fact]
    public async Task A_cursor_of_many_movements_stays_short()
    {
        Paid(60);
        Assert.Equal(60, (await TurnAsync()).Count);
        ground.Clock.NowMs += 1_000_000;

        // More of the overlap than it remembers is told once more, which books nothing twice.
        Assert.InRange((await TurnAsync()).Count, 1, 59);
        ground.Clock.NowMs += 1_000_000;
        Assert.Empty(await TurnAsync());
    }

    private void Paid(int count)
    {
        for (var at = 0; at < count; at++)
        {
            ground.Clock.NowMs += 10;
            ground.House.Pay(ground.NumberOf(100 + at), 1_00 + at);
        }

        ground.Clock.NowMs += 1_000;
    }

    private async Task<string> SentAsync(int seed)
    {
        var draft = SpeiGround.Payout(seed: seed);
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        return draft.Reference;
    }

    private async Task<ListPage> NextAsync()
    {
        var page = await ground.Listings.ListAsync(cursor, sinceMs, Stop);
        Assert.NotNull(page);
        Assert.InRange(page.Cursor.Length, 1, 500);
        cursor = page.Cursor;
        return page;
    }

    private async Task<List<Observation>> TurnAsync()
    {
        var told = new List<Observation>();
        for (var count = 0; count < 200; count++)
        {
            var page = await NextAsync();
            told.AddRange(page.Observations);
            if (!page.HasMore)
            {
                return told;
            }
        }

        Assert.Fail("The list has no end.");
        return told;
    }
}
