using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Finds money that left one bucket's suspense for an order of another, or was taken back from such an order, and never arrived, because the process
/// ended between the two halves, and brings it in. Transit stands at zero over all buckets while nothing is on its way, so looking costs one sum.
/// </summary>
internal sealed class FinishCrossings(IContexts contexts, AssignSuspense assign, UndoAssignment undo, RaiseCases cases, TimeProvider time, ILogger<FinishCrossings> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Younger ones may still be under way: whoever assigns them finishes them. Finishing one twice would do no harm.</summary>
    public static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    /// <summary>Crossings finished in one turn.</summary>
    public const int PerTurn = 100;

    private static readonly long[] TransitAccounts = [.. Currency.All.Select(c => AccountId.Platform(0, AccountKind.Transit, c).Id)];

    /// <summary>One turn; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var (unfinished, more) = await UnfinishedAsync(cancellation);
        foreach (var (onceKey, number) in unfinished)
        {
            try
            {
                await FinishAsync(CrossingKey.Parse(onceKey), number, cancellation);
            }
            catch (LedgerException error)
            {
                // One that the books refuse waits for a person; the others get their money.
                await cases.RaiseAsync("crossing", onceKey, $"Money on its way to or from order {number} was refused by the ledger: {error.Message}");
            }
#pragma warning disable CA1031 // Whatever else keeps one from arriving, the others arrive; it is looked for again in the next turn.
            catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(error, "Money on its way to or from order {Number} did not arrive", number);
            }
        }

        return more;
    }

    private async Task<(List<Crossing> Found, bool More)> UnfinishedAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var inTransit = await context.Accounts
            .Where(a => Buckets.All.Contains(a.Bucket) && TransitAccounts.Contains(a.Id))
            .GroupBy(a => a.Currency)
            .Select(g => g.Sum(a => a.BalanceMinor))
            .ToListAsync(cancellation);
        if (inTransit.TrueForAll(minor => minor == 0))
        {
            return ([], false);
        }

        var (toOrders, more) = await OfAsync(context, CrossingKey.AssignOut + ":", CrossingKey.AssignIn + ":", cancellation);
        var (fromOrders, moreBack) = await OfAsync(context, CrossingKey.UndoOut + ":", CrossingKey.UndoIn + ":", cancellation);
        return ([.. toOrders, .. fromOrders], more || moreBack);
    }

    private async Task<(List<Crossing> Found, bool More)> OfAsync(PayproContext context, string half, string other, CancellationToken cancellation)
    {
        var before = time.NowMs() - (long)LeftAlone.TotalMilliseconds;
        var sent = await context.Transfers
            .Where(t => Buckets.All.Contains(t.Bucket) && t.OnceKey != null && t.OnceKey.StartsWith(half) && t.BookedAtMs < before)
#pragma warning disable CA1845 // This becomes SQL, which has no spans.
            .Where(t => !context.Transfers.Any(i => Buckets.All.Contains(i.Bucket) && i.OnceKey == other + t.OnceKey!.Substring(half.Length)))
#pragma warning restore CA1845
            .OrderBy(t => t.BookedAtMs)
            .Select(t => t.OnceKey!)
            .Take(PerTurn)
            .ToListAsync(cancellation);
        var unfinished = new List<Crossing>(sent.Count);
        foreach (var onceKey in sent)
        {
            // The receipt says for which order of which bucket it left.
            var key = CrossingKey.Parse(onceKey);
            if (await context.BookedByAsync(new RailMovementKey(key.ChannelAccountId, Direction.PayIn, MovementKind.Receipt, key.DedupeKey), cancellation) is { OrderId: not 0 } receipt
                && await context.Orders.Where(o => o.Bucket == receipt.OrderBucket && o.Id == receipt.OrderId).Select(o => o.Number).SingleOrDefaultAsync(cancellation) is { } number)
            {
                unfinished.Add(new Crossing(onceKey, number));
            }
        }

        return (unfinished, sent.Count == PerTurn);
    }

    /// <summary>What was finished, and undone, since it was read is left alone: the money may be on another way by now.</summary>
    private Task FinishAsync(CrossingKey key, string number, CancellationToken cancellation) => key.Half == CrossingKey.UndoOut
        ? undo.FinishTakingBackAsync(key, cancellation)
        : assign.AssignAsync(key.ChannelAccountId, key.DedupeKey, number, "clock", cancellation, timesTakenBack: key.TimesTakenBack);

    /// <summary>Money on its way to an order, or from one.</summary>
    private sealed record Crossing(string OnceKey, string OrderNumber);
}
