using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// Adds the books up again, without end: bucket by bucket it goes on from the last transfer that it found right, so that a turn costs what was
/// booked since, and looks again at a piece of what it checked before. A finding stops a bucket's progress and raises an alarm. It stays
/// until the whole bucket was looked at again from its first transfer and nothing was found. Several nodes may check at once.
/// </summary>
internal sealed class LedgerCheck(IContexts contexts, BatchWriter writer, RaiseCases cases, TimeProvider time)
{
    /// <summary>How often the loop looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Transfers of one bucket in one turn.</summary>
    public const int TransfersPerTurn = 2000;

    /// <summary>Transfers of one bucket, checked before, that are looked at again in one turn.</summary>
    public const int OldTransfersPerTurn = 200;

    /// <summary>The same while a finding is stored.</summary>
    public const int DoubtedTransfersPerTurn = 10_000;

    /// <summary>Where the second look goes on, by bucket. It begins anew with the process.</summary>
    private readonly long[] _again = new long[Buckets.Count];

    /// <summary>Whether the second look of a bucket is one that began at its first transfer while a finding was stored, and found nothing yet.</summary>
    private readonly bool[] _isWhole = new bool[Buckets.Count];

    /// <summary>One turn over all buckets; true when a bucket has more to check at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var more = false;
        for (short bucket = 0; bucket < Buckets.Count; bucket++)
        {
            more |= await CheckAsync(bucket, cancellation);
        }

        LedgerCheckMeter.CheckTime.Record(time.GetElapsedTime(started).TotalMilliseconds);
        return more;
    }

    /// <summary>One bucket; true when there is more to check at once.</summary>
    private async Task<bool> CheckAsync(short bucket, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var before = await context.LedgerChecks.AsNoTracking().SingleOrDefaultAsync(c => c.Bucket == bucket, cancellation) ?? new LedgerCheckRow { Bucket = bucket };
        var after = new LedgerCheckRow { Bucket = bucket, TransferNo = before.TransferNo, Hash = before.Hash };
        var portion = await LedgerCheckPortion.ReadAsync(context, before, TransfersPerTurn, cancellation);
        var (again, isOver) = portion.Check(after) is { } ahead ? (ahead, false) : await CheckAgainAsync(context, before, cancellation);
        var finding = again ?? await LedgerCheckBalances.CheckAsync(context, bucket, cancellation);
        after.Finding = finding ?? (isOver ? "" : before.Finding);
        LedgerCheckMeter.Found(bucket, after.TransferNo, after.Finding.Length > 0);
        if (finding is not null && finding != before.Finding)
        {
            await cases.RaiseAsync("ledger", $"bucket {bucket}", $"The ledger of bucket {bucket} is not right: {finding}.");
        }

        if (after.Finding.Length == 0 && before.Finding.Length > 0)
        {
            await cases.EndAsync("ledger", $"bucket {bucket}", "The whole bucket was checked again and is right.");
        }

        if (after.TransferNo != before.TransferNo || after.Finding != before.Finding)
        {
            await SaveAsync(before, after);
        }

        return finding is null && portion.IsFull;
    }

    /// <summary>
    /// Looks again at what was checked before: a little at a time while all is right; while a finding is stored, all of it from the first
    /// transfer on, since whatever was found may lie anywhere, and who found it may have been another process.
    /// </summary>
    /// <returns>What is not right, or null; and whether nothing stands in the way of forgetting the stored finding.</returns>
    private async Task<(string? Finding, bool IsOver)> CheckAgainAsync(PayproContext context, LedgerCheckRow upTo, CancellationToken cancellation)
    {
        var bucket = upTo.Bucket;
        var isDoubted = upTo.Finding.Length > 0;
        if (isDoubted && !_isWhole[bucket])
        {
            (_again[bucket], _isWhole[bucket]) = (0, true);
        }

        var from = _again[bucket] < upTo.TransferNo ? _again[bucket] : 0;
        var hash = from == 0 ? [] : await context.Transfers.Where(t => t.Bucket == bucket && t.TransferNo == from).Select(t => t.Hash).SingleOrDefaultAsync(cancellation);
        if (hash is null)
        {
            _isWhole[bucket] = false;
            return ($"transfer {from} is missing", false);
        }

        var at = new LedgerCheckRow { Bucket = bucket, TransferNo = from, Hash = hash };
        var finding = upTo.TransferNo == 0
            ? null
            : (await LedgerCheckPortion.ReadAsync(context, at, isDoubted ? DoubtedTransfersPerTurn : OldTransfersPerTurn, cancellation)).Check(at);
        _again[bucket] = at.TransferNo;
        var isOver = finding is null && (!isDoubted || at.TransferNo >= upTo.TransferNo);
        if (isOver)
        {
            _isWhole[bucket] = false;
        }

        return (finding, isOver);
    }

    /// <summary>Progress is not configuration: no node has to read anything again because of it.</summary>
    private Task<int> SaveAsync(LedgerCheckRow before, LedgerCheckRow row) => writer.InTurnAsync(async () =>
    {
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO ledger_checks (bucket, transfer_no, hash, checked_at_ms, finding) VALUES ({row.Bucket}, {0L}, {Array.Empty<byte>()}, {nowMs}, {""}) ON CONFLICT DO NOTHING");

        // A slower node must take back neither another one's progress nor its finding.
        return await context.LedgerChecks.Where(c => c.Bucket == row.Bucket && c.TransferNo <= row.TransferNo && c.Finding == before.Finding).ExecuteUpdateAsync(s => s
            .SetProperty(c => c.TransferNo, row.TransferNo)
            .SetProperty(c => c.Hash, row.Hash)
            .SetProperty(c => c.CheckedAtMs, nowMs)
            .SetProperty(c => c.Finding, row.Finding));
    });
}
