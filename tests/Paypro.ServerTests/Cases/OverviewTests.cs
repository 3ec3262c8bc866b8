using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Operator.Overviews;
using Paypro.Server.Platform;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Cases;

/// <summary>The overview says what the orders say, whatever was counted before, and shows each what he may see.</summary>
public sealed class OverviewTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsCountedIsWhatTheOrdersSay(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var support = await host.SignedInAsync(Role.Support);
        var (random, nowMs, writer) = (new Random(11), host.The<TimeProvider>().NowMs(), host.The<BatchWriter>());
        var orders = new List<(OrderRow Order, long AccountId)>();
        for (var i = 0; i < 120; i++)
        {
            var state = (OrderState)random.Next(1, 7);
            var order = new OrderRow
            {
                Bucket = (short)random.Next(64), Id = IdSource.FirstAt(nowMs - random.NextInt64(40 * 3_600_000L)) + i, MerchantNo = 2_000_000_001, Direction = random.Next(3) == 0 ? Direction.Payout : Direction.PayIn, Number = $"n{i}", TradeNo = $"t{i}",
                Country = random.Next(2) == 0 ? "BR" : "KE", Currency = "BRL", AmountMinor = 100, Way = random.Next(2) == 0 ? "PIX" : "", State = state, ExpiresAtMs = long.MaxValue, ContentHash = [1],
                PaidMinor = state == OrderState.Paid ? 100 : 0, FailureCode = state == OrderState.Failed ? random.Next(2) == 0 ? "00029" : "0100019" : "", Message = state == OrderState.Failed ? "REJECTED" : "", AttemptCount = (short)random.Next(2),
            };
            order = order with { CreatedAtMs = IdSource.TimeOf(order.Id) };
            await writer.WriteAsync(new StoreAttempted(order, order.AttemptCount == 0 ? null : new AttemptRow { Bucket = order.Bucket, OrderId = order.Id, AttemptNo = 1, ChannelAccountId = 7 + (i % 2), Direction = order.Direction, Reference = $"r{i}", State = AttemptState.Done }));
            orders.Add((order, order.AttemptCount == 0 ? 0 : 7 + (i % 2)));
        }

        // Counted twice, and by two at once, it is counted once.
        var counts = host.The<HourlyCounts>();
        var (from, to) = (HourlyCounts.SlotOf(nowMs - (48 * 3_600_000L)), HourlyCounts.SlotOf(nowMs) + HourlyCounts.SlotMs);
        await counts.RunOnceAsync(default);
        await Task.WhenAll(counts.CountAsync(from, to, default), counts.CountAsync(from, to, default));
        var expected = orders.GroupBy(o => (HourlyCounts.SlotOf(o.Order.CreatedAtMs), o.Order.Country, o.AccountId, o.Order.Direction, o.Order.Way, o.Order.State, o.Order.FailureCode)).Select(g => (g.Key, g.Count(), g.Sum(o => o.Order.PaidMinor)));
        var counted = await host.ReadAsync(c => c.StatOutcomes.AsNoTracking().ToListAsync());
        Assert.Equal(expected.Order(), counted.Select(r => ((r.SlotMs, r.Country, r.ChannelAccountId, r.Direction, r.Way, r.State, r.Code), r.OrderCount, r.HeldMinor)).Order());

        // Read again where half an hour ends meanwhile, since the day then begins later.
        var (picture, slot) = await PictureAsync();
        while (slot != SlotNow())
        {
            (picture, slot) = await PictureAsync();
        }

        var day = orders.Where(o => o.Order.CreatedAtMs >= slot - (24 * 3_600_000L) + HourlyCounts.SlotMs).Select(o => o.Order).ToList();
        Assert.Equal(day.Count, picture.Ways.Sum(w => w.Counts.Orders));
        foreach (var way in picture.Ways)
        {
            var its = day.Where(o => o.Country == way.Country && o.Direction == way.Counts.Direction && o.Way == way.Way).ToList();
            var (paid, failed) = (its.Count(o => o.State == OrderState.Paid), its.Count(o => o.State is OrderState.Failed or OrderState.Expired or OrderState.Returned));
            Assert.Equal((its.Count, paid, failed, its.Count - paid - failed), (way.Counts.Orders, way.Counts.Paid, way.Counts.Failed, way.Counts.Open));
            Assert.Equal(paid + failed == 0 ? null : paid * 10_000 / (paid + failed), way.Counts.SuccessBasisPoints);
            Assert.Equal(failed, way.Counts.Reasons.Sum(r => r.Orders));
        }

        Assert.All((await host.The<OverviewReads>().ReadAsync("KE", 1, seesBooks: false, default)).Ways, w => Assert.Equal("KE", w.Country));

        // The first page; an alarm of now stands on it, and the books for whoever may see them.
        await writer.WriteAsync(new RaiseCase(new CaseRow { Bucket = 0, Kind = CaseKind.UnknownOutcome, Subject = "x", Severity = CaseSeverity.Now, AmountMinor = 12_34, Currency = "BRL", Text = "An example." }));
        var page = await admin.GetAsync("/operator");
        Assert.Equal(OverviewRoutes.Path, page.Path);
        Assert.Contains("Outcome unknown", page.Html, StringComparison.Ordinal);
        Assert.Contains("12.34 BRL", page.Html, StringComparison.Ordinal);
        Assert.Contains("0100019 REJECTED", page.Html, StringComparison.Ordinal);
        Assert.Contains("adds up", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("adds up", (await support.GetAsync("/operator")).Html, StringComparison.Ordinal);

        async Task<(OverviewPicture Picture, long Slot)> PictureAsync()
        {
            var begunIn = SlotNow();
            return (await host.The<OverviewReads>().ReadAsync("", 1, seesBooks: true, default), begunIn);
        }

        long SlotNow() => HourlyCounts.SlotOf(host.The<TimeProvider>().NowMs());
    }

    /// <summary>Only on demand: the page with a hundred thousand orders of two days, each with its attempt.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Both))]
    public async Task IsFastWithAHundredThousandOrders(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        var (nowMs, first) = (host.The<TimeProvider>().NowMs(), new OrderRow
        {
            Bucket = 1, Id = 1, MerchantNo = 2_000_000_001, Direction = Direction.PayIn, Number = "n0", TradeNo = "t0", Country = "BR", Currency = "BRL", AmountMinor = 100, Way = "PIX", State = OrderState.Paid, PaidMinor = 100, ExpiresAtMs = long.MaxValue, ContentHash = [1], AttemptCount = 1,
        });
        await host.The<BatchWriter>().WriteAsync(new StoreAttempted(first, new AttemptRow { Bucket = 1, OrderId = 1, AttemptNo = 1, ChannelAccountId = 7, Direction = Direction.PayIn, Reference = "r0", State = AttemptState.Done }));
        var (from, span) = (nowMs - (48 * 3_600_000L), 48 * 3_600_000L / 100_000);
        var numbers = engine == Engine.Sqlite ? "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100000) SELECT n FROM s)" : "generate_series(1, 100000)";
        string Copied(IEnumerable<string> columns) => string.Join(", ", columns.Select(c => c switch
        {
            "id" or "order_id" => $"{IdSource.FirstAt(from)} + s.n * {(IdSource.FirstAt(from + span) - IdSource.FirstAt(from))}", "created_at_ms" => $"{from} + s.n * {span}", "number" => "'n' || s.n", "trade_no" => "'t' || s.n", "reference" => "'r' || s.n",
            "state" => "CASE WHEN s.n % 7 = 0 THEN 4 ELSE 3 END", "failure_code" => "CASE WHEN s.n % 7 = 0 THEN '00029' ELSE '' END", _ => $"o.{c}",
        }));
        var alias = engine == Engine.Sqlite ? "AS s" : "AS s(n)";
        var (orders, attempts) = (HotTables.Orders.Columns.Select(c => c.Name).ToList(), HotTables.Attempts.Columns.Select(c => c.Name).ToList());
#pragma warning disable EF1002 // Made of our own names and numbers.
        await host.ReadAsync(c => c.Database.ExecuteSqlRawAsync($"INSERT INTO orders ({string.Join(", ", orders)}) SELECT {Copied(orders)} FROM orders o, {numbers} {alias} WHERE o.id = 1"));
        await host.ReadAsync(c => c.Database.ExecuteSqlRawAsync($"INSERT INTO attempts ({string.Join(", ", attempts)}) SELECT {Copied(attempts)} FROM attempts o, {numbers} {alias} WHERE o.order_id = 1"));
#pragma warning restore EF1002
        var began = TimeProvider.System.GetTimestamp();
        await host.The<HourlyCounts>().CountAsync(HourlyCounts.SlotOf(from), HourlyCounts.SlotOf(nowMs) + HourlyCounts.SlotMs, default);
        var counted = TimeProvider.System.GetElapsedTime(began);
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            began = TimeProvider.System.GetTimestamp();
            var page = await admin.GetAsync(OverviewRoutes.Path);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            Assert.Contains("00029", page.Html, StringComparison.Ordinal);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"{engine}: counting 97 half-hours {counted.TotalMilliseconds:0} ms, the page p50 {times[10]:0.0} ms, p95 {times[18]:0.0} ms");
        Assert.InRange(times[18], 0, 500);
    }
}
