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

    private const string Ended = "A person ended its time.";

    /// <summary>
    /// When the rails were asked, Unix milliseconds UTC. The order is over when each of its rails has answered a question since its time was: what
    /// changed meanwhile (a way was chosen, its time was prolonged) was not asked about. Null ends it at once, whatever its time: a tester's wish in a sandbox.
    /// </summary>
    public long? AskedAtMs { get; init; }

    /// <summary>The attempts whose rails have answered; empty when none had to be asked.</summary>
    public IReadOnlyCollection<short> Answered { get; init; } = [];

    /// <summary>When its rail is first asked after its end, milliseconds; 0 = not (<see cref="LateAsks.FirstAfterMs"/>).</summary>
    public long LateAfterMs { get; init; }

    /// <summary>What a person did who ends it; null where time does.</summary>
    public CaseActionRow? Action { get; init; }

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override Expiry Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order)
        {
            return Expiry.Nothing;
        }

        if (AskedAtMs is { } askedAtMs && !IsAnswered(state, order, askedAtMs))
        {
            return Expiry.Nothing;
        }

        if (order.State == OrderState.PartlyPaid)
        {
            Keep(state);
            (PayInBooking.NothingWaits(order, state, Action is null ? "The rail answered." : Ended, Action?.Actor ?? "rail") with { ExpiresAtMs = Math.Min(order.ExpiresAtMs, nowMs) }).AskLate(state, LateAfterMs).Save(state);
            return Expiry.Expired;
        }

        if (order.State != OrderState.Pending || state.AttemptsOf(order).Exists(a => a.State is AttemptState.Sending or AttemptState.Unknown))
        {
            return Expiry.Nothing;
        }

        // Money that waits in suspense for the rest needs a person, not a failure that makes the payer pay again.
        if (order.SuspenseMinor > 0)
        {
            if (Action is not null && nowMs < order.ExpiresAtMs)
            {
                // A person ends it before its time: the rest may still come.
                return Expiry.NeedsPerson;
            }

            PayInBooking.AskPerson(order, state)
                .Happened(state, EventType.NeedsPerson, cause, nowMs, "expired with money in suspense")
                .AskLate(state, LateAfterMs)
                .Save(state);
            return Expiry.NeedsPerson;
        }

        var cancelled = order.Exceptions.HasFlag(OrderExceptions.CancelWanted);
        order = PayInBooking.NothingWaits(order, state, Action is null ? "The rail answered: unpaid." : Ended, Action?.Actor ?? "rail");
        Keep(state);
        (order with
        {
            State = cancelled ? OrderState.Failed : OrderState.Expired,
            FailureCode = ResultStatus.Failed,
            Message = cancelled ? ResultMessage.Cancelled : Message,
            Exceptions = order.Exceptions & ~OrderExceptions.CancelWanted,
            ExpiresAtMs = Math.Min(order.ExpiresAtMs, nowMs),
        })
            .Happened(state, cancelled ? EventType.Cancelled : EventType.Expired, cause, nowMs)
            .AskLate(state, LateAfterMs)
            .WithResult(state)
            .Save(state);
        return Expiry.Expired;
    }

    private void Keep(BatchState state)
    {
        if (Action is not null)
        {
            state.CaseActions.Insert(Action.Key, Action);
        }
    }

    /// <summary>Notes the answer. What is still to be asked is asked at once, in the lane of its own rail.</summary>
    private bool IsAnswered(BatchState state, OrderRow order, long askedAtMs)
    {
        foreach (var attempt in state.AttemptsOf(order).Where(a => Answered.Contains(a.AttemptNo) && a.AnsweredAtMs < askedAtMs))
        {
            (attempt with { AnsweredAtMs = askedAtMs }).Save(state);
        }

        var attempts = state.AttemptsOf(order);
        if (TimerPlan.IsAnswered(order, attempts, nowMs))
        {
            return true;
        }

        if (order.State is OrderState.Pending or OrderState.PartlyPaid && nowMs >= order.ExpiresAtMs && attempts.Exists(a => TimerPlan.MayHaveMoved(a) && a.AskedAtMs < order.ExpiresAtMs))
        {
            order.DueAt(state, state.NowMs).Save(state);
        }

        return false;
    }
}
