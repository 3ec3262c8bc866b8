using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Finds money that left one bucket's suspense for an order of another and never arrived, because the process ended between the
/// two halves, and brings it in. Transit stands at zero over all buckets while nothing is on its way, so looking costs one sum.
/// </summary>
internal sealed class FinishCrossings(IContexts contexts, AssignSuspense assign, RaiseCases cases, TimeProvider time, ILogger<FinishCrossings> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Younger ones may still be under way: whoever assigns them finishes them. Finishing one twice would do no harm.</summary>
    public static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    /// <summary>Crossings finished in one turn.</summary>
    public const int PerTurn = 100;

    private const string Out = "assign-out:";
    private const string In = "assign-in:";
    private static readonly long[] TransitAccounts = [.. Currency.All.Select(c => AccountId.Platform(0, AccountKind.Transit, c).Id)];

    /// <summary>One turn; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var (unfinished, more) = await UnfinishedAsync(cancellation);
        foreach (var (onceKey, channelAccountId, dedupeKey, number) in unfinished)
        {
            try
            {
                await assign.AssignAsync(channelAccountId, dedupeKey, number, "clock", cancellation);
            }
            catch (LedgerException error)
            {
                // One that the books refuse waits for a person; the others get their money.
                await cases.RaiseAsync("crossing", onceKey, $"Money on its way to order {number} was refused by the ledger: {error.Message}");
            }
#pragma warning disable CA1031 // Whatever else keeps one from arriving, the others arrive; it is looked for again in the next turn.
            catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(error, "Money on its way to order {Number} did not arrive", number);
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

        var before = time.NowMs() - (long)LeftAlone.TotalMilliseconds;
        var sent = await context.Transfers
            .Where(t => Buckets.All.Contains(t.Bucket) && t.OnceKey != null && t.OnceKey.StartsWith(Out) && t.BookedAtMs < before)
#pragma warning disable CA1845 // This becomes SQL, which has no spans.
            .Where(t => !context.Transfers.Any(i => Buckets.All.Contains(i.Bucket) && i.OnceKey == In + t.OnceKey!.Substring(Out.Length)))
#pragma warning restore CA1845
            .OrderBy(t => t.BookedAtMs)
            .Select(t => t.OnceKey!)
            .Take(PerTurn)
            .ToListAsync(cancellation);
        var unfinished = new List<Crossing>(sent.Count);
        foreach (var onceKey in sent)
        {
            // assign-out:{channel account}:{the rail's key, which may hold colons of its own}
            var parts = onceKey.Split(':', 3);
            var account = long.Parse(parts[1], CultureInfo.InvariantCulture);

            // The receipt says for which order of which bucket it left.
            if (await context.BookedByAsync(new RailMovementKey(account, Direction.PayIn, MovementKind.Receipt, parts[2]), cancellation) is { OrderId: not 0 } receipt
                && await context.Orders.Where(o => o.Bucket == receipt.OrderBucket && o.Id == receipt.OrderId).Select(o => o.Number).SingleOrDefaultAsync(cancellation) is { } number)
            {
                unfinished.Add(new Crossing(onceKey, account, parts[2], number));
            }
        }

        return (unfinished, sent.Count == PerTurn);
    }

    /// <summary>Money on its way to an order.</summary>
    private sealed record Crossing(string OnceKey, long ChannelAccountId, string DedupeKey, string OrderNumber);
}
