using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statistics;

/// <summary>
/// Counts orders by half-hour, merchant and way for charts. Each half-hour is counted again from the orders themselves, so that what was missed is
/// mended by the next count: this half-hour each minute, the last two days each hour, the last 35 days each day.
/// </summary>
internal sealed class HourlyCounts(IContexts contexts, BatchWriter writer, TimeProvider time)
{
    public const long SlotMs = 30 * 60_000;

    /// <summary>The span that holds the present half-hour.</summary>
    public const string Present = "now";

    /// <summary>An order changes seldom after so long; later changes are not seen in charts.</summary>
    public const int DaysCounted = 35;

    private const long HourMs = 3_600_000, DayMs = 24 * HourMs;
    private const int DaysKept = 400;

    /// <summary>What an order's time of creation and the time in its id may differ by.</summary>
    private const long IdSlackMs = 60_000;

    /// <summary>Each span: how far back it begins and ends, and how long it rests. A rest is a little shorter than the loop's, which is never early.</summary>
    private static readonly IReadOnlyList<(string Name, long BackMs, long UntilMs, long RestMs)> Spans =
        [(Present, 5 * 60_000, 0, 55_000), ("recent", 2 * DayMs, SlotMs, HourMs), ("older", DaysCounted * DayMs, 2 * DayMs, DayMs)];

    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>One turn: what is due is counted again. Of several nodes one does it.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        foreach (var (name, backMs, untilMs, restMs) in Spans)
        {
            if (!await TakeAsync(name, nowMs, restMs))
            {
                continue;
            }

            await CountAsync(SlotOf(nowMs - backMs), SlotOf(nowMs - untilMs) + SlotMs, cancellation);
            if (name == "older")
            {
                await ForgetAsync(SlotOf(nowMs - (DaysKept * DayMs)));
            }
        }

        return false;
    }

    /// <summary>The beginning of the half-hour that a moment lies in.</summary>
    public static long SlotOf(long ms) => ms - (ms % SlotMs);

    /// <summary>Counts a span of whole half-hours again, the newest first; days without orders cost one question.</summary>
    public async Task CountAsync(long fromMs, long toMs, CancellationToken cancellation)
    {
        for (var end = toMs; end > fromMs; end -= DayMs)
        {
            var begin = Math.Max(fromMs, end - DayMs);
            if (!await HasAnyAsync(begin, end, cancellation))
            {
                continue;
            }

            for (var slot = end - SlotMs; slot >= begin; slot -= SlotMs)
            {
                cancellation.ThrowIfCancellationRequested();
                await CountAsync(slot, cancellation);
            }
        }
    }

    private async Task<bool> HasAnyAsync(long fromMs, long toMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (first, end) = (IdSource.FirstAt(fromMs - IdSlackMs), IdSource.FirstAt(toMs + IdSlackMs));
        return await context.Orders.AnyAsync(o => Buckets.All.Contains(o.Bucket) && o.Id >= first && o.Id < end, cancellation)
            || await context.StatHours.AnyAsync(h => h.SlotMs >= fromMs && h.SlotMs < toMs, cancellation);
    }

    private async Task CountAsync(long slotMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (first, end) = (IdSource.FirstAt(slotMs - IdSlackMs), IdSource.FirstAt(slotMs + SlotMs + IdSlackMs));
        var counted = await context.Orders
            .Where(o => Buckets.All.Contains(o.Bucket) && o.Id >= first && o.Id < end && o.CreatedAtMs >= slotMs && o.CreatedAtMs < slotMs + SlotMs && (o.Direction == Direction.PayIn || o.Direction == Direction.Payout))
            .GroupBy(o => new { o.MerchantNo, o.Direction, o.Way })
            .Select(g => new StatHourRow
            {
                MerchantNo = g.Key.MerchantNo,
                SlotMs = slotMs,
                Direction = g.Key.Direction,
                Way = g.Key.Way,
                Created = g.Count(),
                Paid = g.Sum(o => o.State == OrderState.Paid ? 1 : 0),
                Failed = g.Sum(o => o.State == OrderState.Failed || o.State == OrderState.Expired || o.State == OrderState.Returned ? 1 : 0),
                HeldMinor = g.Sum(o => o.PaidMinor - o.ReturnedMinor),
            })
            .ToListAsync(cancellation);
        var outcomes = await OutcomesAsync(context, slotMs, cancellation);
        await writer.InTurnAsync(async () =>
        {
            await using var saving = contexts.Create();
            return await new DeadlockRetries(saving).ExecuteAsync(async () =>
            {
                saving.ChangeTracker.Clear();
                await using var transaction = await saving.Database.BeginTransactionAsync(CancellationToken.None);

                // One after the other on all nodes: two that counted the same half-hour would insert the same keys.
                await saving.StatRuns.Where(r => r.Span == Present).ExecuteUpdateAsync(s => s.SetProperty(r => r.AtMs, r => r.AtMs), CancellationToken.None);
                await saving.StatHours.Where(h => h.SlotMs == slotMs).ExecuteDeleteAsync(CancellationToken.None);
                saving.StatHours.AddRange(counted);
                await saving.StatOutcomes.Where(h => h.SlotMs == slotMs).ExecuteDeleteAsync(CancellationToken.None);
                saving.StatOutcomes.AddRange(outcomes);
                await saving.SaveChangesAsync(CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                return counted.Count;
            });
        });
    }

    /// <summary>How the same orders went, each at the channel account of its last attempt.</summary>
    private static Task<List<StatOutcomeRow>> OutcomesAsync(PayproContext context, long slotMs, CancellationToken cancellation)
    {
        var (first, end) = (IdSource.FirstAt(slotMs - IdSlackMs), IdSource.FirstAt(slotMs + SlotMs + IdSlackMs));
        return (
            from o in context.Orders.Where(o => Buckets.All.Contains(o.Bucket) && o.Id >= first && o.Id < end && o.CreatedAtMs >= slotMs && o.CreatedAtMs < slotMs + SlotMs && (o.Direction == Direction.PayIn || o.Direction == Direction.Payout))
            from a in context.Attempts.Where(a => Buckets.All.Contains(a.Bucket) && a.Bucket == o.Bucket && a.OrderId == o.Id && a.AttemptNo == o.AttemptCount).DefaultIfEmpty()
            group o by new { o.Country, Account = (long?)a!.ChannelAccountId ?? 0, o.Direction, o.Way, o.State, o.FailureCode } into g
            select new StatOutcomeRow
            {
                SlotMs = slotMs,
                Country = g.Key.Country,
                ChannelAccountId = g.Key.Account,
                Direction = g.Key.Direction,
                Way = g.Key.Way,
                State = g.Key.State,
                Code = g.Key.FailureCode,
                Text = g.Max(o => o.Message) ?? "",
                OrderCount = g.Count(),
                HeldMinor = g.Sum(o => o.PaidMinor - o.ReturnedMinor),
            }).ToListAsync(cancellation);
    }

    /// <summary>Whether this node counts a span now: it was not counted for so long, and nobody else has begun.</summary>
    private Task<bool> TakeAsync(string span, long nowMs, long restMs) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        await context.Database.ExecuteSqlAsync($"INSERT INTO stat_runs (span, at_ms) VALUES ({span}, 0) ON CONFLICT DO NOTHING");
        return await context.StatRuns.Where(r => r.Span == span && r.AtMs <= nowMs - restMs).ExecuteUpdateAsync(s => s.SetProperty(r => r.AtMs, nowMs)) == 1;
    });

    private Task<int> ForgetAsync(long beforeMs) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.StatHours.Where(h => h.SlotMs < beforeMs).ExecuteDeleteAsync() + await context.StatOutcomes.Where(h => h.SlotMs < beforeMs).ExecuteDeleteAsync();
    });
}
