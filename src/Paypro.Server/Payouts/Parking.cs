using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// A payout or refund for which there is no money of ours at its rail: accepted, reserved, not sent. Its last attempt says so, and its timer ends it.
/// </summary>
internal static class Parking
{
    /// <summary>Why a parked order goes on.</summary>
    public const string MaySend = "it can be sent now";

    /// <summary>The attempt as it is parked. However often an order is parked, its time counts from the first.</summary>
    public static AttemptRow Parked(this AttemptRow attempt, BatchState state, long sinceMs) =>
        attempt with { State = AttemptState.Parked, ParkedAtMs = sinceMs > 0 ? sinceMs : state.NowMs };

    /// <summary>History and timer of an order whose last attempt was just stored as parked.</summary>
    public static OrderRow WaitsForMoney(this OrderRow order, BatchState state, AttemptRow parked, string cause, string why, long parkForMs, long nowMs) => order
        .Happened(state, EventType.Parked, cause, nowMs, RoutingReason.ParkedAt(parked.ChannelAccountId, why))
        .DueAt(state, parked.ParkedAtMs + parkForMs);

    /// <summary>Ends an attempt that was never sent and stores the one that takes its place at another account, ready to be sent.</summary>
    public static OrderRow Instead(this OrderRow order, BatchState state, AttemptRow unsent, AttemptRow next, EventType type, string why, long nowMs)
    {
        (unsent with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        next = next with { AttemptNo = (short)(order.AttemptCount + 1), State = AttemptState.Ready, ParkedAtMs = unsent.ParkedAtMs };
        state.Attempts.Insert(next.Key, next);
        return (order with { AttemptCount = next.AttemptNo })
            .Happened(state, type, "clock", nowMs, RoutingReason.Instead(unsent.ChannelAccountId, next.ChannelAccountId, why))
            .DueAt(state, state.NowMs);
    }

    /// <summary>
    /// Ends an attempt that was sent and is certainly nothing, and stores the one that takes its place: ready at another account, or parked since our money at this one is used up.
    /// </summary>
    public static void Opens(this OrderRow order, BatchState state, AttemptRow ended, AttemptRow next, string cause, string reason, long parkForMs, long nowMs)
    {
        (ended with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        next = next with { AttemptNo = (short)(order.AttemptCount + 1), ParkedAtMs = ended.ParkedAtMs };
        next = next.State == AttemptState.Parked ? next.Parked(state, ended.ParkedAtMs) : next with { State = AttemptState.Ready };
        state.Attempts.Insert(next.Key, next);
        order = (order with { AttemptCount = next.AttemptNo }).Happened(state, EventType.SendDeclined, cause, nowMs, reason);
        (next.State == AttemptState.Parked
            ? order.WaitsForMoney(state, next, cause, "its rail said that our money is used up", parkForMs, nowMs)
            : order.Happened(state, EventType.Routed, cause, nowMs, RoutingReason.After(ended.ChannelAccountId, next.ChannelAccountId)).DueAt(state, state.NowMs))
            .Save(state);
    }

    /// <summary>Whether an attempt is the order's last, and the order is under way.</summary>
    public static bool IsCurrent(this AttemptRow attempt, OrderRow order) => order.State == OrderState.Pending && order.AttemptCount == attempt.AttemptNo;
}

/// <summary>
/// A payout that is ready finds no money of ours at its rail: it goes to another account of its plan, or is parked. Nothing has left, and nothing does without
/// a right to send of its own.
/// </summary>
/// <param name="attempt">The attempt that was to be sent.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="next">The attempt at another account, whose money is counted; null to park it.</param>
/// <param name="why">What its account lacks.</param>
/// <param name="parkForMs">How long an order waits at most, milliseconds.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ParkSend(AttemptRef attempt, long dueAtMs, AttemptRow? next, string why, long parkForMs, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (order.TimerDueMs != dueAtMs || row.State != AttemptState.Ready || !row.IsCurrent(order))
        {
            return false;
        }

        if (next is not null)
        {
            order.Instead(state, row, next, EventType.Routed, why, nowMs).Save(state);
            return true;
        }

        var parked = row.Parked(state, row.ParkedAtMs);
        parked.Save(state);
        order.WaitsForMoney(state, parked, "clock", why, parkForMs, nowMs).Save(state);
        return true;
    }
}

/// <summary>There is money for a parked order, and it is counted: it is ready, and sent in its turn.</summary>
/// <param name="attempt">The parked attempt.</param>
/// <param name="next">The attempt at another account of its plan that has the money; null when it is sent where it is parked.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ResumeParked(AttemptRef attempt, AttemptRow? next, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    /// <summary>False when it is not parked any more: it was resumed by another node, has ended or was paid.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State != AttemptState.Parked || !row.IsCurrent(order))
        {
            return false;
        }

        if (next is not null)
        {
            order.Instead(state, row, next, EventType.Resumed, Parking.MaySend, nowMs).Save(state);
            return true;
        }

        (row with { State = AttemptState.Ready }).Save(state);
        order.Happened(state, EventType.Resumed, "clock", nowMs, Parking.MaySend).DueAt(state, state.NowMs).Save(state);
        return true;
    }
}

/// <summary>
/// No money came for a parked order in its time: it fails, and what was reserved is given back. It is certain that nothing was sent: its last attempt was not, and those
/// before it were declined.
/// </summary>
/// <param name="attempt">The parked attempt.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="parkForMs">How long an order waits at most, milliseconds.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class EndParked(AttemptRef attempt, long dueAtMs, long parkForMs, long nowMs) : WriteCommand<bool>
{
    /// <summary>What the merchant is told.</summary>
    public const string Reason = "the payout could not be sent in time";

    private readonly OrderAccounts _accounts = new(attempt);

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        PayoutMoney.DeclareVoid(needs, attempt, _accounts);
    }

    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (order.TimerDueMs != dueAtMs || row.State != AttemptState.Parked || !row.IsCurrent(order))
        {
            return false;
        }

        if (row.ParkedAtMs + parkForMs > state.NowMs)
        {
            // The setting was raised since, or the caller's clock is fast.
            order.DueAt(state, row.ParkedAtMs + parkForMs).Save(state);
            return false;
        }

        order = PayoutMoney.KnownNow(order, state, "It was never sent.", decided: false, OrderState.Failed);
        PayoutMoney.Void(state, order, row, attempt, _accounts, attempt.Rules.CodeOf(default), Reason, "clock", nowMs);
        return true;
    }
}
