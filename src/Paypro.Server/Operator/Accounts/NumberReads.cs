using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>A space of numbers that an account leases to pay-ins, of its fullest bucket.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Ways">The ways that draw from it.</param>
/// <param name="First">Its first number.</param>
/// <param name="Last">Its last number.</param>
/// <param name="PerBucket">Numbers of one bucket; there are 64.</param>
/// <param name="UsedPercent">In use or at rest, of the fullest bucket.</param>
/// <param name="DaysLeft">Until that bucket is used up at the pace of the last thirty days; null where nothing was taken, or numbers come back sooner.</param>
/// <param name="FreeAtMs">When its next number comes back; 0 where none rests. Unix milliseconds UTC.</param>
internal sealed record NumbersView(string Kind, IReadOnlyList<string> Ways, string First, string Last, long PerBucket, int UsedPercent, long? DaysLeft, long FreeAtMs);

/// <summary>How far the numbers of an account are used up.</summary>
internal sealed class NumberReads(AccountReads reads, TimeProvider time)
{
    private const int PaceDays = 30;
    private const long DayMs = 86_400_000;

    public async Task<IReadOnlyList<NumbersView>> ListAsync(PayproContext context, long account)
    {
        if (reads.OfferOf(account) is not { } offer || offer.Session is not IPayIns payIns)
        {
            return [];
        }

        var spaces = offer.Ways.Where(w => w.Direction == Direction.PayIn).Select(w => (w.Way, Space: payIns.NumberSpaceFor(w.Way))).Where(w => w.Space is not null).GroupBy(w => w.Space!.Kind, StringComparer.Ordinal);
        var found = new List<NumbersView>();
        foreach (var of in spaces)
        {
            found.Add(await ReadAsync(context, account, of.First().Space!, [.. of.Select(w => w.Way).Order(StringComparer.Ordinal)]));
        }

        return found;
    }

    private async Task<NumbersView> ReadAsync(PayproContext context, long account, NumberSpace space, IReadOnlyList<string> ways)
    {
        var (nowMs, blocks, size) = (time.NowMs(), NumberPool.BlocksOf(space), NumberPool.BlockSize(space));
        var sinceMs = nowMs - (PaceDays * DayMs);
        var buckets = await context.NumberBlocks.Where(b => b.ChannelAccountId == account && b.Kind == space.Kind && b.RestsUntilMs > nowMs)
            .GroupBy(b => b.Bucket).Select(g => new { Used = g.LongCount(), Taken = g.LongCount(b => b.TakenAtMs > sinceMs), FirstMs = g.Min(b => b.TakenAtMs), FreeAtMs = g.Min(b => b.RestsUntilMs) }).ToListAsync();
        var fullest = buckets.MaxBy(b => b.Used);

        // A pool that is younger than the pace is measured by its own age.
        var days = fullest is null ? PaceDays : Math.Clamp((nowMs - Math.Max(sinceMs, fullest.FirstMs)) / (double)DayMs, 1, PaceDays);
        var left = fullest is { Taken: > 0 } ? (long?)((blocks - fullest.Used) / (fullest.Taken / days)) : null;
        return new NumbersView(
            space.Kind, ways, NumberPool.Number(space, 0, 0), NumberPool.Number(space, 63, (blocks * size) - 1), blocks * size, (int)((fullest?.Used ?? 0) * 100 / blocks),
            left > (NumberPool.Rest + NumberPool.BlockGoodFor).TotalDays ? null : left, fullest?.FreeAtMs ?? 0);
    }
}
