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
/// Resumes parked payouts and refunds when there is money of ours for them: of each pot one merchant after the other, and of each merchant the one whose attempt
/// waits longest. One for which there is not enough keeps those of its merchant waiting that draw from the same pot, and no other's; one that its rail has declined again waits
/// behind the others. The money is counted before the order is resumed, so that two nodes resume no more than there is.
/// </summary>
internal sealed class ParkedOrders(
    IContexts contexts, SnapshotStore snapshots, BatchWriter writer, Pots pots, PayoutCascade cascade, OrderQueries queries, People people, OrderClockSignal clock,
    TimeProvider time, ILogger<ParkedOrders> log)
{
    /// <summary>How often it looks unless there is a reason to look sooner.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Orders of one merchant and way that are looked at in one turn of an account, the oldest first.</summary>
    private const int MostOfOne = 50;

    /// <summary>For a statement that both engines take: every bucket.</summary>
    private static readonly string AllBuckets = $"({string.Join(", ", Buckets.All)})";

    private static readonly string First =
        $$"""
        SELECT p.bucket AS "Bucket", p.id AS "Id", p.merchant_no AS "MerchantNo", p.amount_minor AS "AmountMinor", p.attempt_no AS "AttemptNo", p.channel_account_id AS "AccountId",
            p.direction AS "Direction", p.way AS "Way", p.plan AS "Plan", p.created_at_ms AS "CreatedAtMs"
        FROM (
            SELECT o.bucket, o.id, o.merchant_no, o.amount_minor, a.attempt_no, a.channel_account_id, a.direction, a.way, a.plan, a.created_at_ms,
                row_number() OVER (PARTITION BY o.bucket, o.merchant_no, a.direction, a.way ORDER BY a.created_at_ms, o.id) AS place
            FROM timers t
            JOIN orders o ON o.bucket = t.bucket AND o.id = t.order_id
            JOIN attempts a ON a.bucket = t.bucket AND a.order_id = t.order_id AND a.attempt_no = t.attempt_no
            WHERE t.work = 4 AND t.channel_account_id = {0} AND t.bucket IN {{AllBuckets}} AND o.bucket IN {{AllBuckets}} AND a.bucket IN {{AllBuckets}}) AS p
        WHERE p.place <= {1}
        """;

    /// <summary>The merchant and pot that were served last at each account.</summary>
    private readonly ConcurrentDictionary<long, (long MerchantNo, string Pot)> _last = new();

    /// <summary>Orders resumed in one turn, an equal share at each account.</summary>
    public int MostResumed { get; init; } = 500;

    /// <summary>One turn; true when there may be more to do at once. One small look while nothing is parked.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var accounts = await context.Timers.Where(t => Buckets.All.Contains(t.Bucket) && t.Work == TimerWork.Parked && t.ChannelAccountId != 0).Select(t => t.ChannelAccountId).Distinct().ToListAsync(cancellation);
        if (accounts.Count == 0)
        {
            return false;
        }

        var snapshot = snapshots.Current;
        var rows = (await context.ChannelPots.AsNoTracking().ToListAsync(cancellation)).ToDictionary(p => (p.ChannelAccountId, p.Pot));
        var (share, resumed, isMore) = (Math.Max(1, MostResumed / accounts.Count), 0, false);
        foreach (var accountId in accounts.Order())
        {
            var (count, more) = await ResumeAsync(snapshot, accountId, await ParkedAsync(context, accountId, cancellation), rows, share, cancellation);
            (resumed, isMore) = (resumed + count, isMore || more);
        }

        if (resumed > 0)
        {
            clock.Wake();
        }

        return isMore;
    }

    /// <summary>What waits longest at an account, of every merchant and way the first ones: however many one merchant has there, the others are seen.</summary>
    private static Task<List<ParkedOrder>> ParkedAsync(PayproContext context, long accountId, CancellationToken cancellation) =>
        context.Database.SqlQueryRaw<ParkedOrder>(First, accountId, MostOfOne).ToListAsync(cancellation);

    private async Task<(int Resumed, bool IsMore)> ResumeAsync(
        Snapshot snapshot, long accountId, List<ParkedOrder> parked, Dictionary<(long, string), ChannelPotRow> rows, int most, CancellationToken cancellation)
    {
        var (offer, nowMs) = (snapshot.Accounts.GetValueOrDefault(accountId), time.NowMs());
        var queues = parked.GroupBy(p => (p.MerchantNo, Pot: QueueOf(offer, p, nowMs)))
            .OrderBy(static g => g.Key.MerchantNo).ThenBy(static g => g.Key.Pot, StringComparer.Ordinal)
            .Select(static g => (g.Key, Orders: new Queue<ParkedOrder>(g.OrderBy(p => p.CreatedAtMs).ThenBy(p => p.Id)), IsCut: g.Count() >= MostOfOne)).ToList();
        var last = _last.GetValueOrDefault(accountId, (0, ""));
        var first = queues.FindIndex(q => q.Key.MerchantNo > last.MerchantNo || (q.Key.MerchantNo == last.MerchantNo && string.CompareOrdinal(q.Key.Pot, last.Pot) > 0));
        var turn = first <= 0 ? new(queues) : new Queue<((long MerchantNo, string Pot) Key, Queue<ParkedOrder> Orders, bool IsCut)>(queues.Skip(first).Concat(queues.Take(first)));
        var (resumed, isMore) = (0, false);
        while (resumed < most && turn.TryDequeue(out var queue) && !cancellation.IsCancellationRequested)
        {
            // A merchant whose next one has to wait has no further turn.
            if (!await TryResumeOneAsync(snapshot, offer, queue.Orders.Dequeue(), rows))
            {
                continue;
            }

            resumed++;
            _last[accountId] = queue.Key;
            if (queue.Orders.Count > 0)
            {
                turn.Enqueue(queue);
            }
            else
            {
                isMore |= queue.IsCut;
            }
        }

        return (resumed, isMore || resumed >= most);
    }

    /// <summary>What waits for one pot stands in one queue. What its way holds back waits for no money, and keeps nobody waiting who does.</summary>
    private static string QueueOf(AccountOffer? offer, ParkedOrder parked, long nowMs) => offer is null ? ""
        : offer.Open && offer.Waits(parked.Direction, parked.Way, nowMs) is not null ? $"{parked.Direction}/{parked.Way}"
        : offer.PotOf(parked.Direction, parked.Way) ?? "";

    /// <summary>One that cannot be resumed for a fault of its own keeps nobody else waiting.</summary>
    private async Task<bool> TryResumeOneAsync(Snapshot snapshot, AccountOffer? offer, ParkedOrder parked, Dictionary<(long, string), ChannelPotRow> rows)
    {
        try
        {
            return await TryResumeAsync(snapshot, offer, parked, rows);
        }
#pragma warning disable CA1031 // Whatever it is, it is looked at again in the next turn.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "Order {OrderId} of bucket {Bucket} cannot be resumed", parked.Id, parked.Bucket);
            return false;
        }
    }

    /// <summary>Sends it on where it is parked, else at an account of its plan.</summary>
    private async Task<bool> TryResumeAsync(Snapshot snapshot, AccountOffer? offer, ParkedOrder parked, Dictionary<(long, string), ChannelPotRow> rows)
    {
        if (RoutePlan.Recovers(snapshot, parked.AccountId, parked.Plan) is not null)
        {
            return false;
        }

        if (offer is not null && MayFit(offer, parked, rows))
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
        offer.HoldsBack(parked.Direction, parked.Way, time.NowMs()) is null && (offer.PotOf(parked.Direction, parked.Way) is not { } name || !rows.TryGetValue((offer.Account.Id, name), out var row) || row.Lacks(parked.AmountMinor, time.NowMs()) is null);

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

    /// <summary>One that waits, as it was read.</summary>
    private sealed class ParkedOrder
    {
        public short Bucket { get; init; }
        public long Id { get; init; }
        public long MerchantNo { get; init; }
        public long AmountMinor { get; init; }
        public short AttemptNo { get; init; }
        public long AccountId { get; init; }
        public Direction Direction { get; init; }
        public string Way { get; init; } = "";
        public string Plan { get; init; } = "";
        public long CreatedAtMs { get; init; }
        public OrderKey Order => new(Bucket, Id);
    }
}
