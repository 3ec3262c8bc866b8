using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Where an order is. Lists read places first, of many merchants or buckets in one statement, and then the rows that are shown.</summary>
internal sealed class OrderPlace
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }
    public long Id { get; init; }

    public OrderKey Key => new(Bucket, Id);

    /// <summary>One statement that reads the places of several.</summary>
    public static IQueryable<OrderPlace> Together(IEnumerable<IQueryable<OrderRow>> orders) =>
        orders.Select(of => of.Select(o => new OrderPlace { Bucket = o.Bucket, MerchantNo = o.MerchantNo, Id = o.Id })).Aggregate((all, next) => all.Concat(next));
}
