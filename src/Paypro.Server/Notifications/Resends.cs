using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>Tells results again, one or a range: for a merchant that was away when the schedule ended, or lost what it was told.</summary>
internal sealed class Resends(IContexts contexts, BatchWriter writer, SnapshotStore snapshots, NotificationSignal signal, TimeProvider time)
{
    /// <summary>Orders read and asked for at a time.</summary>
    public const int Portion = 500;

    /// <summary>Tells one order's newest result again.</summary>
    /// <param name="key">The order.</param>
    /// <param name="cause">Who asked, for the order's history.</param>
    /// <returns>False when there is no such order, no result yet, or nobody to tell.</returns>
    public async Task<bool> ResendAsync(OrderKey key, string cause)
    {
        var asked = await writer.WriteAsync(new ResendNotification(key, cause, time.NowMs()));
        signal.Wake();
        return asked;
    }

    /// <summary>Tells again the results of a merchant's orders that were created in a span of time, in bounded portions.</summary>
    /// <param name="merchantNo">Whose orders.</param>
    /// <param name="fromMs">First moment of creation, Unix milliseconds, to ten of them.</param>
    /// <param name="toMs">End, not included.</param>
    /// <param name="onlyUndelivered">Leaves out what was taken in its newest version and what is on its way by itself.</param>
    /// <param name="cause">Who asked, for each order's history.</param>
    /// <param name="most">Stops after the portion that reaches it.</param>
    /// <param name="cancellation">Stops between portions; what was asked for stays asked for.</param>
    /// <returns>How many are told again.</returns>
    public async Task<int> ResendRangeAsync(long merchantNo, long fromMs, long toMs, bool onlyUndelivered, string cause, int most, CancellationToken cancellation)
    {
        if (snapshots.Current.Merchant(merchantNo) is not { } merchant)
        {
            return 0;
        }

        var told = 0;
        var (next, end) = (IdSource.FirstAt(fromMs), IdSource.FirstAt(toMs));
        while (true)
        {
            var ids = await PortionAsync(merchant, next, end, onlyUndelivered, cancellation);
            var done = await Task.WhenAll(ids.Select(id => writer.WriteAsync(new ResendNotification(new OrderKey(merchant.Bucket, id), cause, time.NowMs()))));
            told += done.Count(static asked => asked);
            signal.Wake();
            if (ids.Count < Portion || told >= most)
            {
                return told;
            }

            next = ids[^1] + 1;
        }
    }

    private async Task<List<long>> PortionAsync(Merchant merchant, long next, long end, bool onlyUndelivered, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var orders = context.Set<OrderRow>().Where(o =>
            o.Bucket == merchant.Bucket && o.Id >= next && o.Id < end && o.MerchantNo == merchant.No && o.ResultVersion > 0 && o.NotifyUrl != "");
        if (onlyUndelivered)
        {
            orders = orders.Where(o =>
                !context.Set<NotificationRow>().Any(n => n.Bucket == merchant.Bucket && n.OrderId == o.Id)
                && !context.Set<NotificationAttemptRow>().Any(a => a.Bucket == merchant.Bucket && a.OrderId == o.Id && a.Version == o.ResultVersion && a.Taken));
        }

        return await orders.OrderBy(o => o.Id).Select(o => o.Id).Take(Portion).ToListAsync(cancellation);
    }
}
