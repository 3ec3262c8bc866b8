using Paypro.Channels;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>The bank's list: pages that shift, days without us, and money that was sent back long after it came.</summary>
public sealed class PixListingTests : IAsyncLifetime
{
    private PixGround ground = null!;
    private string cursor = "";
    private long sinceMs;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await PixGround.StartAsync();
        sinceMs = ground.Clock.NowMs;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.Bank.Faults);
        await ground.DisposeAsync();
    }

    [Fact]
    public async Task Every_page_is_read_and_nothing_is_told_twice()
    {
        ground.Bank.PageSize = 3;
        Paid(10);
        var all = await TurnAsync();
        Assert.Equal(ground.Bank.Payments.Select(each => each.EndToEndId).Order(), all.Select(one => one.DedupeKey).Order());
        Assert.Empty(await TurnAsync());
        Paid(2);
        Assert.Equal(2, (await TurnAsync()).Count);
    }

    /// <summary>New money while the pages are read moves none of them.</summary>
    [Fact]
    public async Task Money_that_comes_between_two_pages_is_the_next_turns()
    {
        ground.Bank.PageSize = 3;
        Paid(7);
        var page = await NextAsync();
        Paid(5);
        var told = page.Observations.Concat(page.HasMore ? await TurnAsync() : []).ToList();
        Assert.Equal(7, told.Select(one => one.DedupeKey).Distinct().Count());
        Assert.Equal(5, (await TurnAsync()).Count);
    }

    /// <summary>The bank enters something into a window whose pages are being read: the window is read anew.</summary>
    [Fact]
    public async Task A_window_that_changes_is_read_anew()
    {
        ground.Bank.PageSize = 3;
        Paid(7);
        var page = await NextAsync();
        var late = ground.Bank.PayToKey(77);
        ground.Clock.NowMs -= 5;
        var inside = ground.Bank.PayToKey(78);
        ground.Clock.NowMs += 5;
        var told = page.Observations.Concat(await TurnAsync()).Select(one => one.DedupeKey).ToHashSet();
        Assert.Contains(inside.EndToEndId, told);
        Assert.Superset(ground.Bank.Payments.Where(each => each != late).Select(each => each.EndToEndId).ToHashSet(), told);
    }

    /// <summary>What the bank enters some minutes late is found, since the windows overlap.</summary>
    [Fact]
    public async Task Money_that_is_entered_late_is_found()
    {
        ground.Clock.NowMs += 600_000;
        Paid(3);
        Assert.Equal(3, (await TurnAsync()).Count);
        ground.Clock.NowMs -= 120_000;
        var late = ground.Bank.PayToKey(55);
        ground.Clock.NowMs += 120_000 + 60_000;
        Assert.Equal(late.EndToEndId, Assert.Single(await TurnAsync()).DedupeKey);
        Assert.Empty(await TurnAsync());
    }

    [Fact]
    public async Task After_days_of_absence_every_day_is_read()
    {
        await TurnAsync();
        for (var day = 0; day < 5; day++)
        {
            ground.Clock.NowMs += 86_400_000;
            Paid(2);
        }

        Assert.Equal(10, (await TurnAsync()).Select(one => one.DedupeKey).Distinct().Count());
        Assert.Empty(await TurnAsync());
    }

    /// <summary>The list is by the payment's time, so that old payments are looked through once a day for what was sent back.</summary>
    [Fact]
    public async Task Money_that_is_taken_back_weeks_later_is_found_within_a_day()
    {
        Paid(1);
        var payment = ground.Bank.Payments[0];
        await TurnAsync();
        ground.Clock.NowMs += 40L * 86_400_000;
        await TurnAsync();
        ground.Bank.TakeBack(payment.EndToEndId, 50);
        Assert.Empty(await TurnAsync());
        ground.Clock.NowMs += 86_400_000;
        var said = await TurnAsync();
        Assert.Equal((ObservationKind.Returned, 50L, payment.Returns[0].ReturnId), (said[^1].Kind, said[^1].AmountMinor, said[^1].DedupeKey));
        Assert.Empty(await TurnAsync());
    }

    [Fact]
    public async Task Without_days_to_look_through_only_callbacks_tell_it()
    {
        ground.Account = ground.With(("returnDays", "0"));
        Paid(1);
        ground.Clock.NowMs += 86_400_000;
        await TurnAsync();
        ground.Bank.TakeBack(ground.Bank.Payments[0].EndToEndId, 50);
        ground.Clock.NowMs += 2 * 86_400_000;
        Assert.Empty(await TurnAsync());
        Assert.Equal((true, false, false), (ground.Listings.TellsOf(Direction.PayIn), ground.Listings.TellsOf(Direction.Refund), ground.Listings.TellsOf(Direction.Payout)));
    }

    /// <summary>The bank's list is of all its customer's keys, and one line that cannot be read keeps no other.</summary>
    [Fact]
    public async Task Another_keys_money_and_nonsense_are_left_out()
    {
        ground.Bank.PayToKey(500, key: "another@example.com");
        Paid(1);
        ground.Bank.Trouble("GET /v2/pix", PixTrouble.Changed(static page => page["pix"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["endToEndId"] = "E1", ["valor"] = "1,00" })));
        Assert.Single(await TurnAsync());
    }

    [Theory]
    [InlineData("html")]
    [InlineData("another page")]
    [InlineData("no paging")]
    [InlineData("503")]
    [InlineData("an error inside")]
    public async Task A_page_that_is_none_is_silence_and_is_read_again(string how)
    {
        Paid(2);
        ground.Bank.Trouble("GET /v2/pix", how switch
        {
            "html" => PixTrouble.Instead(200, "<html></html>", "text/html"),
            "another page" => PixTrouble.Changed(static page => page["parametros"]!["paginacao"]!["paginaAtual"] = 1),
            "no paging" => PixTrouble.Changed(static page => page.Remove("parametros")),
            "503" => PixTrouble.Instead(503, PixTrouble.Problem("ServicoIndisponivel", 503)),
            _ => PixTrouble.Instead(200, PixTrouble.Named("erro_aplicacao")),
        });
        Assert.Null(await ground.Listings.ListAsync(cursor, sinceMs, Stop));
        Assert.Equal(2, (await TurnAsync()).Count);
    }

    [Fact]
    public async Task A_cursor_keeps_its_length_however_much_comes()
    {
        ground.Bank.PageSize = 50;
        Paid(120);
        var told = await TurnAsync();
        Assert.Equal(120, told.Select(one => one.DedupeKey).Distinct().Count());
        Assert.InRange(cursor.Length, 1, 500);
        Assert.InRange((await TurnAsync()).Count, 0, 120);
        Assert.NotNull(await ground.Listings.ListAsync("of another time", sinceMs, Stop));
    }

    private void Paid(int count)
    {
        for (var no = 0; no < count; no++)
        {
            ground.Clock.NowMs += 10;
            ground.Bank.PayToKey(100 + no, $"SIABCDEFGHIJKLMNOPQRSTUVWX2{no % 10}");
        }

        ground.Clock.NowMs += 10;
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
        var all = new List<Observation>();
        for (var no = 0; no < 60; no++)
        {
            var page = await NextAsync();
            all.AddRange(page.Observations);
            if (!page.HasMore)
            {
                return all;
            }
        }

        throw new InvalidOperationException("The list does not end.");
    }
}
