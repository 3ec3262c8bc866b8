using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// A payout or refund that is kept back: accepted, reserved, not sent. It waits for the screening service (<see cref="AttemptState.Screening"/>) or for a person
/// (<see cref="AttemptState.Held"/>). Its last attempt says so, and its timer asks or ends it.
/// </summary>
internal static class KeepingBack
{
    /// <summary>A node that asks the screening service has so long; then another asks.</summary>
    public const long AskLeaseMs = 30_000;

    /// <summary>Why it is held, in the words of its history.</summary>
    public const string Blocked = "its recipient is on the block list", Screened = "the screening service has a hit", Unanswered = "the screening service has not answered",
        ByRule = "a rule of its merchant held it when it was made";

    /// <summary>History, timer and case of an order whose last attempt was just stored as held for a person.</summary>
    public static OrderRow WaitsForPerson(this OrderRow order, BatchState state, AttemptRow held, string cause, string why, long endsAtMs, long nowMs)
    {
        state.Raise(CaseOf(order, held, CaseKind.HeldPayout, CaseSeverity.Today, $"{order.Word()} {order.Number} is held: {why}. Its money is reserved, and nothing was sent. Release it, or refuse it."));
        return order.Happened(state, EventType.KeptBack, cause, nowMs, $"held: {why}").DueAt(state, Math.Max(endsAtMs, state.NowMs + 1));
    }

    /// <summary>Stores a payout's first attempt as held for a person.</summary>
    public static OrderRow BeginsHeld(this OrderRow order, BatchState state, AttemptRow attempt, string cause, string why, long endsAtMs, long nowMs)
    {
        var held = attempt with { State = AttemptState.Held };
        state.Attempts.Insert(held.Key, held);
        return state.Prepared(order, order with { AttemptCount = held.AttemptNo }).WaitsForPerson(state, held, cause, why, endsAtMs, nowMs);
    }

    public static CaseRow CaseOf(OrderRow order, AttemptRow attempt, string kind, CaseSeverity severity, string text) => new()
    {
        Bucket = order.Bucket,
        Kind = kind,
        Subject = order.Number,
        Severity = severity,
        OrderId = order.Id,
        ChannelAccountId = attempt.ChannelAccountId,
        AmountMinor = order.AmountMinor,
        Currency = order.Currency,
        Text = text,
    };

    /// <summary>Nobody has to look at a payout any longer that was kept back.</summary>
    public static void EndCases(BatchState state, OrderRow order, AttemptRow kept, string resolution, string by)
    {
        if (kept.State is AttemptState.Screening or AttemptState.Held)
        {
            state.End(order.Bucket, CaseKind.HeldPayout, order.Number, resolution, by);
            state.End(order.Bucket, CaseKind.UnscreenedPayout, order.Number, resolution, by);
        }
    }

    /// <summary>Whether the attempt is one that is kept back, and its order's last.</summary>
    public static bool IsKept(AttemptRow row, OrderRow order) => row.State is AttemptState.Screening or AttemptState.Held && row.IsCurrent(order);
}

/// <summary>A payout that is ready may not be sent yet: what the configuration says now, it did not say when the payout was accepted.</summary>
/// <param name="attempt">The attempt that was to be sent.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="to"><see cref="AttemptState.Screening"/> or <see cref="AttemptState.Held"/>.</param>
/// <param name="why">For its history.</param>
/// <param name="heldForMs">How long it waits at most from its acceptance, milliseconds.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class KeepBack(AttemptRef attempt, long dueAtMs, AttemptState to, string why, long heldForMs, long nowMs) : WriteCommand<bool>
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

        row = row with { State = to, QueryCount = 0 };
        row.Save(state);
        (to == AttemptState.Held ? order.WaitsForPerson(state, row, "clock", why, order.CreatedAtMs + heldForMs, nowMs)
            : order.Happened(state, EventType.KeptBack, "clock", nowMs, why).DueAt(state, Math.Max(state.NowMs, dueAtMs + 1))).Save(state);
        return true;
    }
}

/// <summary>
/// Takes the right to ask the screening service about a payout, committed before the question leaves. A node that dies while it asks leaves a payout that is
/// asked about again; two answers are of one order of events, since only the holder of the newest right may write one.
/// </summary>
/// <param name="attempt">The attempt that waits for it.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
internal sealed class TakeScreening(AttemptRef attempt, long dueAtMs) : WriteCommand<long>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    /// <summary>The timer that is set now, by which the right is known; 0 when somebody else has it.</summary>
    protected override long Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (order.TimerDueMs != dueAtMs || row.State != AttemptState.Screening || !row.IsCurrent(order))
        {
            return 0;
        }

        order = order.DueAt(state, Math.Max(state.NowMs, dueAtMs) + KeepingBack.AskLeaseMs);
        order.Save(state);
        return order.TimerDueMs;
    }
}

/// <summary>Records what the screening service said of a payout's recipient.</summary>
/// <param name="attempt">The attempt that waits for it.</param>
/// <param name="rightMs">The right to ask, as <see cref="TakeScreening"/> gave it; another one is somebody else's.</param>
/// <param name="verdict">What it said.</param>
/// <param name="reference">Its own reference; may be empty.</param>
/// <param name="againMs">After how long it is asked again when it did not answer, milliseconds.</param>
/// <param name="heldForMs">How long the payout waits at most from its acceptance, milliseconds.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class RecordScreening(AttemptRef attempt, long rightMs, Verdict verdict, string reference, long againMs, long heldForMs, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (order.TimerDueMs != rightMs || row.State != AttemptState.Screening || !row.IsCurrent(order))
        {
            return false;
        }

        var named = reference.Length == 0 ? "" : $", reference {reference}";
        switch (verdict)
        {
            case Verdict.Clear:
                KeepingBack.EndCases(state, order, row, "The screening service has cleared it.", "program");
                (row with { State = AttemptState.Ready, QueryCount = 0 }).Save(state);
                (order with { Screened = true }).Happened(state, EventType.LetGo, "clock", nowMs, $"cleared by the screening service{named}").DueAt(state, state.NowMs).Save(state);
                break;
            case Verdict.Hit:
                state.End(Bucket, CaseKind.UnscreenedPayout, order.Number, "The screening service has answered.", "program");
                row = row with { State = AttemptState.Held };
                row.Save(state);
                (order with { Screened = true }).WaitsForPerson(state, row, "clock", KeepingBack.Screened + named, order.CreatedAtMs + heldForMs, nowMs).Save(state);
                break;
            default:
                NotAnswered(state, order, row);
                break;
        }

        return true;
    }

    private void NotAnswered(BatchState state, OrderRow order, AttemptRow row)
    {
        if (row.QueryCount == 0)
        {
            state.Raise(KeepingBack.CaseOf(
                order, row, CaseKind.UnscreenedPayout, CaseSeverity.Now,
                $"{order.Word()} {order.Number} is held: {KeepingBack.Unanswered}. It is asked again, and sent when it clears the recipient. Its money is reserved."));
            order = order.Happened(state, EventType.KeptBack, "clock", nowMs, $"held: {KeepingBack.Unanswered}");
        }

        (row with { QueryCount = row.QueryCount + 1 }).Save(state);
        order.DueAt(state, state.NowMs + againMs).Save(state);
    }
}

/// <summary>Two people let a payout go that was kept back: it is sent in its turn. What a rule held is screened before, where payouts are.</summary>
/// <param name="attempt">The attempt that is kept back.</param>
/// <param name="action">Who, and why.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ReleaseHeld(AttemptRef attempt, CaseActionRow action, long nowMs) : WriteCommand<bool>
{
    /// <summary>When the newest entry of the block list was made that whoever releases has seen: a node's clock may be ahead of the database's.</summary>
    public long ListedUntilMs { get; init; }

    /// <summary>The case that was decided; null where it is given without one.</summary>
    public DecidedCase? Decided { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        DecidedCase.Declare(Decided, needs);
    }

    /// <summary>False when it is not kept back any more, or for another reason than the one that was decided about.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (!KeepingBack.IsKept(row, order) || !DecidedCase.Stands(Decided, state))
        {
            return false;
        }

        KeepingBack.EndCases(state, order, row, "Released.", action.Actor);
        state.CaseActions.Insert(action.Key, action with { OrderId = order.Id, CaseId = CaseKey.Of(Bucket, row.State == AttemptState.Held ? CaseKind.HeldPayout : CaseKind.UnscreenedPayout, order.Number).Id });
        (row with { State = AttemptState.Ready, QueryCount = 0 }).Save(state);
        (order with { ReleasedAtMs = Math.Max(state.NowMs, ListedUntilMs), Screened = order.Screened || row.State == AttemptState.Screening })
            .Happened(state, EventType.LetGo, action.Actor, nowMs, $"{action.Action}, approved by {action.Approver}")
            .DueAt(state, state.NowMs)
            .Save(state);
        return true;
    }
}

/// <summary>
/// A payout that was kept back fails, and what was reserved is given back: two people refuse it, or its time is over. It is certain that nothing was sent: its last
/// attempt was not, and those before it were declined.
/// </summary>
/// <param name="attempt">The attempt that is kept back.</param>
/// <param name="action">Who refuses it, and why; null when its time is over.</param>
/// <param name="dueAtMs">Its time is over: the timer that was seen.</param>
/// <param name="heldForMs">How long it waits at most from its acceptance, milliseconds.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class EndKept(AttemptRef attempt, CaseActionRow? action, long dueAtMs, long heldForMs, long nowMs) : WriteCommand<bool>
{
    /// <summary>What the merchant is told.</summary>
    public const string Refused = "the payout was refused", RefundRefused = "the refund was refused";

    private readonly OrderAccounts _accounts = new(attempt);

    /// <summary>The case that was decided; null where its time is over, or it is given without one.</summary>
    public DecidedCase? Decided { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        DecidedCase.Declare(Decided, needs);
        PayoutMoney.DeclareVoid(needs, attempt, _accounts);
    }

    /// <summary>False when it is not kept back any more, or for another reason than the one that was decided about, or its time is not over.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (!KeepingBack.IsKept(row, order) || !DecidedCase.Stands(Decided, state))
        {
            return false;
        }

        if (action is null && (order.TimerDueMs != dueAtMs || order.CreatedAtMs + heldForMs > state.NowMs))
        {
            if (order.TimerDueMs == dueAtMs && row.State == AttemptState.Held)
            {
                // The setting was raised since, or the caller's clock is fast.
                order.DueAt(state, Math.Max(order.CreatedAtMs + heldForMs, dueAtMs + 1)).Save(state);
            }

            return false;
        }

        var by = action?.Actor ?? "clock";
        KeepingBack.EndCases(state, order, row, action is null ? "Its time was over." : "Refused.", by);
        if (action is not null)
        {
            state.CaseActions.Insert(action.Key, action with { OrderId = order.Id, CaseId = CaseKey.Of(Bucket, row.State == AttemptState.Held ? CaseKind.HeldPayout : CaseKind.UnscreenedPayout, order.Number).Id });
            order = order.Happened(state, EventType.Decided, by, nowMs, $"{action.Action}, approved by {action.Approver}");
        }

        order = PayoutMoney.KnownNow(order, state, "It was never sent.", decided: false, OrderState.Failed);
        PayoutMoney.Void(state, order, row, attempt, _accounts, attempt.Rules.CodeOf(default), action is null ? EndParked.Reason : attempt.RefundOf == 0 ? Refused : RefundRefused, by, nowMs);
        return true;
    }
}
