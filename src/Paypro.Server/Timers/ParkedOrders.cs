using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// Resumes parked payouts and refunds when there is money of ours for them: of each channel account one merchant after the other, and of each merchant the one whose attempt
/// waits longest. One for which there is not enough keeps those of its merchant waiting, and no other's; one that its rail has declined again waits behind the others.
/// The money is counted before the order is resumed, so that two nodes resume no more than there is.
/// </summary>
internal sealed class ParkedOrders(
    IContexts contexts, SnapshotStore snapshots, BatchWriter writer, Pots pots, PayoutCascade cascade, OrderQueries queries, People people, OrderClockSignal clock,
    TimeProvider time, ILogger<ParkedOrders> log)
{
    /// <summary>How often it looks unless it is woken.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Orders looked at in one turn, the oldest first.</summary>
    private const int MostLooked = 20_000;

    /// <summary>Orders resumed in one turn.</summary>
    private const int MostResumed = 500;

    /// <summary>The merchant that was served last at each account.</summary>
    private readonly ConcurrentDictionary<long, long> _last = new();

    /// <summary>One turn; true when there may be more to do at once. Costs nothing while no account has a pot.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        if (!snapshot.Accounts.Values.Any(static o => o.Pots.Count > 0))
        {
            return false;
        }

        await using var context = contexts.Create();
        var parked = await ParkedAsync(context, cancellation);
        if (parked.Count == 0)
        {
            return false;
        }

        var rows = (await context.ChannelPots.AsNoTracking().ToListAsync(cancellation)).ToDictionary(p => (p.ChannelAccountId, p.Pot));
        var resumed = 0;
        foreach (var account in parked.GroupBy(static p => p.AccountId).OrderBy(static g => g.Key))
        {
            resumed += await ResumeAsync(snapshot, account.Key, account, rows, MostResumed - resumed, cancellation);
        }

        if (resumed > 0)
        {
            clock.Wake();
        }

        return resumed >= MostResumed;
    }

    /// <summary>What waits, by account, merchant and how long its attempt has been waiting.</summary>
    private static async Task<List<ParkedOrder>> ParkedAsync(PayproContext context, CancellationToken cancellation) => await (
        from timer in context.Timers.Where(t => Buckets.All.Contains(t.Bucket) && t.Work == TimerWork.Parked).OrderBy(t => t.DueAtMs).Take(MostLooked)
        join order in context.Orders.Where(o => Buckets.All.Contains(o.Bucket)) on new { timer.Bucket, timer.OrderId } equals new { order.Bucket, OrderId = order.Id }
        join attempt in context.Attempts.Where(a => Buckets.All.Contains(a.Bucket)) on new { timer.Bucket, timer.OrderId, timer.AttemptNo } equals new { attempt.Bucket, attempt.OrderId, attempt.AttemptNo }
        orderby attempt.CreatedAtMs, order.Id
        select new ParkedOrder(new OrderKey(order.Bucket, order.Id), order.MerchantNo, order.AmountMinor, attempt.AttemptNo, attempt.ChannelAccountId, attempt.Direction, attempt.Way, attempt.Plan))
        .ToListAsync(cancellation);

    private async Task<int> ResumeAsync(
        Snapshot snapshot, long accountId, IEnumerable<ParkedOrder> parked, Dictionary<(long, string), ChannelPotRow> rows, int most, CancellationToken cancellation)
    {
        var queues = parked.GroupBy(static p => p.MerchantNo).OrderBy(static g => g.Key).Select(static g => new Queue<ParkedOrder>(g)).ToList();
        var last = _last.GetValueOrDefault(accountId);
        var turn = new Queue<Queue<ParkedOrder>>(queues.Where(q => q.Peek().MerchantNo > last).Concat(queues.Where(q => q.Peek().MerchantNo <= last)));
        var resumed = 0;
        while (resumed < most && turn.TryDequeue(out var queue) && !cancellation.IsCancellationRequested)
        {
            // A merchant whose next one has to wait has no further turn.
            var next = queue.Dequeue();
            if (await TryResumeAsync(snapshot, next, rows))
            {
                resumed++;
                _last[accountId] = next.MerchantNo;
                if (queue.Count > 0)
                {
                    turn.Enqueue(queue);
                }
            }
        }

        return resumed;
    }

    /// <summary>Sends it on where it is parked, else at an account of its plan.</summary>
    private async Task<bool> TryResumeAsync(Snapshot snapshot, ParkedOrder parked, Dictionary<(long, string), ChannelPotRow> rows)
    {
        if (!snapshot.Accounts.TryGetValue(parked.AccountId, out var offer))
        {
            return false;
        }

        if (MayFit(offer, parked, rows))
        {
            var counted = await pots.CountAsync(offer, new PotSend(parked.Order, parked.AttemptNo, parked.Direction, parked.Way, parked.AmountMinor));
            Note(offer, parked, rows, counted);
            if (counted.Lacks is null)
            {
                return await WriteAsync(snapshot, parked, elsewhere: false);
            }
        }

        return RoutePlan.Read(parked.Plan).Any(p => snapshot.Accounts.TryGetValue(p.AccountId, out var other) && MayFit(other, parked, rows)) && await WriteAsync(snapshot, parked, elsewhere: true);
    }

    /// <summary>As the row was when it was read, less what was resumed since: saves asking for what cannot be.</summary>
    private bool MayFit(AccountOffer offer, ParkedOrder parked, Dictionary<(long, string), ChannelPotRow> rows) =>
        offer.PotOf(parked.Direction, parked.Way) is not { } name || !rows.TryGetValue((offer.Account.Id, name), out var row) || row.Lacks(parked.AmountMinor, time.NowMs()) is null;

    private static void Note(AccountOffer offer, ParkedOrder parked, Dictionary<(long, string), ChannelPotRow> rows, Counted counted)
    {
        if (counted.Pot is { } name && rows.TryGetValue((offer.Account.Id, name), out var row))
        {
            row.SentMinor += counted.Lacks is null ? parked.AmountMinor : 0;
            row.ProbeAtMs = row.StoppedAtMs > 0 ? long.MaxValue : row.ProbeAtMs;
        }
    }

    private async Task<bool> WriteAsync(Snapshot snapshot, ParkedOrder parked, bool elsewhere)
    {
        if (await queries.FindAsync(parked.Order, CancellationToken.None) is not { } picture || picture.Attempts[^1] is not { State: AttemptState.Parked } attempt
            || attempt.AttemptNo != parked.AttemptNo)
        {
            return false;
        }

        var facts = await AttemptRefs.OfAsync(snapshot, picture.Order, attempt);
        var next = elsewhere && await DraftAsync(picture.Order) is { } draft ? await cascade.NextWithFloatAsync(facts, attempt, draft) : null;
        return (!elsewhere || next is not null) && await writer.WriteAsync(new ResumeParked(facts, next, time.NowMs()));
    }

    /// <summary>What another account would be asked to send; null when its recipient cannot be read, which sending it where it is parked will say.</summary>
    private async Task<PayoutDraft?> DraftAsync(OrderRow order)
    {
        try
        {
            return await queries.PersonAsync(order.Key, CancellationToken.None) is { } person ? PayoutCreation.Draft(order, people.Open(person), "") : null;
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "The recipient of {Number} cannot be read", order.Number);
            return null;
        }
    }

    private sealed record ParkedOrder(OrderKey Order, long MerchantNo, long AmountMinor, short AttemptNo, long AccountId, Direction Direction, string Way, string Plan);
}
