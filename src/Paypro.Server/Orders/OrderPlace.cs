using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Where an order is. Lists read places first, of many merchants or buckets in one statement, and then the rows that are shown.</summary>
internal sealed class OrderPlace
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }
    public long Id { get; init; }

    public OrderKey Key => new(Bucket, Id);

    public static IQueryable<OrderPlace> Of(IQueryable<OrderRow> orders) => orders.Select(o => new OrderPlace { Bucket = o.Bucket, MerchantNo = o.MerchantNo, Id = o.Id });
}

internal static class OrderPlaces
{
    /// <summary>One statement that reads what several would.</summary>
    public static IQueryable<T> Together<T>(this IEnumerable<IQueryable<T>> queries) => queries.Aggregate((all, next) => all.Concat(next));

    /// <summary>The orders at some places, the newest first.</summary>
    public static async Task<IReadOnlyList<OrderRow>> AtAsync(this IOrderReads orders, IEnumerable<OrderPlace> places, CancellationToken cancellation) =>
        [.. (await orders.ByKeyAsync([.. places.Select(p => p.Key)], cancellation)).OrderByDescending(o => o.Id)];
}
