using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>How far the newest result of an order is on its way to its merchant.</summary>
internal enum Told
{
    /// <summary>There is no result yet, or no address to tell it to.</summary>
    Nothing,
    Taken,

    /// <summary>Waits for its first try, or for the next one of the schedule.</summary>
    Waiting,

    /// <summary>The schedule has ended and nobody took it.</summary>
    GivenUp,
}

/// <summary>An order of which a try failed and whose newest result nobody has taken since.</summary>
/// <param name="Order">The order.</param>
/// <param name="Last">The newest try that failed.</param>
/// <param name="NextMs">When it is tried again, Unix milliseconds UTC; 0 = the schedule has ended.</param>
internal sealed record UndeliveredOrder(OrderRow Order, NotificationAttemptRow Last, long NextMs);

/// <summary>Tries that failed at one host with one status.</summary>
internal sealed record FailedAt(string Host, short HttpStatus, int Tries, long LastMs);

/// <param name="Orders">The newest failure first.</param>
/// <param name="ByHost">All failed tries that were looked at, also of what was taken later.</param>
/// <param name="LookedToMs">Older tries were not looked at; 0 = all of the time were.</param>
internal sealed record FailedTries(IReadOnlyList<UndeliveredOrder> Orders, IReadOnlyList<FailedAt> ByHost, long LookedToMs);

/// <summary>What merchants were told and what they missed.</summary>
internal sealed class ToldReads(IContexts contexts, IOrderReads orders)
{
    /// <summary>Failed tries of one merchant that one look reads at most.</summary>
    public const int MostTries = 300;

    /// <summary>Of the orders of a page.</summary>
    public async Task<IReadOnlyDictionary<OrderKey, Told>> OfAsync(IReadOnlyCollection<OrderRow> listed, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (waiting, taken) = await OfAsync(context, [.. listed.Select(o => o.Bucket).Distinct()], [.. listed.Select(o => o.Id)], cancellation);
        return listed.ToDictionary(o => o.Key, order =>
            waiting.ContainsKey(order.Key) ? Told.Waiting
            : order.ResultVersion == 0 || order.NotifyUrl.Length == 0 ? Told.Nothing
            : taken.Contains((order.Key, order.ResultVersion)) ? Told.Taken
            : Told.GivenUp);
    }

    /// <summary>The failed tries of a merchant in a span of time, and what of them is still undelivered.</summary>
    public async Task<FailedTries> FailedAsync(short bucket, long merchantNo, long fromMs, long toMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var tries = await context.NotificationAttempts
            .Where(a => a.Bucket == bucket && a.MerchantNo == merchantNo && !a.Taken && a.AtMs >= fromMs && a.AtMs < toMs)
            .OrderByDescending(a => a.AtMs).Take(MostTries).ToListAsync(cancellation);
        var last = tries.GroupBy(a => a.OrderId).ToDictionary(g => g.Key, g => g.First());
        var rows = (await orders.ByKeyAsync([.. last.Keys.Select(id => new OrderKey(bucket, id))], cancellation)).ToDictionary(o => o.Id);
        var (waiting, taken) = await OfAsync(context, [bucket], [.. last.Keys], cancellation);
        var undelivered = rows.Values
            .Where(o => o.ResultVersion > 0 && !taken.Contains((o.Key, o.ResultVersion)))
            .Select(o => new UndeliveredOrder(o, last[o.Id], waiting.GetValueOrDefault(o.Key)))
            .OrderByDescending(u => u.Last.AtMs);
        var byHost = tries.GroupBy(a => (Host: rows.TryGetValue(a.OrderId, out var order) ? HostOf(order) : "", a.HttpStatus))
            .Select(g => new FailedAt(g.Key.Host, g.Key.HttpStatus, g.Count(), g.Max(a => a.AtMs)));
        return new FailedTries([.. undelivered], [.. byHost.OrderByDescending(f => f.Tries).ThenBy(f => f.Host, StringComparer.Ordinal)], tries.Count == MostTries ? tries[^1].AtMs : 0);
    }

    /// <summary>Host and port of the address that an order's results go to; empty for none that can be used.</summary>
    public static string HostOf(OrderRow order) => NotificationSender.Target(order.NotifyUrl)?.Authority ?? "";

    private static async Task<(IReadOnlyDictionary<OrderKey, long> Waiting, IReadOnlySet<(OrderKey Key, int Version)> Taken)> OfAsync(
        PayproContext context, IReadOnlyList<short> buckets, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var waiting = await context.Notifications.Where(n => buckets.Contains(n.Bucket) && ids.Contains(n.OrderId))
            .Select(n => new { n.Bucket, n.OrderId, n.DueAtMs }).ToDictionaryAsync(n => new OrderKey(n.Bucket, n.OrderId), n => n.DueAtMs, cancellation);
        var taken = await context.NotificationAttempts.Where(a => buckets.Contains(a.Bucket) && ids.Contains(a.OrderId) && a.Taken)
            .Select(a => new { a.Bucket, a.OrderId, a.Version }).ToListAsync(cancellation);
        return (waiting, taken.Select(t => (new OrderKey(t.Bucket, t.OrderId), t.Version)).ToHashSet());
    }
}
