using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What a payment link does for whoever opens it.</summary>
internal abstract record LinkStep
{
    /// <summary>Orders that one link to be paid once may make, one after another.</summary>
    public const int MostTries = 50;

    private LinkStep() { }

    /// <summary>It makes an order.</summary>
    /// <param name="Use">The use of a link that is paid once; null where each page that is shown is one of its own.</param>
    public sealed record Makes(long? Use) : LinkStep;

    /// <summary>There is an order that can be paid.</summary>
    public sealed record GoesOn(OrderRow Order) : LinkStep;

    /// <summary>It was paid, and can be paid once only.</summary>
    public sealed record Paid : LinkStep;

    /// <summary>It makes no more orders.</summary>
    public sealed record Closed : LinkStep;

    /// <summary>Decides it. Pure.</summary>
    /// <param name="link">The link.</param>
    /// <param name="orders">Of a link that is paid once all its orders, the newest first; of another one nothing is looked at.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static LinkStep Of(PaymentLinkRow link, IReadOnlyList<OrderRow> orders, long nowMs)
    {
        var isClosed = link.ClosedAtMs > 0 || (link.EndsAtMs > 0 && nowMs >= link.EndsAtMs);
        if (link.Reusable)
        {
            return isClosed ? new Closed() : new Makes(null);
        }

        // Money of an earlier order may come late, while a later one is open: nobody is told to pay a second time.
        if (orders.FirstOrDefault(o => o.PaidMinor > 0) is { } paid)
        {
            return paid.State == OrderState.PartlyPaid && paid.ReturnedMinor == 0 && nowMs < paid.ExpiresAtMs ? new GoesOn(paid) : new Paid();
        }

        // An order that was made can be paid after the link has closed, as its payer was told.
        if (orders.FirstOrDefault(o => o.State == OrderState.Pending || o.SuspenseMinor > 0) is { } open)
        {
            return new GoesOn(open);
        }

        return isClosed || orders.Count >= MostTries ? new Closed() : new Makes(LastUse(orders) + 1);
    }

    private static long LastUse(IReadOnlyList<OrderRow> orders) => orders.Count == 0 ? 0 : LinkTradeNo.Read(orders[0].TradeNo)!.Value.Use;
}
