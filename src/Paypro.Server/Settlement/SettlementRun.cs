using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Settlement;

/// <summary>Moves what fell due to available. Two nodes may run it at once, or one twice: each due row is moved once.</summary>
internal sealed class SettlementRun(IQueues queues, BatchWriter writer, SnapshotStore snapshots, Alarms alarms, TimeProvider time)
{
    /// <summary>Due rows taken in one turn.</summary>
    public const int RowsPerTurn = 500;

    /// <summary>One turn; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var snapshot = snapshots.Current;

        // The furthest east decides what is read; each merchant's own midnight decides what is moved.
        var latest = snapshot.Rules.Values.Select(r => r.ValueDate(nowMs)).DefaultIfEmpty(0).Max();
        var due = await queues.DueSettlementsAsync(latest, RowsPerTurn, cancellation);
        var moved = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellation }, async (row, _) =>
        {
            var account = AccountId.Open(new AccountKey(row.Bucket, row.AccountId));
            if (snapshot.Merchant(account.OwnerId) is not { } merchant || snapshot.Rules[merchant.Country.IsoCode].ValueDate(nowMs) is var today && row.DueDate > today)
            {
                return;
            }

            try
            {
                await writer.WriteAsync(new SettleDue(row.Key, account.OwnerId, Currency.Get(account.Currency), nowMs, today));
                Interlocked.Increment(ref moved);
            }
            catch (LedgerException error)
            {
                // One account whose books are wrong waits for a person; all the others get their money.
                await alarms.RaiseAsync("settlement", $"{row.Bucket}:{row.AccountId}:{row.DueDate}", $"A settlement was refused by the ledger: {error.Message}");
            }
        });
        return due.Count == RowsPerTurn && moved > 0;
    }
}
