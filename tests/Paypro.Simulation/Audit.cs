using Microsoft.EntityFrameworkCore;
using Paypro.Channels;

namespace Paypro.Simulation;

/// <summary>Compares the database itself with the <see cref="Mirror"/>.</summary>
internal static class Audit
{
    /// <summary>Everything that stays small: balances, chains, dues, timers, outbox, and how many rows the others have.</summary>
    public static void CompareSmall(World world)
    {
        var mirror = world.Mirror;
        using var context = GroundFile.Open(world.File);
        foreach (var account in context.Accounts.AsNoTracking())
        {
            Same(account.BalanceMinor == mirror.BalanceMinor(account.Key), $"account {account.Id} stands at {account.BalanceMinor}");
        }

        foreach (var chain in context.Chains.AsNoTracking())
        {
            Same(mirror.Chains[chain.Bucket].Hash.AsSpan().SequenceEqual(chain.Hash), $"the chain of bucket {chain.Bucket}");
        }

        foreach (var due in context.SettlementDues.AsNoTracking())
        {
            Same(mirror.Dues.GetValueOrDefault(due.Key) == due, $"the due of account {due.AccountId} on {due.DueDate}");
        }

        Same(context.Timers.AsNoTracking().AsEnumerable().Select(t => (t.DueAtMs, t.OrderId, t.Bucket)).ToHashSet().SetEquals(mirror.Timers), "the timers");
        foreach (var row in context.Notifications.AsNoTracking().ToList())
        {
            Same(mirror.Notifications.GetValueOrDefault(row.Key)?.Version == row.Version, $"the notification of {row.OrderId}");
        }

        Same(context.Notifications.Count() == mirror.Notifications.Count, "the number of notifications");
        Same(context.Orders.Count() == mirror.Orders.Count, "the number of orders");
        Same(context.Transfers.LongCount() == mirror.TransferCount && context.Entries.LongCount() == mirror.EntryCount, "the number of transfers and entries");
        Same(context.LedgerChecks.All(c => c.Finding == ""), "the product's own ledger check");
    }

    /// <summary>Every order, receipt, return and entry.</summary>
    public static void CompareAll(World world)
    {
        var mirror = world.Mirror;
        using var context = GroundFile.Open(world.File);
        foreach (var order in context.Orders.AsNoTracking())
        {
            Same(
                mirror.Orders.TryGetValue(order.Key, out var known)
                    && (known.State, known.PaidMinor, known.ReturnedMinor, known.FeeMinor, known.ResultVersion, known.EventCount, known.TimerDueMs)
                    == (order.State, order.PaidMinor, order.ReturnedMinor, order.FeeMinor, order.ResultVersion, order.EventCount, order.TimerDueMs),
                $"order {order.Number}");
        }

        Same(context.Statements.Count(s => s.Kind == ObservationKind.Paid && s.BookedAtMs != 0) == mirror.Receipts.Count
            && context.Statements.Count(s => s.Kind == ObservationKind.Returned && s.BookedAtMs != 0) == mirror.Returns.Count, "the number of receipts and returns");
        foreach (var one in context.Entries.AsNoTracking().GroupBy(e => new { e.Bucket, e.AccountId }).Select(g => new { g.Key, SumMinor = g.Sum(e => e.AmountMinor) }))
        {
            Same(mirror.BalanceMinor(new Server.Storage.AccountKey(one.Key.Bucket, one.Key.AccountId)) == one.SumMinor, $"the entries of account {one.Key.AccountId}");
        }
    }

    private static void Same(bool same, string what)
    {
        if (!same)
        {
            throw new ViolationException(Checks.Stored, $"{what}: the database holds something else than what was committed");
        }
    }
}
