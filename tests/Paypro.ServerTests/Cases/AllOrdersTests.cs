using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Cases;

/// <summary>Orders of all merchants: their list, one with all that hangs on it, and finding by whatever somebody quotes.</summary>
public sealed class AllOrdersTests
{
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>A payer reads the code of a confirmation out, in whatever case and groups; the money may have an order or not.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyIsFoundByTheCodeThatAPayerReadsOut(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(payIn: new TermsRow());
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var paid = await shop.PayInAsync(312_50);
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(paid, 312_50, "SK7XA2B3C4"));
        var lost = await cases.SuspenseAsync(9, "646180 1100 0000 0099", 77_00, "SLQ9Z8Y7X6");
        foreach (var code in (string[])["SK7XA2B3C4", "sk7xa2b3c4", " sk7x a2b3-c4 ", paid.Order.Number, paid.Order.Number.ToUpperInvariant(), paid.Order.TradeNo])
        {
            Assert.Contains($"/operator/orders/{paid.Order.Number}\"", (await support.GetAsync($"/operator/find?text={Uri.EscapeDataString(code)}")).Html, StringComparison.Ordinal);
        }

        foreach (var code in (string[])["slq9z8y7x6", "646180 1100 0000 0099"])
        {
            Assert.Contains($"/operator/cases/{lost.Id}\"", (await support.GetAsync($"/operator/find?text={Uri.EscapeDataString(code)}")).Html, StringComparison.Ordinal);
        }

        // An amount and a time, with and without the day; not another amount, nor another hour.
        var (findings, now) = (cases.Ground.The<Findings>(), cases.Ground.Time.GetUtcNow());
        foreach (var typed in (string[])[$"77.00 {now:HH:mm}", $"77 {now:yyyy-MM-dd HH:mm}", $"77.00 {now.AddMinutes(-10):H:mm}"])
        {
            Assert.Equal(lost.Id, Assert.Single(await findings.FindAsync(typed, TimeZoneInfo.Utc, cases.Ground.NowMs, CancellationToken.None)).Case);
        }

        foreach (var typed in (string[])[$"77.01 {now:HH:mm}", $"77.00 {now.AddHours(-3):HH:mm}", "nothing that is there", "", new string('x', 300), "77.00 25:00"])
        {
            Assert.Empty(await findings.FindAsync(typed, TimeZoneInfo.Utc, cases.Ground.NowMs, CancellationToken.None));
        }

        // A day on which nothing can have happened is no day, in whatever zone.
        foreach (var typed in (string[])["77.00 9999-12-31 23:59", "77.00 0002-01-01 00:00"])
        {
            Assert.Null(Findings.AmountAndTime(typed, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"), cases.Ground.NowMs));
            Assert.Empty(await findings.FindAsync(typed, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"), cases.Ground.NowMs, CancellationToken.None));
        }
    }

    /// <summary>All pages together are all orders, once each, whatever bucket and merchant.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheListOfAllMerchantsIsReadByItsKey(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var made = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var shop = await cases.Ground.OpenShopAsync(payIn: new TermsRow());
            for (var j = 0; j < 20; j++)
            {
                made.Add((await shop.PayInAsync(10_00 + j)).Order.Number);
                cases.Ground.Time.Pass(TimeSpan.FromSeconds(20));
            }
        }

        var reads = cases.Ground.The<AllOrderReads>();
        var filter = new OrderListQuery { Direction = Direction.PayIn }.ToFilter(TimeZoneInfo.Utc, cases.Ground.NowMs, out _);
        var (read, before) = (new List<string>(), 0L);
        do
        {
            var page = await reads.ListAsync(filter, null, null, before, CancellationToken.None);
            read.AddRange(page.Rows.Select(o => o.Number));
            before = page.Next;
        }
        while (before > 0);
        Assert.Equal(made.AsEnumerable().Reverse(), read);
        Assert.Equal(AllOrderReads.PageSize, (await reads.ListAsync(filter, null, 101, 0, CancellationToken.None)).Rows.Count);
        Assert.Empty((await reads.ListAsync(filter, null, 102, 0, CancellationToken.None)).Rows);
        Assert.Empty((await reads.ListAsync(filter with { State = OrderState.Paid }, null, null, 0, CancellationToken.None)).Rows);
    }

    /// <summary>Where one bucket has more orders than a look reads and another has few, all pages together are all that fit, once each, the newest first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoOrderIsPassedOverWhereALookEnds(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var atMs = cases.Ground.NowMs - 3_600_000;
        var firstId = IdSource.FirstAt(atMs);
        await FillAsync(3, 2_000, 10, 331);
        await FillAsync(4, 60, 333, 2);
        var reads = cases.Ground.The<AllOrderReads>();
        var all = new OrderListQuery { Direction = Direction.PayIn }.ToFilter(TimeZoneInfo.Utc, cases.Ground.NowMs, out _);
        foreach (var filter in (OrderFilter[])[all, all with { State = OrderState.Paid }, all with { Direction = Direction.Payout }])
        {
            var (read, before, cutShort) = (new List<long>(), 0L, 0);
            do
            {
                var page = await reads.ListAsync(filter, null, null, before, CancellationToken.None);
                Assert.InRange(page.Next, 0, before == 0 ? long.MaxValue : before - 1);
                read.AddRange(page.Rows.Select(o => o.Id));
                (before, cutShort) = (page.Next, cutShort + (page.IsCutShort ? 1 : 0));
            }
            while (before > 0);
            Assert.Equal(await cases.Ground.ReadAsync(c => c.Orders.Where(o => o.Direction == filter.Direction && (filter.State == null || o.State == filter.State)).OrderByDescending(o => o.Id).Select(o => o.Id).ToListAsync()), read);
            Assert.Equal(filter != all, cutShort > 0);
        }

        // Orders of one bucket whose ids are so far apart; one of so many is paid.
        Task FillAsync(short bucket, int count, int apart, int paid)
        {
            var values = HotTables.Orders.Columns.Select(c => c.Name switch
            {
                "bucket" => FormattableString.Invariant($"{bucket}"),
                "id" => FormattableString.Invariant($"{firstId} + n * {apart} + {bucket}"),
                "merchant_no" => "1",
                "direction" => "1",
                "state" => FormattableString.Invariant($"CASE WHEN n % {paid} = 0 THEN {(int)OrderState.Paid} ELSE {(int)OrderState.Pending} END"),
                "trade_no" => "'fill-' || n",
                "number" => "'fffffffff' || (1000000 + n)",
                "country" => "'MX'",
                "currency" => "'MXN'",
                "way" => "'spei'",
                "created_at_ms" => FormattableString.Invariant($"{atMs}"),
                _ => c.Empty,
            });
            var sql = FormattableString.Invariant($"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) INSERT INTO orders ({HotTables.Orders.ColumnList()}) SELECT {string.Join(", ", values)} FROM s");
            return cases.Ground.ReadAsync(c => c.Database.ExecuteSqlRawAsync(sql));
        }
    }

    /// <summary>The person is shown to who may and says why, with a line in the log first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOrderShowsItsRailsAndItsPersonForAReason(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(1_000_00, payout: new TermsRow());
        var payout = await shop.SentPayoutAsync(200_00);
        await shop.PaidAsync(payout, 200_00, "TRACK123");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        var path = $"/operator/orders/{payout.Order.Number}";
        var shown = (await support.GetAsync(path)).Html;
        foreach (var part in (string[])["TRACK123", "101 · sandbox MX", "At the rail", "Payout paid", "Re…"])
        {
            Assert.Contains(part, shown, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Recipient</dd>", shown, StringComparison.Ordinal);
        Assert.Contains("needs the permission people.reveal", (await finance.PostAsync($"{path}/reveal", ("reason", "asked"))).Html, StringComparison.Ordinal);
        Assert.Contains("Say in 1 to 300", (await support.PostAsync($"{path}/reveal")).Html, StringComparison.Ordinal);
        Assert.Equal(0, await cases.Ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "people.reveal")));
        Assert.Contains("<dd>Recipient</dd>", (await support.PostAsync($"{path}/reveal", ("reason", "the bank asks"))).Html, StringComparison.Ordinal);
        var line = await cases.Ground.ReadAsync(c => c.Audit.SingleAsync(a => a.Action == "people.reveal"));
        Assert.Equal(($"order:{payout.Order.Number}", "the bank asks", payout.Order.Bucket), (line.Subject, line.Reason, line.Chain));
        Assert.Contains("has not answered", (await support.PostAsync($"{path}/ask")).Html, StringComparison.Ordinal);
        Assert.Contains("There is no such order", (await support.GetAsync("/operator/orders/abcdefghij012345")).Html, StringComparison.Ordinal);
        Assert.Contains(payout.Order.Number, (await support.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/operator/orders?kind=payout&merchant={shop.Merchant.No}&from=2026-03-01"))).Html, StringComparison.Ordinal);
    }
}
