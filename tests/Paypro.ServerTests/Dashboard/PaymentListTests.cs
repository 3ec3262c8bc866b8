using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>A merchant's lists: nothing lost or repeated, files as shown, days of the zone, digits of the currency, nobody else's orders.</summary>
[Collection(DashboardTests.Name)]
public sealed class PaymentListTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task PagesNeitherLoseNorRepeatWhileOrdersAreAdded(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (mexico, kenya) = await TwoAsync(ground);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, mexico.BusinessId);
        var before = new List<string>();
        for (var i = 0; i < 120; i++)
        {
            before.Add((await ground.AddAsync(i % 3 == 0 ? kenya : mexico)).Number);
        }

        var seen = await DashboardGround.WalkAsync(owner, "/dashboard/payins", async () =>
        {
            await ground.AddAsync(mexico);
            await ground.AddAsync(kenya);
        });

        Assert.Equal(Enumerable.Reverse(before), seen);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFileHoldsExactlyTheList(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (mexico, kenya) = await TwoAsync(ground);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, mexico.BusinessId);
        for (var i = 0; i < 110; i++)
        {
            var state = i % 4 == 0 ? OrderState.Failed : OrderState.Paid;
            await ground.AddAsync(i % 5 == 0 ? kenya : mexico, change: o => o with { State = state, PaidMinor = state == OrderState.Paid ? 300_00 : 0 });
        }

        await ground.AddAsync(mexico, change: o => o with { State = OrderState.Paid, TradeNo = "=1+1,\"x\"", PaidMinor = 1_234_50 });
        foreach (var filter in (string[])["?state=paid", $"?merchant={kenya.No}&state=failed", "?least=400", "?find==1%2B1,%22x%22", "?column=number&column=trade&column=paid&state=paid"])
        {
            var listed = await DashboardGround.WalkAsync(owner, $"/dashboard/payins{filter}");
            var csv = await owner.GetAsync($"/dashboard/payins/export{filter}&format=csv");
            var lines = csv.Html.TrimEnd().Split("\r\n");
            Assert.Equal(listed, lines.Skip(1).Select(l => l.Split(',').First(c => c.Length == OrderNumber.Length && OrderNumber.BucketOf(c) is not null)));
            Assert.Equal(listed.Count + 1, await RowsOfAsync(owner, $"/dashboard/payins/export{filter}&format=xlsx"));
        }

        var chosen = await owner.BytesAsync("/dashboard/payins/export?column=trade&column=paid&column=currency&least=300&find==1%2B1,%22x%22");
        Assert.Equal("\uFEFFYour number,Paid,Currency\r\n\"'=1+1,\"\"x\"\"\",1234.50,MXN\r\n", Encoding.UTF8.GetString(chosen));
        Assert.Contains(await ground.Host.ReadAsync(c => c.Audit.Where(a => a.Action == "list.export").ToListAsync()), a => a.After.Contains("state=paid", StringComparison.Ordinal));
    }

    /// <summary>A filter that fits none of the newest 20,000 says how far it has looked, and goes on from there.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFilterThatHardlyMatchesLooksAtABoundedNumber(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("MX");
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        var wanted = await ground.AddAsync(merchant, ground.NowMs - 3_600_000, o => o with { Way = "oxxo" });
        await FillAsync(ground, merchant, IdSource.FirstAt(ground.NowMs - 1_800_000), OrderLists.MostLooked + 50);

        var page = await owner.GetAsync("/dashboard/payins?way=oxxo");
        Assert.Empty(DashboardGround.NumbersOf(page.Html));
        Assert.Contains("Searched back to", page.Html, StringComparison.Ordinal);
        Assert.Equal([wanted.Number], await DashboardGround.WalkAsync(owner, "/dashboard/payins?way=oxxo"));
        Assert.Equal(2, (await owner.GetAsync("/dashboard/payins/export?way=oxxo")).Html.TrimEnd().Split("\r\n").Length);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task DaysAreThoseOfTheMerchantsZone(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);

        // Cairo puts its clock forward at midnight of 24 April 2026: that day begins at one o'clock and has 23 hours.
        await HoldsAsync("EG", "2026-04-24", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z");
        await HoldsAsync("EG", "2026-10-29", "2026-10-28T21:00:00Z", "2026-10-29T22:00:00Z");
        await HoldsAsync("MX", "2026-06-10", "2026-06-10T06:00:00Z", "2026-06-11T06:00:00Z");

        async Task HoldsAsync(string country, string day, string begins, string ends)
        {
            var merchant = await ground.OpenAsync(country);
            using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
            var (from, to) = (Ms(begins), Ms(ends));
            await ground.AddAsync(merchant, from - 1);
            var first = await ground.AddAsync(merchant, from);
            var last = await ground.AddAsync(merchant, to - 1);
            await ground.AddAsync(merchant, to);
            Assert.Equal([last.Number, first.Number], await DashboardGround.WalkAsync(owner, $"/dashboard/payins?from={day}&to={day}"));
            Assert.All((await owner.GetAsync($"/dashboard/payins/export?from={day}&to={day}&column=created")).Html.TrimEnd().Split("\r\n").Skip(1), line => Assert.StartsWith(day, line, StringComparison.Ordinal));
        }

        static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
    }

    [Theory]
    [InlineData("VN", 250_000, "250,000", "250000")]
    [InlineData("KR", 1_500_000, "1,500,000", "1500000")]
    [InlineData("MX", 123_456, "1,234.56", "1234.56")]
    public async Task AmountsHaveTheDigitsOfTheirCurrency(string country, long minor, string shown, string written)
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync(country);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        var order = await ground.AddAsync(merchant, change: o => o with { AmountMinor = minor });
        Assert.Contains($"<td class=\"number\">{shown}</td>", (await owner.GetAsync("/dashboard/payins")).Html, StringComparison.Ordinal);
        Assert.Contains($"{shown} <small>{merchant.Country.Currency.Code}</small>", (await owner.GetAsync($"/dashboard/payins/{order.Number}")).Html, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n{written}\r\n", (await owner.GetAsync("/dashboard/payins/export?column=asked")).Html, StringComparison.Ordinal);

        // The least amount of a filter is in the currency's own units, too.
        Assert.Single(await DashboardGround.WalkAsync(owner, $"/dashboard/payins?least={written}&most={written}"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOrderIsFoundByEachOfItsNumbers(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (own, others) = (await ground.OpenAsync("MX"), await ground.OpenAsync("MX"));
        using var owner = await ground.Host.SignedInAsync(Role.Owner, own.BusinessId);
        var order = await ground.AddAsync(own, change: o => o with { TradeNo = "A/7", Utr = "SPEI-77" });
        var hidden = await ground.AddAsync(others, change: o => o with { TradeNo = "A/7", Utr = "SPEI-77" });
        foreach (var typed in (string[])[order.Number, $" {order.Number.ToUpperInvariant()} ", "A/7", "SPEI-77"])
        {
            Assert.Equal([order.Number], DashboardGround.NumbersOf((await owner.GetAsync($"/dashboard/payins?find={Uri.EscapeDataString(typed)}")).Html));
        }

        foreach (var typed in (string[])[hidden.Number, "A/", "%", new string('x', 300)])
        {
            var page = await owner.GetAsync($"/dashboard/payouts?find={Uri.EscapeDataString(typed)}");
            Assert.Equal((HttpStatusCode.OK, 0), (page.Status, DashboardGround.NumbersOf(page.Html).Count));
        }
    }

    [Fact]
    public async Task WhatCannotBeReadIsSaidInASentence()
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync("MX");
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        foreach (var (query, sentence) in ((string, string)[])
        [
            ("from=yesterday", "Days are written like 2026-11-29."), ("from=2026-02-02&to=2026-02-01", "The first day is after the last one."), ("least=1,000", "Amounts are written with a point"),
            ("from=9999-12-31", "Days are written like"), ("to=0001-01-01", "Days are written like"),
        ])
        {
            var page = await owner.GetAsync($"/dashboard/payins?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Contains(sentence, page.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.BadRequest, (await owner.GetAsync($"/dashboard/payins/export?{query}")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/dashboard/payins?state=none&exception=none&before=x&column=none&way=%01&sub=%27--")).Status);

        // No page of ours leads there, and PostgreSQL takes no such text.
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/dashboard/payins?way=%00")).Status);
    }

    private static async Task<(TestMerchant Mexico, TestMerchant Kenya)> TwoAsync(DashboardGround ground)
    {
        var mexico = await ground.OpenAsync("MX");
        return (mexico, await ground.OpenAsync("KE", mexico.BusinessId));
    }

    private static async Task<int> RowsOfAsync(Access.PortalBrowser browser, string address)
    {
        using var book = new ZipArchive(new MemoryStream(await browser.BytesAsync(address)));
        await using var sheet = await book.Entries.Single(e => e.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal)).OpenAsync(TestContext.Current.CancellationToken);
        return (await XDocument.LoadAsync(sheet, LoadOptions.None, TestContext.Current.CancellationToken)).Descendants().Count(e => e.Name.LocalName == "row");
    }

    /// <summary>Many orders past the writer, in both engines' own words.</summary>
    internal static async Task FillAsync(DashboardGround ground, TestMerchant merchant, long firstId, int count)
    {
        var values = HotTables.Orders.Columns.Select(c => c.Name switch
        {
            "bucket" => merchant.Bucket.ToString(CultureInfo.InvariantCulture),
            "id" => string.Create(CultureInfo.InvariantCulture, $"{firstId} + n"),
            "merchant_no" => merchant.No.ToString(CultureInfo.InvariantCulture),
            "direction" or "state" => "1",
            "trade_no" => "'fill-' || n",
            "number" => "'fffffffff' || (1000000 + n)",
            "country" => "'MX'",
            "currency" => "'MXN'",
            "way" => "'spei'",
            "created_at_ms" => IdSource.TimeOf(firstId).ToString(CultureInfo.InvariantCulture),
            _ => c.Empty,
        });
        var sql = string.Create(CultureInfo.InvariantCulture, $"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) INSERT INTO orders ({HotTables.Orders.ColumnList()}) SELECT {string.Join(", ", values)} FROM s");
        await using var context = ground.Host.The<IContexts>().Create();
        await context.Database.ExecuteSqlRawAsync(sql);
    }
}
