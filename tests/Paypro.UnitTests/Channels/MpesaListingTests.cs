using Paypro.Channels;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>The list of what came, its pages and its gaps.</summary>
public sealed class MpesaListingTests : IAsyncLifetime
{
    private const string List = "POST /pulltransactions/v1/query";

    private MpesaGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await MpesaGround.StartAsync();
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("rows")]
    [InlineData("pages")]
    public async Task Every_page_is_read_and_each_line_told_once(string offset)
    {
        using var session = ground.Channel.Open(ground.With(("pullOffset", offset)), ground.Services);
        ground.Operator.OffsetIsPages = offset == "pages";
        var paid = Enumerable.Range(1, 40).Select(at => Pay($"ORDER{at}", at * 100)).ToList();
        var (told, cursor) = await AllAsync("", paid[0].At.ToUnixTimeMilliseconds(), session);

        // The operator's pages begin with the newest; each call's lines are in their order.
        Assert.Equal(paid.Select(each => (each.Receipt, each.Account, each.Cents)), told.OrderBy(one => one.OccurredAtMs).Select(one => (one.DedupeKey, one.Reference, one.AmountMinor)));
        Assert.InRange(cursor.Length, 1, 500);

        // The next windows begin before the end of this one; what they tell again is what is not remembered, and nothing is left out.
        ground.Clock.NowMs += 30_000;
        var late = Pay("LATE", 5_00);
        var (again, _) = await AllAsync(cursor, 0, session);
        Assert.Equal(late.Receipt, again[^1].DedupeKey);
        Assert.True(again.Count <= 21);
    }

    [Fact]
    public async Task A_line_that_comes_late_is_found_by_a_window_that_reaches_further_back()
    {
        var (_, cursor) = await AllAsync("", ground.Clock.NowMs);
        ground.Clock.NowMs += 60 * 60_000;
        var late = Pay("LATE", 5_00);
        ground.Operator.Trouble(List, MpesaTrouble.Instead(200, """{"ResponseRefID":"1","ResponseCode":"1001","ResponseMessage":"none"}"""));
        (var told, cursor) = await AllAsync(cursor, 0);
        Assert.Empty(told);

        // That turn was the one before: the next reaches hours back.
        ground.Clock.NowMs += 5 * 60_000;
        (told, _) = await AllAsync(cursor, 0);
        Assert.Equal(late.Receipt, Assert.Single(told).DedupeKey);
    }

    [Fact]
    public async Task Nothing_is_skipped_when_the_list_does_not_answer()
    {
        var (_, cursor) = await AllAsync("", ground.Clock.NowMs);
        var paid = Enumerable.Range(1, 7).Select(at => Pay($"ORDER{at}", at * 100)).ToList();
        foreach (var trouble in new[]
        {
            MpesaTrouble.CutBefore, MpesaTrouble.Instead(200, "<html></html>", "text/html"), MpesaTrouble.Instead(200, "{}"), MpesaTrouble.Instead(200, """{"ResponseCode":"1000","ResponseMessage":"Success"}"""),
            MpesaTrouble.Instead(500, MpesaTrouble.Error("500.003.02", "Error Occurred: Spike Arrest Violation")),
        })
        {
            ground.Operator.Trouble(List, trouble);
            Assert.Null(await ground.Listings.ListAsync(cursor, 0, Stop));
        }

        Assert.Equal(paid.Select(each => each.Receipt), (await AllAsync(cursor, 0)).Told.Select(one => one.DedupeKey));
    }

    [Fact]
    public async Task After_days_of_silence_the_list_is_read_from_as_far_back_as_it_reaches()
    {
        var (_, cursor) = await AllAsync("", ground.Clock.NowMs);
        Pay("LOST", 1_00);
        ground.Clock.NowMs += 50 * 3_600_000L;
        var found = Pay("FOUND", 2_00);
        Assert.Equal(found.Receipt, Assert.Single((await AllAsync(cursor, 0)).Told).DedupeKey);
        Assert.Empty(ground.Operator.Faults);
    }

    [Fact]
    public async Task A_window_that_stood_half_read_for_days_is_begun_anew()
    {
        for (var at = 0; at < 40; at++)
        {
            Pay($"ORDER{at}", 100);
        }

        var half = (await ground.Listings.ListAsync("", ground.Clock.NowMs - 60_000, Stop))!;
        Assert.True(half.HasMore);
        ground.Clock.NowMs += 50 * 3_600_000L;
        var found = Pay("FOUND", 2_00);
        Assert.Equal(found.Receipt, Assert.Single((await AllAsync(half.Cursor, 0)).Told).DedupeKey);
        Assert.Empty(ground.Operator.Faults);
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_keeps_none_of_the_others_back()
    {
        Pay("ORDER1", 100);
        Pay("ORDER2", 200);
        ground.Operator.Trouble(List, MpesaTrouble.Changed(static told => told["Response"]![0]![0]!["amount"] = "1.234"));
        Assert.Equal("ORDER1", Assert.Single((await AllAsync("", ground.Clock.NowMs - 60_000)).Told).Reference);

        // A list that is not in a further list, and numbers as numbers.
        ground.Operator.Trouble(List, MpesaTrouble.Changed(static told =>
        {
            var inner = told["Response"]![0]!;
            told["Response"]!.AsArray().RemoveAt(0);
            inner[0]!["amount"] = 2;
            told["Response"] = inner;
        }));
        Assert.Equal(["ORDER1", "ORDER2"], (await AllAsync("", ground.Clock.NowMs - 60_000)).Told.Select(one => one.Reference));
    }

    [Fact]
    public void The_list_tells_of_what_came_and_not_of_what_went()
    {
        Assert.True(ground.Listings.TellsOf(Direction.PayIn));
        Assert.False(ground.Listings.TellsOf(Direction.Payout));
        Assert.False(ground.Listings.TellsOf(Direction.Refund));
        using var without = ground.Channel.Open(ground.With(("c2b", ""), ("pull", "")), ground.Services);
        Assert.False(without is IListings);
        using var prompts = ground.Channel.Open(ground.With(("initiatorName", ""), ("b2cShortCode", "")), ground.Services);
        Assert.True(prompts is IListings and not IPayouts);
    }

    private OperatorPayment Pay(string account, long cents)
    {
        ground.Clock.NowMs += 1_000;
        return ground.Operator.PayFromMenu(account, cents);
    }

    private async Task<(IReadOnlyList<Observation> Told, string Cursor)> AllAsync(string cursor, long sinceMs, IChannelSession? session = null)
    {
        var told = new List<Observation>();
        for (var more = true; more;)
        {
            var page = await ((IListings)(session ?? ground.Session)).ListAsync(cursor, sinceMs, Stop);
            Assert.NotNull(page);
            told.AddRange(page.Observations);
            (cursor, more) = (page.Cursor, page.HasMore);
        }

        return (told, cursor);
    }
}
