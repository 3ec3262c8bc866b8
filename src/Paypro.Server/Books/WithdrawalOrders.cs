using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>Reads the orders of withdrawals that go by a rail.</summary>
internal static class WithdrawalOrders
{
    /// <summary>The order and its last attempt, by the order's number; of a page of withdrawals all at once.</summary>
    public static async Task<IReadOnlyDictionary<string, (OrderRow Order, AttemptRow Attempt)>> ReadAsync(PayproContext context, IReadOnlyList<WithdrawalRow> rows)
    {
        var (numbers, buckets) = (rows.Where(w => w.OrderNumber.Length > 0).Select(w => w.OrderNumber).ToList(), rows.Select(w => w.Bucket).Distinct().ToList());
        if (numbers.Count == 0)
        {
            return new Dictionary<string, (OrderRow, AttemptRow)>();
        }

        var orders = await context.Orders.Where(o => buckets.Contains(o.Bucket) && numbers.Contains(o.Number)).ToListAsync();
        var ids = orders.Select(o => o.Id).ToList();
        var attempts = (await context.Attempts.Where(a => buckets.Contains(a.Bucket) && ids.Contains(a.OrderId)).ToListAsync()).GroupBy(a => a.OrderId).ToDictionary(g => g.Key, g => g.MaxBy(a => a.AttemptNo)!);
        return orders.ToDictionary(o => o.Number, o => (o, attempts[o.Id]));
    }
}
