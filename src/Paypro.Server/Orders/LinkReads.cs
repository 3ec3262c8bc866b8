using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Reads payment links and the orders that they made.</summary>
internal sealed class LinkReads(IContexts contexts)
{
    public async Task<PaymentLinkRow?> FindAsync(string number, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.PaymentLinks.AsNoTracking().SingleOrDefaultAsync(l => l.Number == number, cancellation);
    }

    /// <summary>The link that made an order; null where none did.</summary>
    public async Task<PaymentLinkRow?> OfAsync(OrderRow order, CancellationToken cancellation) =>
        order.Direction == Direction.PayIn && LinkTradeNo.Read(order.TradeNo) is { } read && await FindAsync(read.LinkNumber, cancellation) is { } link && link.MerchantNo == order.MerchantNo ? link : null;

    /// <summary>How many of a link's newest orders its figures count.</summary>
    public const int Counted = 200;

    /// <summary>What the newest orders of a link have brought.</summary>
    public async Task<LinkFigures> FiguresAsync(PaymentLinkRow link, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var lines = await Range(context, link, null).OrderByDescending(o => o.TradeNo).Take(Counted + 1).Select(o => new { o.PaidMinor, o.ReturnedMinor }).ToListAsync(cancellation);
        var counted = lines.Take(Counted).ToList();
        return new LinkFigures(counted.Count, counted.Count(o => o.PaidMinor > 0), counted.Sum(o => o.PaidMinor - o.ReturnedMinor), lines.Count > Counted);
    }

    /// <summary>Orders of a link, the newest first.</summary>
    /// <param name="link">The link.</param>
    /// <param name="before">Only those whose number sorts before this; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<List<OrderRow>> OrdersAsync(PaymentLinkRow link, string? before, int most, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await Range(context, link, before).OrderByDescending(o => o.TradeNo).Take(most).ToListAsync(cancellation);
    }

    private static IQueryable<OrderRow> Range(PayproContext context, PaymentLinkRow link, string? before)
    {
        var (first, last) = LinkTradeNo.RangeOf(link.Number);
        var until = before is not null && string.CompareOrdinal(before, last) < 0 ? before : last;
        return context.Orders.Where(o =>
            o.Bucket == link.Bucket && o.MerchantNo == link.MerchantNo && o.Direction == Direction.PayIn && string.Compare(o.TradeNo, first) > 0 && string.Compare(o.TradeNo, until) < 0);
    }
}

/// <summary>What the newest orders of a link have brought.</summary>
/// <param name="Orders">How many were counted.</param>
/// <param name="Paid">Those for which money came.</param>
/// <param name="KeptMinor">What came and has not gone back, minor units.</param>
/// <param name="AndMore">Whether there are older ones that were not counted.</param>
internal sealed record LinkFigures(int Orders, int Paid, long KeptMinor, bool AndMore);
