using Paypro.Protocol;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What came of an order's end of time.</summary>
internal enum Expiry
{
    /// <summary>It is not over for this order: it has a result, or an attempt whose fate is unknown.</summary>
    Nothing,

    /// <summary>Over; a partly paid order stays as it is.</summary>
    Expired,

    /// <summary>Money waits in suspense for a rest that did not come; a case says so.</summary>
    NeedsPerson,
}

/// <summary>
/// Nobody paid in time, or before the merchant wanted it no more. A partly paid order stays as it is and tells nothing again; money that still comes is credited as late.
/// An attempt whose fate is unknown keeps the order waiting: a failure is only said when it is certain.
/// </summary>
internal sealed class ExpirePayIn(OrderKey key, string cause, long nowMs) : WriteCommand<Expiry>
{
    public const string Message = "Collection order timed out without payment";

    /// <summary>
    /// The order as it was when its rails were asked: what changed since (a way was chosen, its time was prolonged) was not asked about, so
    /// it is not over. Null ends it at once, whatever its time: a tester's wish in a sandbox.
    /// </summary>
    public OrderRow? Asked { get; init; }

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override Expiry Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order)
        {
            return Expiry.Nothing;
        }

        if (Asked is { } asked && (nowMs < order.ExpiresAtMs || order.AttemptCount != asked.AttemptCount))
        {
            return Expiry.Nothing;
        }

        if (order.State == OrderState.PartlyPaid)
        {
            (PayInBooking.NothingWaits(order, state, "The rail answered.") with { ExpiresAtMs = Math.Min(order.ExpiresAtMs, nowMs) }).DueAt(state, 0).Save(state);
            return Expiry.Expired;
        }

        if (order.State != OrderState.Pending || state.AttemptsOf(order).Exists(a => a.State is AttemptState.Sending or AttemptState.Unknown))
        {
            return Expiry.Nothing;
        }

        // Money that waits in suspense for the rest needs a person, not a failure that makes the payer pay again.
        if (order.SuspenseMinor > 0)
        {
            PayInBooking.AskPerson(order, state)
                .Happened(state, EventType.NeedsPerson, cause, nowMs, "expired with money in suspense")
                .DueAt(state, 0)
                .Save(state);
            return Expiry.NeedsPerson;
        }

        var cancelled = order.Exceptions.HasFlag(OrderExceptions.CancelWanted);
        order = PayInBooking.NothingWaits(order, state, "The rail answered: unpaid.");
        (order with
        {
            State = cancelled ? OrderState.Failed : OrderState.Expired,
            FailureCode = ResultStatus.Failed,
            Message = cancelled ? ResultMessage.Cancelled : Message,
            Exceptions = order.Exceptions & ~OrderExceptions.CancelWanted,
            ExpiresAtMs = Math.Min(order.ExpiresAtMs, nowMs),
        })
            .Happened(state, cancelled ? EventType.Cancelled : EventType.Expired, cause, nowMs)
            .DueAt(state, 0)
            .WithResult(state)
            .Save(state);
        return Expiry.Expired;
    }
}
