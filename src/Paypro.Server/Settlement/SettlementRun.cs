using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Settlement;

/// <summary>Moves what fell due to available. Two nodes may run it at once, or one twice: each due row is moved once.</summary>
internal sealed class SettlementRun(IQueues queues, BatchWriter writer, SnapshotStore snapshots, RaiseCases cases, TimeProvider time, ILogger<SettlementRun> log)
{
    /// <summary>Due rows read at a time.</summary>
    public const int RowsPerPortion = 500;

    /// <summary>
    /// One turn through everything that is due; false, for what could not be moved waits for the next. A row that cannot be moved
    /// (a merchant that this version does not know, or whose midnight is still to come) does not stop the next.
    /// </summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        // The furthest east decides what is read; each merchant's own midnight decides what is moved.
        var nowMs = time.NowMs();
        var latest = snapshots.Current.Rules.Values.Select(r => r.ValueDate(nowMs)).DefaultIfEmpty(0).Max();
        SettlementDueKey? after = null;
        IReadOnlyList<SettlementDueRow> due;
        do
        {
            due = await queues.DueSettlementsAsync(latest, after, RowsPerPortion, cancellation);
            var snapshot = snapshots.Current;
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = 64, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
                async (row, _) => await MoveAsync(snapshot, row, nowMs));
            after = due.Count == 0 ? null : due[^1].Key;
        }
        while (due.Count == RowsPerPortion);

        return false;
    }

    private async Task MoveAsync(Snapshot snapshot, SettlementDueRow row, long nowMs)
    {
        var account = AccountId.Open(new AccountKey(row.Bucket, row.AccountId));
        if (snapshot.Merchant(account.OwnerId) is not { } merchant || snapshot.Rules[merchant.Country.IsoCode] is var rules && rules.ValueDate(nowMs) is var today
            && SettlementDay.Of(snapshot, merchant, account.Kind, row.DueDate, rules) > today)
        {
            return;
        }

        try
        {
            await writer.WriteAsync(new SettleDue(row.Key, account.OwnerId, Currency.Get(account.Currency), nowMs, today));
        }
        catch (LedgerException error)
        {
            // One account whose books are wrong waits for a person; all the others get their money.
            await cases.RaiseAsync("settlement", $"{row.Bucket}:{row.AccountId}:{row.DueDate}", $"A settlement was refused by the ledger: {error.Message}");
        }
#pragma warning disable CA1031 // Whatever else keeps one from being moved, the others are moved; it is still due in the next run.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "The settlement of account {AccountId} of bucket {Bucket} was not moved", row.AccountId, row.Bucket);
        }
    }
}
