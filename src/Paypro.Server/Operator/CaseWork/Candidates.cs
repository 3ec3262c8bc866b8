using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>A pay-in to which money in suspense may belong.</summary>
/// <param name="Order">It.</param>
/// <param name="FitsReference">Whether the money names it, but for case and spacing.</param>
/// <param name="FitsAmount">Whether it is what the order still lacks.</param>
internal sealed record Candidate(OrderRow Order, bool FitsReference, bool FitsAmount)
{
    /// <summary>One person may assign the money: number and amount both fit.</summary>
    public bool FitsBoth => FitsReference && FitsAmount;
}

/// <summary>Finds the pay-ins to which money in suspense may belong: by its number, and by its amount among the orders of the day before.</summary>
internal sealed class Candidates(IContexts contexts)
{
    private const int MostFound = 20;

    /// <summary>Orders of one bucket that are looked at for their amount.</summary>
    private const int MostLooked = 1_000;
    private const long BeforeMs = 86_400_000;

    /// <summary>The best first.</summary>
    public async Task<IReadOnlyList<Candidate>> FindAsync(StatementRow receipt, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var found = await NamedAsync(context, receipt, cancellation);
        var (from, end, amount) = (IdSource.FirstAt(receipt.ReceivedAtMs - BeforeMs), IdSource.FirstAt(receipt.ReceivedAtMs + IdSource.UnitMs), receipt.AmountMinor);
        foreach (var bucket in Buckets.All)
        {
            if (found.Count >= MostFound)
            {
                break;
            }

            found.AddRange(await context.Orders.Where(o => o.Bucket == bucket && o.Id >= from && o.Id < end).OrderByDescending(o => o.Id).Take(MostLooked)
                .Where(o => o.Direction == Direction.PayIn && o.Currency == receipt.Currency && o.AmountMinor == amount && (o.State == OrderState.Pending || o.State == OrderState.Expired || o.State == OrderState.PartlyPaid))
                .OrderByDescending(o => o.Id).Take(MostFound).ToListAsync(cancellation));
        }

        var judged = new List<Candidate>();
        foreach (var order in found.DistinctBy(o => o.Key).Take(MostFound))
        {
            judged.Add(await JudgeAsync(context, receipt, order, cancellation));
        }

        return [.. judged.OrderByDescending(c => (c.FitsReference ? 2 : 0) + (c.FitsAmount ? 1 : 0)).ThenByDescending(c => c.Order.Id)];
    }

    /// <summary>How well money in suspense fits an order.</summary>
    public static async Task<Candidate> JudgeAsync(PayproContext context, StatementRow receipt, OrderRow order, CancellationToken cancellation = default)
    {
        var said = StatementRow.FindKeyOf(receipt.Reference);
        var names = await context.Attempts.Where(a => a.Bucket == order.Bucket && a.OrderId == order.Id).Select(a => a.Reference).Take(MostFound).ToListAsync(cancellation);
        var fits = said.Length > 0 && names.Append(order.Number).Any(name => StatementRow.FindKeyOf(name) == said);
        return new Candidate(order, fits, receipt.AmountMinor - receipt.ReturnedMinor == order.AmountMinor - order.PaidMinor - order.SuspenseMinor);
    }

    private static async Task<List<OrderRow>> NamedAsync(PayproContext context, StatementRow receipt, CancellationToken cancellation)
    {
        var said = receipt.Reference.Trim();
        var compact = string.Concat(said.Where(char.IsAsciiLetterOrDigit));
        var found = new List<OrderRow>();
        var number = compact.ToLowerInvariant();
        if (OrderNumber.BucketOf(number) is { } bucket && await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number, cancellation) is { } named)
        {
            found.Add(named);
        }

        string[] forms = [.. new[] { said, compact, compact.ToUpperInvariant(), number }.Where(f => f.Length > 0).Distinct()];
        foreach (var attempt in await context.Attempts.Where(a => Buckets.All.Contains(a.Bucket) && a.ChannelAccountId == receipt.ChannelAccountId && forms.Contains(a.Reference) && a.Direction == Direction.PayIn)
            .OrderByDescending(a => a.OrderId).Take(MostFound).ToListAsync(cancellation))
        {
            if (await context.Orders.SingleOrDefaultAsync(o => o.Bucket == attempt.Bucket && o.Id == attempt.OrderId, cancellation) is { } order)
            {
                found.Add(order);
            }
        }

        return found;
    }
}
