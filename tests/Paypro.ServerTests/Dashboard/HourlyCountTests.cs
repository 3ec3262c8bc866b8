using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>What charts count is what the orders say, also after they have changed and when two nodes count at once.</summary>
[Collection(DashboardTests.Name)]
public sealed class HourlyCountTests(DashboardGrounds grounds)
{
    private const long HourMs = 3_600_000, DayMs = 24 * HourMs;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task CountsEqualADirectCount(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("IN");
        var random = new Random(7);
        var orders = new List<OrderRow>();
        var nowMs = ground.NowMs;
        for (var i = 0; i < 150; i++)
        {
            // Days, hours and the very edges of half-hours.
            var back = random.Next(3) switch { 0 => random.NextInt64(34 * DayMs), 1 => random.NextInt64(2 * DayMs), _ => nowMs % HourlyCounts.SlotMs + (random.Next(90) * HourlyCounts.SlotMs) + random.Next(2) };
            orders.Add(await ground.AddAsync(merchant, nowMs - back, o => o with
            {
                Direction = random.Next(4) == 0 ? Direction.Payout : Direction.PayIn,
                Way = random.Next(3) switch { 0 => "", 1 => "upi", _ => "bank" },
                State = (OrderState)random.Next(1, 7),
                PaidMinor = random.Next(0, 1000),
            }));
        }

        var counts = ground.Host.The<HourlyCounts>();
        await Task.WhenAll(counts.CountAsync(HourlyCounts.SlotOf(nowMs - (35 * DayMs)), HourlyCounts.SlotOf(nowMs) + HourlyCounts.SlotMs, default), counts.RunOnceAsync(default));
        await AssertEqualAsync();

        // A result that came later is in the next count.
        foreach (var order in orders.Where(o => o.CreatedAtMs > nowMs - DayMs))
        {
            await ground.ChangeAsync(order, o => o with { State = OrderState.Paid, PaidMinor = 5_00, Way = "upi" });
        }

        ground.Host.Time.Pass(TimeSpan.FromHours(1));
        await counts.RunOnceAsync(default);
        await AssertEqualAsync();

        async Task AssertEqualAsync()
        {
            var direct = await ground.Host.ReadAsync(c => c.Orders.Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.No).ToListAsync());
            var expected = direct.GroupBy(o => (HourlyCounts.SlotOf(o.CreatedAtMs), o.Direction, o.Way)).Select(g => (
                g.Key, g.Count(), g.Count(o => o.State == OrderState.Paid), g.Count(o => o.State is OrderState.Failed or OrderState.Expired or OrderState.Returned), g.Sum(o => o.PaidMinor - o.ReturnedMinor)));
            var counted = await ground.Host.ReadAsync(c => c.StatHours.AsNoTracking().Where(h => h.MerchantNo == merchant.No).ToListAsync());
            Assert.Equal(expected.Order(), counted.Select(h => ((h.SlotMs, h.Direction, h.Way), h.Created, h.Paid, h.Failed, h.HeldMinor)).Order());
        }
    }

    /// <summary>A day of India begins at half past an hour of UTC; the home screen counts it whole.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task HomeShowsTheMerchantsOwnDay(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("IN");
        var other = await ground.OpenAsync("VN", merchant.BusinessId);
        var begins = DateTimeOffset.Parse("2026-11-20T18:30:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        foreach (var atMs in (long[])[begins - 1, begins, begins + DayMs - 1, begins + DayMs])
        {
            await ground.AddAsync(merchant, atMs, o => o with { State = OrderState.Paid, PaidMinor = 1_000_00 });
        }

        await ground.Host.The<HourlyCounts>().CountAsync(HourlyCounts.SlotOf(begins - DayMs), HourlyCounts.SlotOf(begins + (2 * DayMs)), default);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        var page = (await owner.GetAsync($"/dashboard?merchant={merchant.No}&day=2026-11-21")).Html;
        Assert.Contains("2,000.00 <small>INR</small>", page, StringComparison.Ordinal);
        Assert.Contains("Shop VN", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/dashboard/keys/", page, StringComparison.Ordinal);
        using var support = await ground.Host.SignedInAsync(Role.MerchantSupport, merchant.BusinessId);
        var without = (await support.GetAsync($"/dashboard?merchant={other.No}")).Html;
        Assert.DoesNotContain("href=\"/dashboard/keys/", without, StringComparison.Ordinal);
        Assert.DoesNotContain("Not settled yet", without, StringComparison.Ordinal);
    }
}
