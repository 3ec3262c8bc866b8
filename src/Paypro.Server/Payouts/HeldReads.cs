using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>A payout that waits for approval, as whoever approves it sees it.</summary>
/// <param name="Order">The payout; its timer says when it ends.</param>
/// <param name="Person">Its recipient, sealed.</param>
/// <param name="IsFirst">Whether its merchant never paid this recipient before.</param>
/// <param name="Maker">Who or what made it: <c>api</c>, <c>user:12</c>.</param>
/// <param name="Why">Which limits it is over: <c>policy/payment terms/recipient</c>.</param>
internal sealed record HeldPayout(OrderRow Order, PersonRow? Person, bool IsFirst, string Maker, string Why);

/// <summary>Payouts that wait for approval. They are found by their timers, which lie at no account: there is no list of them to keep.</summary>
internal sealed class HeldReads(IContexts contexts)
{
    /// <summary>Read at once.</summary>
    public const int Most = 200;

    /// <summary>What waits for one side, recipients that were never paid first, then the oldest.</summary>
    /// <param name="side">Whose approval is missing; <see cref="OrderExceptions.Held"/> for any.</param>
    /// <param name="merchantNos">Of these merchants; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<HeldPayout>> ListAsync(OrderExceptions side, IReadOnlyList<long>? merchantNos, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var orders = Held(context, long.MaxValue).Where(o => (o.Exceptions & side) != 0);
        if (merchantNos is not null)
        {
            orders = orders.Where(o => merchantNos.Contains(o.MerchantNo));
        }

        var found = await orders
            .GroupJoin(context.Persons.Where(p => Buckets.All.Contains(p.Bucket)), o => new { o.Bucket, o.Id }, p => new { p.Bucket, Id = p.OrderId }, (o, p) => new { Order = o, Persons = p })
            .SelectMany(x => x.Persons.DefaultIfEmpty(), (x, p) => new
            {
                x.Order,
                Person = p,
                IsKnown = p != null && p.Recipient != "" && context.Persons.Any(q => Buckets.All.Contains(q.Bucket) && q.Bucket == x.Order.Bucket && q.Recipient == p.Recipient
                    && context.Orders.Any(paid => Buckets.All.Contains(paid.Bucket) && paid.Bucket == q.Bucket && paid.Id == q.OrderId && paid.State == OrderState.Paid)),
            })
            .OrderBy(x => x.IsKnown).ThenBy(x => x.Order.Id).Take(Most).ToListAsync(cancellation);
        var ids = found.ConvertAll(f => f.Order.Id);
        var events = (await context.Events.Where(e => Buckets.All.Contains(e.Bucket) && ids.Contains(e.OrderId) && (e.Sequence == 1 || e.Type == EventType.Held)).ToListAsync(cancellation))
            .ToLookup(e => new OrderKey(e.Bucket, e.OrderId));
        return found.ConvertAll(f => new HeldPayout(
            f.Order, f.Person, !f.IsKnown, events[f.Order.Key].FirstOrDefault(e => e.Sequence == 1)?.Cause ?? "", events[f.Order.Key].FirstOrDefault(e => e.Type == EventType.Held)?.Detail ?? ""));
    }

    /// <summary>Held payouts whose time is over before a moment, and of which their owners were not told; the first to end first.</summary>
    public async Task<IReadOnlyList<OrderRow>> EndingAsync(long beforeMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await Held(context, beforeMs).Where(o => !context.HoldWarnings.Any(w => w.Bucket == o.Bucket && w.OrderId == o.Id)).OrderBy(o => o.TimerDueMs).Take(Most).ToListAsync(cancellation);
    }

    private static IQueryable<OrderRow> Held(PayproContext context, long beforeMs) => context.Timers
        .Where(t => Buckets.All.Contains(t.Bucket) && t.Work == TimerWork.Parked && t.ChannelAccountId == 0 && t.DueAtMs < beforeMs)
        .Join(context.Orders.Where(o => Buckets.All.Contains(o.Bucket) && o.State == OrderState.Pending && (o.Exceptions & OrderExceptions.Held) != 0), t => new { t.Bucket, Id = t.OrderId }, o => new { o.Bucket, o.Id }, (_, o) => o);
}
