using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>A payout that waits for somebody's approval: accepted, reserved, without an attempt. Its timer ends it.</summary>
internal static class Holding
{
    /// <summary>History and timer of an order that is held.</summary>
    public static OrderRow WaitsForApproval(this OrderRow order, BatchState state, string cause, string why, long holdForMs, long nowMs) => order
        .Happened(state, EventType.Held, cause, nowMs, why)
        .DueAt(state, state.NowMs + holdForMs);

    /// <summary>Stores a payout's first attempt: it is sent at once, or parked.</summary>
    public static OrderRow Begins(this OrderRow order, BatchState state, AttemptRow attempt, string cause, string parked, long parkForMs, long nowMs)
    {
        var first = attempt.State == AttemptState.Parked ? attempt.Parked(state, sinceMs: 0) : attempt;
        state.Attempts.Insert(first.Key, first);
        order = state.Prepared(order, order with { AttemptCount = first.AttemptNo });
        return first.State == AttemptState.Parked ? order.WaitsForMoney(state, first, cause, parked, parkForMs, nowMs) : order.DueAt(state, state.NowMs);
    }
}

/// <summary>What came of an approval.</summary>
internal enum ApproveResult
{
    /// <summary>It is not held for whoever approves: somebody else decided, or its time is over. Nothing changed.</summary>
    NotHeld,

    /// <summary>The merchant takes no payouts at present; it stays held.</summary>
    Closed,

    /// <summary>Approved, and the other side has still to approve it.</summary>
    StillHeld,

    /// <summary>Approved, and on its way like any other payout, or held by a rule until two people release it.</summary>
    Begun,
}

/// <summary>Approves a held payout for one side. The last approval stores its first attempt, in the same transaction.</summary>
/// <param name="key">The payout.</param>
/// <param name="merchantNo">Whose it is.</param>
/// <param name="side">For whom it is approved.</param>
/// <param name="attempt">The attempt that begins with the last approval, <see cref="AttemptState.Ready"/> or <see cref="AttemptState.Parked"/>.</param>
/// <param name="cause">Who approves.</param>
/// <param name="remark">His remark.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ApproveHeld(OrderKey key, long merchantNo, OrderExceptions side, AttemptRow attempt, string cause, string remark, long nowMs) : WriteCommand<ApproveResult>
{
    /// <summary>Which channel accounts are tried, and why.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Why it is parked, for its history.</summary>
    public string Parked { get; init; } = "";

    /// <summary>How long it waits at most when it is parked, milliseconds.</summary>
    public long ParkForMs { get; init; }

    /// <summary>How long it is kept back at most where a rule holds it, from its acceptance, milliseconds.</summary>
    public long KeptForMs { get; init; }

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(key);
        needs.Merchants.Add(merchantNo);
    }

    protected override ApproveResult Decide(BatchState state)
    {
        // One whose time is over is ended by the clock, whoever comes first.
        if (state.Orders.Find(key) is not { IsHeld: true } order || !order.Exceptions.HasFlag(side) || order.TimerDueMs <= state.NowMs)
        {
            return ApproveResult.NotHeld;
        }

        if (state.Merchants.GetValueOrDefault(merchantNo) is not { PayoutsOpen: true })
        {
            return ApproveResult.Closed;
        }

        order = (order with { Exceptions = order.Exceptions & ~side }).Happened(state, EventType.Approved, cause, nowMs, remark);
        if (order.IsHeld)
        {
            order.Save(state);
            return ApproveResult.StillHeld;
        }

        var isHeldByRule = order.Exceptions.HasFlag(OrderExceptions.HeldByRule);
        order = (order with { Exceptions = order.Exceptions & ~OrderExceptions.HeldByRule }).Happened(state, EventType.Routed, "clock", nowMs, Plan);
        (isHeldByRule ? order.BeginsHeld(state, attempt, "clock", KeepingBack.ByRule, order.CreatedAtMs + KeptForMs, nowMs)
            : order.Begins(state, attempt, "clock", Parked, ParkForMs, nowMs)).Save(state);
        return ApproveResult.Begun;
    }
}

/// <summary>A held payout is refused, cancelled by its merchant, or not approved in time: it fails, and what was reserved is given back. Nothing was ever sent.</summary>
/// <param name="facts">Of an attempt that was not made.</param>
/// <param name="side">For whom it has to be held still; <see cref="OrderExceptions.Held"/> for any.</param>
/// <param name="dueAtMs">The timer that was seen, when its time is over; another value means that somebody was here. Null when a person ends it.</param>
/// <param name="cause">Who or what ends it.</param>
/// <param name="reason">For its history.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class EndHeld(AttemptRef facts, OrderExceptions side, long? dueAtMs, string cause, string reason, long nowMs) : WriteCommand<bool>
{
    private readonly OrderAccounts _accounts = new(facts);

    public override short Bucket => facts.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(facts.Order);
        PayoutMoney.DeclareVoid(needs, facts, _accounts);
    }

    /// <summary>False when it is not held any more, or its time is not over yet.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(facts.Order);
        if (!order.IsHeld || (order.Exceptions & side) == 0 || (dueAtMs is { } due && (order.TimerDueMs != due || due > state.NowMs)))
        {
            return false;
        }

        PayoutMoney.Void(state, order with { Exceptions = order.Exceptions & ~(OrderExceptions.Held | OrderExceptions.HeldByRule) }, null, facts, _accounts, facts.Rules.CodeOf(default), reason, cause, nowMs);
        return true;
    }
}
