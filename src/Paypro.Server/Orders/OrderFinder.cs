using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Finds a merchant's orders by whatever somebody has of one: our number, the merchant's, or the rail's reference.</summary>
internal sealed class OrderFinder(IContexts contexts, OrderQueries orders, SnapshotStore snapshots)
{
    /// <summary>What one search finds at most.</summary>
    public const int MostFound = 50;

    private const int LongestText = 200;

    /// <param name="merchants">Whose orders.</param>
    /// <param name="direction">Of which kind.</param>
    /// <param name="typed">As it was typed; spaces around it do not count.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<OrderKey>> FindAsync(IReadOnlyList<ListedMerchant> merchants, Direction direction, string typed, CancellationToken cancellation)
    {
        var text = typed.Trim();
        if (text.Length is 0 or > LongestText || !OutsideText.IsClean(text))
        {
            return [];
        }

        await using var context = contexts.Create();
        var found = new HashSet<OrderKey>();
        var number = text.ToLowerInvariant();
        if (OrderNumber.BucketOf(number) is { } bucket
            && await context.Orders.Where(o => o.Bucket == bucket && o.Number == number).Select(o => new { o.Bucket, o.Id }).SingleOrDefaultAsync(cancellation) is { } named)
        {
            found.Add(new OrderKey(named.Bucket, named.Id));
        }

        foreach (var merchant in merchants)
        {
            found.UnionWith(await OfMerchantAsync(context, merchant, direction, text, cancellation));
        }

        // A rail whose reference is no key of its own: among the newest orders, so many of all merchants together as one look may read.
        foreach (var merchant in found.Count > 0 ? [] : merchants)
        {
            var newest = await context.Orders
                .Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.No && o.Direction == direction).OrderByDescending(o => o.Id).Take(OrderLists.MostLooked / merchants.Count)
                .Where(o => o.Utr == text).OrderByDescending(o => o.Id).Select(o => o.Id).Take(MostFound).ToListAsync(cancellation);
            found.UnionWith(newest.Select(id => new OrderKey(merchant.Bucket, id)));
        }

        return [.. found.Take(MostFound)];
    }

    private async Task<IEnumerable<OrderKey>> OfMerchantAsync(PayproContext context, ListedMerchant merchant, Direction direction, string text, CancellationToken cancellation)
    {
        var (bucket, no) = (merchant.Bucket, merchant.No);
        var ids = await context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && o.Direction == direction && o.TradeNo == text).Select(o => o.Id).ToListAsync(cancellation);
        var accounts = AccountsOf(no);
        ids.AddRange(await context.Attempts
            .Where(a => accounts.Contains(a.ChannelAccountId) && a.Reference == text && a.Bucket == bucket).OrderByDescending(a => a.OrderId).Select(a => a.OrderId).Take(MostFound).ToListAsync(cancellation));
        ids.AddRange(await context.Attempts
            .Where(a => accounts.Contains(a.ChannelAccountId) && a.RailId == text && a.RailId != "" && a.Bucket == bucket).OrderByDescending(a => a.OrderId).Select(a => a.OrderId).Take(MostFound).ToListAsync(cancellation));
        if (await orders.FindByRailReferenceAsync(bucket, no, accounts, text) is { } moved)
        {
            ids.Add(moved.Id);
        }

        return ids.Select(id => new OrderKey(bucket, id));
    }

    /// <summary>The accounts that may have moved its money, closed ones too.</summary>
    private List<long> AccountsOf(long merchantNo)
    {
        var snapshot = snapshots.Current;
        var country = snapshot.Merchant(merchantNo)?.Country.IsoCode;
        return
        [
            .. snapshot.Accounts.Where(a => a.Value.Account.Country == country).Select(a => a.Key),
            .. snapshot.Unusable.Where(a => a.Value.Country == country).Select(a => a.Key),
        ];
    }
}
