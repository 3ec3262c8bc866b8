using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>An order with its attempts, as read outside a batch.</summary>
internal sealed record OrderPicture(OrderRow Order, IReadOnlyList<AttemptRow> Attempts)
{
    /// <summary>
    /// The attempt whose instruction the payer has: the newest of the way chosen last that did not fail. A payer may come back to a way that
    /// was chosen before another one.
    /// </summary>
    public AttemptRow? Current =>
        Attempts.LastOrDefault(a => a.State != AttemptState.Failed && a.Way == Order.Way)
        ?? Attempts.LastOrDefault(static a => a.State != AttemptState.Failed)
        ?? (Attempts.Count > 0 ? Attempts[^1] : null);
}

/// <summary>Reads of single orders.</summary>
internal sealed class OrderQueries(IContexts contexts, TradeReads trades)
{
    /// <summary>Statements read at once about one order or number.</summary>
    public const int MostStatements = 100;

    /// <summary>By the merchant's own number. A merchant finds its own orders only: the number is part of the key.</summary>
    public Task<OrderRow?> FindAsync(TradeKey key) => trades.FindAsync(key);

    /// <summary>By our public number; a malformed one finds nothing.</summary>
    public async Task<OrderPicture?> FindAsync(string number, CancellationToken cancellation)
    {
        if (OrderNumber.BucketOf(number) is not { } bucket)
        {
            return null;
        }

        await using var context = contexts.Create();
        var order = await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number, cancellation);
        return order is null ? null : new OrderPicture(order, await AttemptsAsync(context, order.Key, cancellation));
    }

    public async Task<OrderPicture?> FindAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var order = await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == key.Id, cancellation);
        return order is null ? null : new OrderPicture(order, await AttemptsAsync(context, key, cancellation));
    }

    /// <summary>
    /// The order of a channel's reference, or of the number that money was paid to. A number that was leased again belongs to
    /// its newest holder: leases rest for 180 days.
    /// </summary>
    /// <param name="channelAccountId">Whose reference.</param>
    /// <param name="direction">In which direction the money goes.</param>
    /// <param name="reference">The reference or number.</param>
    /// <param name="likely">The bucket that the number names, if it is one of ours: looked in first. Otherwise the bucket cannot be known.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(OrderRow Order, AttemptRow Attempt)?> FindByReferenceAsync(
        long channelAccountId, Direction direction, string reference, short? likely, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var named = context.Attempts.Where(a => a.ChannelAccountId == channelAccountId && a.Reference == reference && a.Direction == direction)
            .OrderByDescending(a => a.OrderId);
        var attempt = likely is { } bucket ? await named.FirstOrDefaultAsync(a => a.Bucket == bucket, cancellation) : null;
        attempt ??= await named.FirstOrDefaultAsync(a => Buckets.All.Contains(a.Bucket), cancellation);
        return attempt is null
            ? null
            : (await context.Orders.SingleAsync(o => o.Bucket == attempt.Bucket && o.Id == attempt.OrderId, cancellation), attempt);
    }

    /// <summary>
    /// A merchant's order by a rail's reference, for rails whose reference alone is the key of a movement
    /// (<see cref="Paypro.Protocol.Countries.RailReferenceForm.IsUnique"/>): so it is found by the key of its movements.
    /// </summary>
    /// <param name="bucket">The merchant's bucket.</param>
    /// <param name="merchantNo">The merchant: it finds its own orders only.</param>
    /// <param name="channelAccountIds">The accounts that may have moved the money.</param>
    /// <param name="railReference">The reference, which is the dedupe key.</param>
    public async Task<OrderRow?> FindByRailReferenceAsync(short bucket, long merchantNo, IReadOnlyList<long> channelAccountIds, string railReference)
    {
        await using var context = contexts.Create();
        foreach (var account in channelAccountIds)
        {
            foreach (var booked in await context.BookedByAsync(account, railReference, CancellationToken.None))
            {
                if (booked.OrderBucket == bucket && booked.OrderId != 0
                    && await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Id == booked.OrderId && o.MerchantNo == merchantNo && o.Direction != Direction.Withdrawal) is { } order)
                {
                    return order;
                }
            }
        }

        return null;
    }

    /// <summary>The order that a movement is booked for; null while it is in suspense.</summary>
    public async Task<OrderPicture?> OfMovementAsync(RailMovementKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.BookedByAsync(key, cancellation) is { OrderId: not 0 } booked
            ? await FindAsync(new OrderKey(booked.OrderBucket, booked.OrderId), cancellation)
            : null;
    }

    /// <summary>Whether a movement is booked, for an order or in suspense.</summary>
    public async Task<bool> IsBookedAsync(RailMovementKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.BookedByAsync(key, cancellation) is not null;
    }

    /// <summary>The statements about an order of which nothing is booked yet, the oldest first.</summary>
    public async Task<IReadOnlyList<StatementRow>> WaitingAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements
            .Where(s => s.Bucket == key.Bucket && s.OrderId == key.Id && s.Outcome == StatementOutcome.Waiting)
            .OrderBy(s => s.OccurredAtMs).ThenBy(s => s.ReceivedAtMs)
            .Take(MostStatements)
            .ToListAsync(cancellation);
    }

    /// <summary>Whether a rail has said something about an order that could not be booked, and nobody has decided about it.</summary>
    public async Task<bool> HasUnbookedAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements.AnyAsync(
            s => s.Bucket == key.Bucket && s.OrderId == key.Id && s.OrderId != 0
                && (s.Outcome == StatementOutcome.Waiting || s.Outcome == StatementOutcome.Contradiction || s.Outcome == StatementOutcome.Refused),
            cancellation);
    }

    /// <summary>What is booked on one attempt of a pay-in: what came, less what went back, minor units.</summary>
    public async Task<long> BookedAsync(AttemptRow attempt, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements
            .Where(s => s.Bucket == attempt.Bucket && s.OrderId == attempt.OrderId && s.Reference == attempt.Reference && s.DedupeKey != ""
                && (s.Outcome == StatementOutcome.Booked || s.Outcome == StatementOutcome.Suspense))
            .SumAsync(s => s.Kind == ObservationKind.Returned ? -s.AmountMinor : s.AmountMinor, cancellation);
    }

    /// <summary>
    /// What the rail's own refunds gave back of the receipts on one attempt of a pay-in, minor units. One that was sent as a payout took nothing of
    /// what the rail counts for the attempt.
    /// </summary>
    public async Task<long> RefundedAsync(AttemptRow attempt, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var refunds = await context.Orders
            .Where(o => o.Bucket == attempt.Bucket && o.RefundOf == attempt.OrderId && o.RefundOf != 0 && o.State == OrderState.Paid)
            .Select(o => new { o.Id, o.ReceiptKey, o.AmountMinor })
            .ToListAsync(cancellation);
        if (refunds.Count == 0)
        {
            return 0;
        }

        var ids = refunds.Select(r => r.Id).ToList();
        var byTheRail = await context.Attempts
            .Where(a => a.Bucket == attempt.Bucket && ids.Contains(a.OrderId) && a.Direction == Direction.Refund && a.State == AttemptState.Done)
            .Select(a => a.OrderId)
            .ToListAsync(cancellation);
        var receipts = await context.Statements
            .Where(s => s.Bucket == attempt.Bucket && s.OrderId == attempt.OrderId && s.Reference == attempt.Reference && s.Kind == ObservationKind.Paid && s.DedupeKey != "")
            .Select(s => s.DedupeKey)
            .ToListAsync(cancellation);
        return refunds.Where(r => byTheRail.Contains(r.Id) && receipts.Contains(r.ReceiptKey)).Sum(r => r.AmountMinor);
    }

    /// <summary>The hints that are kept of one attempt, the oldest first.</summary>
    public async Task<IReadOnlyList<StatementRow>> HintsAsync(AttemptRow attempt, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements
            .Where(s => s.Bucket == attempt.Bucket && s.OrderId == attempt.OrderId && s.Outcome == StatementOutcome.Hint && s.Reference == attempt.Reference)
            .OrderBy(s => s.ReceivedAtMs)
            .Take(CallbackReading.Hint.MostKept)
            .ToListAsync(cancellation);
    }

    /// <summary>The order of an attempt by the rail's own name of it.</summary>
    public async Task<(OrderRow Order, AttemptRow Attempt)?> FindByRailIdAsync(long channelAccountId, Direction direction, string railId, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var attempt = await context.Attempts
            .Where(a => Buckets.All.Contains(a.Bucket) && a.ChannelAccountId == channelAccountId && a.RailId == railId && a.RailId != "" && a.Direction == direction)
            .OrderByDescending(a => a.OrderId).FirstOrDefaultAsync(cancellation);
        return attempt is null
            ? null
            : (await context.Orders.SingleAsync(o => o.Bucket == attempt.Bucket && o.Id == attempt.OrderId, cancellation), attempt);
    }

    /// <summary>What was said of a number that no order has, with one outcome, the oldest first.</summary>
    public async Task<IReadOnlyList<StatementRow>> OfReferenceAsync(
        short bucket, StatementOutcome outcome, long channelAccountId, string reference, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements
            .Where(s => s.Bucket == bucket && s.Outcome == outcome && s.ChannelAccountId == channelAccountId && s.Reference == reference && s.Direction == Direction.PayIn)
            .OrderBy(s => s.ReceivedAtMs)
            .Take(MostStatements)
            .ToListAsync(cancellation);
    }

    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await AttemptsAsync(context, key, cancellation);
    }

    public async Task<PersonRow?> PersonAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Persons.SingleOrDefaultAsync(p => p.Bucket == key.Bucket && p.OrderId == key.Id, cancellation);
    }

    private static Task<List<AttemptRow>> AttemptsAsync(PayproContext context, OrderKey key, CancellationToken cancellation) => context.Attempts
        .Where(a => a.Bucket == key.Bucket && a.OrderId == key.Id).OrderBy(a => a.AttemptNo).ToListAsync(cancellation);
}
