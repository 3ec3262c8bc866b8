using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// Clears away what nobody will ask for again: the ids of old batches, whose fate is asked for within minutes, and counts of payers
/// that no quota looks at, totals of days that are over. In small portions, each in its turn, so that no payment waits for it; several nodes may do it at once.
/// </summary>
internal sealed class Housekeeping(IContexts contexts, BatchWriter writer, TimeProvider time)
{
    /// <summary>How often the loop looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>How long such rows are kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    /// <summary>How long the raw text of a statement is kept when all of it is booked.</summary>
    public static readonly TimeSpan BodiesKeptFor = TimeSpan.FromDays(35);

    /// <summary>How long it is kept when something of it was not booked at once.</summary>
    public static readonly TimeSpan OpenBodiesKeptFor = TimeSpan.FromDays(400);

    /// <summary>Rows deleted by one statement.</summary>
    public const int RowsPerPortion = 2000;

    /// <summary>One portion of each kind and bucket; true when there may be more.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var beforeMs = time.NowMs() - (long)KeptFor.TotalMilliseconds;

        // A limit looks at today's total alone; three days are over in every zone.
        var firstTotal = int.Parse(DateTimeOffset.FromUnixTimeMilliseconds(time.NowMs()).AddDays(-3).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

        // A batch's id is made of its time, which spares an index on the time itself.
        var firstKept = IdSource.FirstAt(beforeMs);
        var firstBookedBody = IdSource.FirstAt(time.NowMs() - (long)BodiesKeptFor.TotalMilliseconds);
        var openBeforeMs = time.NowMs() - (long)OpenBodiesKeptFor.TotalMilliseconds;
        var firstBody = IdSource.FirstAt(openBeforeMs);
        var more = false;
        for (short bucket = 0; bucket < Buckets.Count; bucket++)
        {
            var of = bucket;
            more |= await DeleteAsync(c => c.Set<BatchRow>()
                .Where(b => b.Bucket == of && b.Id < firstKept).OrderBy(b => b.Id).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
            more |= await DeleteAsync(c => c.StatementBodies
                .Where(s => s.Bucket == of && s.Id >= 0 && (s.Id < firstBody || (s.Id < firstBookedBody && !s.Open))).OrderBy(s => s.Id).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
            more |= await DeleteAsync(c => c.StatementBodies
                .Where(b => b.Bucket == of && b.Id < 0 && c.Set<StatementRow>().Any(s => s.Bucket == of && s.Id == b.Id && s.ReceivedAtMs < openBeforeMs))
                .OrderBy(b => b.Id).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
            more |= await DeleteAsync(c => c.PayerCounts
                .Where(p => p.Bucket == of && p.BegunAtMs < beforeMs).OrderBy(p => p.MerchantNo).ThenBy(p => p.Payer).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
            more |= await DeleteAsync(c => c.DailyTotals
                .Where(t => t.Bucket == of && t.LocalDate < firstTotal).OrderBy(t => t.MerchantNo).ThenBy(t => t.Way).ThenBy(t => t.LocalDate).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
            more |= await DeleteAsync(c => c.RuleCounts
                .Where(p => p.Bucket == of && p.LastAtMs < beforeMs).OrderBy(p => p.MerchantNo).ThenBy(p => p.Person).Take(RowsPerPortion).ExecuteDeleteAsync(cancellation));
        }

        return more;
    }

    private Task<bool> DeleteAsync(Func<PayproContext, Task<int>> delete) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await delete(context) == RowsPerPortion;
    });
}
