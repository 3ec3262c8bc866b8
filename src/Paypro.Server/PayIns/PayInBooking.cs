using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
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
    /// Fee and tax that are given back with money that was not meant for the order, whatever its terms say of returns: the price that this money made.
    /// </summary>
    /// <param name="order">Before it is taken back.</param>
    /// <param name="terms">The order's own: an assigned receipt has no attempt.</param>
    /// <param name="amountMinor">What is taken back.</param>
    public static (long FeeMinor, long TaxMinor) PriceBack(OrderRow order, Terms terms, long amountMinor)
    {
        var staysMinor = order.PaidMinor - amountMinor - (terms.ReturnsFee ? order.ReturnedMinor : 0);
        if (staysMinor <= 0)
        {
            return (order.FeeMinor, order.TaxMinor);
        }

        var (before, after) = (terms.On(staysMinor + amountMinor), terms.On(staysMinor));
        return (Math.Clamp(before.FeeMinor - after.FeeMinor, 0, order.FeeMinor), Math.Clamp(before.TaxMinor - after.TaxMinor, 0, order.TaxMinor));
    }

    /// <summary>
    /// The version that prices a receipt: that of the attempt on which it came. Money that a person assigned came on none: the order's own, which no
    /// longer changes once anything came.
    /// </summary>
    public static long TermsOf(OrderRow payIn, AttemptRow? attempt) => attempt?.TermsId ?? payIn.TermsId;

    /// <summary>Why money for an order stands in suspense.</summary>
    public const string Underpaid = StatementRow.Underpaid;

    /// <summary>What an order holds: paid less returned. This is what merchants are told, never more.</summary>
    public static long HeldMinor(OrderRow order) => order.PaidMinor - order.ReturnedMinor;

    /// <summary>
    /// Whether a receipt has to wait in suspense for the rest: in a country without partial payment, until the order has what it asked
    /// for. Once it had, whatever comes is credited.
    /// </summary>
    public static bool WaitsForRest(OrderRow order, BookingRules rules, long amountMinor) =>
        !rules.AcceptsPartial && order.PaidMinor == 0 && checked(order.SuspenseMinor + amountMinor) < order.AmountMinor;

    /// <summary>The order with one more receipt in suspense. Where nobody is going to look at it in time, a person has to.</summary>
    /// <param name="order">The order.</param>
    /// <param name="state">The batch.</param>
    /// <param name="receipt">The money.</param>
    /// <param name="holds">Whether it is held when it is credited: with the rest, whoever sends that.</param>
    /// <param name="cause">Who said so.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static OrderRow KeepWaiting(OrderRow order, BatchState state, StatementRow receipt, bool holds, string cause, long nowMs)
    {
        order = (order with { SuspenseMinor = order.SuspenseMinor + receipt.AmountMinor, Exceptions = holds ? order.Exceptions | OrderExceptions.HoldsMoney : order.Exceptions }).Happened(state, EventType.HeldInSuspense, cause, nowMs, receipt.RailReference);
        return order.State == OrderState.Pending && nowMs < order.ExpiresAtMs ? order : AskPerson(order, state);
    }

    /// <summary>Less than asked waits in suspense and the order's time is over.</summary>
    public static OrderRow AskPerson(OrderRow order, BatchState state)
    {
        state.Raise(new CaseRow
        {
            Bucket = order.Bucket,
            Kind = CaseKind.Underpaid,
            Subject = order.Number,
            Severity = CaseSeverity.Today,
            OrderId = order.Id,
            AmountMinor = order.SuspenseMinor,
            Currency = order.Currency,
            Text = $"Order {order.Number}: less than asked came and waits in suspense, and its time is over. Settle it with what came, or send the money back.",
        });
        return order with { Exceptions = order.Exceptions | OrderExceptions.NeedsPerson };
    }

    /// <summary>Of an order nothing waits in suspense any more: if it had waited for a person because of that, it expires like any other.</summary>
    public static OrderRow NothingHeld(OrderRow order, BatchState state, string resolution, string by = "rail")
    {
        order = NothingWaits(order, state, resolution, by);
        return order.State == OrderState.Pending && (order.TimerDueMs == 0 || order.TimerDueMs > order.ExpiresAtMs) ? order.DueAt(state, order.ExpiresAtMs) : order;
    }

    /// <summary>Nothing about the order waits for a person any longer.</summary>
    public static OrderRow NothingWaits(OrderRow order, BatchState state, string resolution, string by = "rail")
    {
        if (!order.Exceptions.HasFlag(OrderExceptions.NeedsPerson))
        {
            return order;
        }

        state.End(order.Bucket, CaseKind.Underpaid, order.Number, resolution, by);
        state.End(order.Bucket, CaseKind.UnknownOutcome, order.Number, resolution, by);
        state.End(order.Bucket, CaseKind.UnansweredExpiry, order.Number, resolution, by);
        return order with { Exceptions = order.Exceptions & ~OrderExceptions.NeedsPerson };
    }

    /// <summary>
    /// The order after its rail took money back. One that was paid stays paid until nothing is left, and one that is partly paid follows its amount
    /// down: merchants are told by the amount how much is held. It never goes back to pending.
    /// </summary>
    public static OrderRow TakeBack(OrderRow order, long amountMinor) => Less(order with { ReturnedMinor = order.ReturnedMinor + amountMinor }, ResultMessage.Returned);

    /// <summary>The order after money that was not meant for it was taken back: as if that had never come, save that what its merchant was told stays true.</summary>
    public static OrderRow TakeAssignmentBack(OrderRow order, long amountMinor)
    {
        order = order with { PaidMinor = order.PaidMinor - amountMinor };
        order = HeldMinor(order) > order.AmountMinor ? order : order with { Exceptions = order.Exceptions & ~OrderExceptions.Over };
        return Less(order, ResultMessage.Returned);
    }

    /// <summary>The order after its merchant gave back a part of what was reserved for refunds.</summary>
    public static OrderRow Refund(OrderRow order, long amountMinor) =>
        Less(order with { ReturnedMinor = order.ReturnedMinor + amountMinor, RefundingMinor = order.RefundingMinor - amountMinor }, ResultMessage.Refunded);

    /// <summary>
    /// The order after a refund that had gone out came back to us. One that had been paid is paid again; a refund of before its newest payment, after all had
    /// gone back, is compared with what was ordered.
    /// </summary>
    public static OrderRow RefundCameBack(OrderRow order, long amountMinor, BookingRules rules)
    {
        order = order with { ReturnedMinor = order.ReturnedMinor - amountMinor };
        return WasPaid(order) || HeldMinor(order) >= order.AmountMinor
            ? Forgive(order) with { State = OrderState.Paid, FailureCode = "", Message = "" }
            : rules.AcceptsPartial
                ? order with { State = OrderState.PartlyPaid, FailureCode = "", Message = "" }
                : order with { State = OrderState.Returned, FailureCode = ResultStatus.Failed, Message = ResultMessage.PartlyReturned };
    }

    /// <summary>The order with less than before.</summary>
    private static OrderRow Less(OrderRow order, string messageOfNothing)
    {
        order = WasPaid(order) ? Forgive(order) : order;
        return HeldMinor(order) > 0 ? order : order with { State = OrderState.Returned, FailureCode = ResultStatus.Failed, Message = messageOfNothing };
    }

    /// <summary>Whether it is paid, or was when the last of it went back and nothing has come since.</summary>
    private static bool WasPaid(OrderRow order) => order.State == OrderState.Paid || order.ForgivenMinor > 0;

    private static OrderRow Forgive(OrderRow order) => order with { ForgivenMinor = Math.Max(0, order.AmountMinor - HeldMinor(order)) };

    /// <summary>The order's new state: partly paid, paid, over or late, with a new result for the merchant.</summary>
    /// <param name="order">With the receipt's fee and tax, before its amount.</param>
    /// <param name="state">The batch.</param>
    /// <param name="receipt">The money that came.</param>
    /// <param name="paidMinor">All that was paid for the order, this receipt and what waited in suspense included.</param>
    /// <param name="cause">Who said so.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="payers">Where the order counts when it is paid.</param>
    /// <param name="rules">Of the order's country.</param>
    /// <param name="lateAfterMs">When its rail is first asked after its end (<see cref="AttemptRef.LateAfterMs"/>).</param>
    public static void Book(
        OrderRow order, BatchState state, StatementRow receipt, long paidMinor, string cause, long nowMs, IEnumerable<PayerCountKey> payers, BookingRules rules,
        long lateAfterMs)
    {
        var before = order.State;
        var heldMinor = paidMinor - order.ReturnedMinor;

        // What went back of a paid order need not come again, unless all went back: then the order begins anew. An order that an operator
        // settled with less is paid, whatever comes after.
        order = HeldMinor(order) == 0 ? order with { ForgivenMinor = 0 } : order;
        var enough = heldMinor >= order.AmountMinor || before == OrderState.Paid;
        var paidAtMs = PaymentTime.AtMs(order, receipt.OccurredAtMs, nowMs);
        if (enough && before != OrderState.Paid && order.PaidMinor < order.AmountMinor)
        {
            PayerLimits.CountPaid(state, payers, nowMs);
        }

        var exceptions = order.Exceptions & ~OrderExceptions.CancelWanted;
        if (heldMinor > order.AmountMinor)
        {
            exceptions |= OrderExceptions.Over;
        }

        if (before == OrderState.Failed || paidAtMs >= order.ExpiresAtMs)
        {
            exceptions |= OrderExceptions.Late;
        }

        order = order with
        {
            State = enough ? OrderState.Paid : rules.AcceptsPartial ? OrderState.PartlyPaid : OrderState.Returned,
            Exceptions = exceptions,
            PaidMinor = paidMinor,
            SuspenseMinor = 0,
            FailureCode = enough || rules.AcceptsPartial ? "" : ResultStatus.Failed,
            Message = enough || rules.AcceptsPartial ? "" : ResultMessage.PartlyReturned,
            Utr = receipt.RailReference,
            SuccessAtMs = paidAtMs,
        };
        order = NothingWaits(order, state, "The rest came.").Happened(
            state, !enough ? EventType.PartlyPaid : before == OrderState.Paid ? EventType.PaidMore : EventType.Paid, cause, nowMs, receipt.RailReference);
        (enough || nowMs >= order.ExpiresAtMs ? order.AskLate(state, lateAfterMs) : order.DueAt(state, order.ExpiresAtMs))
            .WithResult(state)
            .Save(state);
    }
}
