using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What a receipt makes of its order, whether the rail or a person said that they belong together.</summary>
internal static class PayInBooking
{
    /// <summary>
    /// Fee and tax of one more receipt. Where a return gives the fee back, money that comes after it is a new payment: the fee is
    /// on what stayed.
    /// </summary>
    /// <param name="order">Before the receipt.</param>
    /// <param name="terms">Those of the attempt that the receipt came on. The order's whole price is what its receipts booked.</param>
    /// <param name="paidMinor">All that was paid for the order, this receipt included.</param>
    /// <param name="broughtMinor">What can be taken from: the receipt and what waited in suspense.</param>
    public static (long FeeMinor, long TaxMinor) Price(OrderRow order, Terms terms, long paidMinor, long broughtMinor) =>
        terms.OnReceipt(terms.ReturnsFee ? paidMinor - order.ReturnedMinor : paidMinor, order.FeeMinor, order.TaxMinor, broughtMinor);

    /// <summary>
    /// Whether an order has what it asked for. What went back does not count, but an order that was paid stays paid when a part
    /// of it goes back.
    /// </summary>
    public static bool Suffices(OrderRow order, long paidMinor) => order.State == OrderState.Paid || paidMinor - order.ReturnedMinor >= order.AmountMinor;

    /// <summary>
    /// When the payer paid, by the rail's clock and not by when we heard of it; never before the order was made nor later than now,
    /// since a rail may tell only the day, or nothing (0).
    /// </summary>
    public static long PaidAtMs(OrderRow order, long occurredAtMs, long nowMs) =>
        occurredAtMs == 0 ? nowMs : Math.Clamp(occurredAtMs, Math.Min(order.CreatedAtMs, nowMs), nowMs);

    /// <summary>The order's new state: partly paid, paid, over or late, with a new result for the merchant.</summary>
    /// <param name="order">With the receipt's fee and tax, before its amount.</param>
    /// <param name="state">The batch.</param>
    /// <param name="receipt">The money that came.</param>
    /// <param name="paidMinor">All that was paid for the order, this receipt and what waited in suspense included.</param>
    /// <param name="cause">Who said so.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="payers">Where the order counts when it is paid.</param>
    public static void Book(OrderRow order, BatchState state, ReceiptRow receipt, long paidMinor, string cause, long nowMs, IEnumerable<PayerCountKey> payers)
    {
        var before = order.State;
        var enough = Suffices(order, paidMinor);
        var paidAtMs = PaidAtMs(order, receipt.OccurredAtMs, nowMs);
        if (enough && before != OrderState.Paid)
        {
            PayerLimits.CountPaid(state, payers, nowMs);
        }

        var exceptions = order.Exceptions;
        if (paidMinor - order.ReturnedMinor > order.AmountMinor)
        {
            exceptions |= OrderExceptions.Over;
        }

        if (before == OrderState.Failed || paidAtMs >= order.ExpiresAtMs)
        {
            exceptions |= OrderExceptions.Late;
        }

        (order with
        {
            State = enough ? OrderState.Paid : OrderState.PartlyPaid,
            Exceptions = exceptions,
            PaidMinor = paidMinor,
            SuspenseMinor = 0,
            FailureCode = "",
            Message = "",
            Utr = receipt.RailReference,
            SuccessAtMs = paidAtMs,
        })
            .Happened(
                state, !enough ? EventType.PartlyPaid : before == OrderState.Paid ? EventType.PaidMore : EventType.Paid, cause, nowMs, receipt.RailReference)
            .LookedAt(state, enough || nowMs >= order.ExpiresAtMs ? 0 : order.ExpiresAtMs)
            .WithResult(state)
            .Save(state);
    }
}
