using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Takes a pay-in whose timer is due. Every attempt whose fate is unknown is asked about. An order whose time is over is asked about as a
/// whole (a callback can be lost) and expires with <see cref="ExpirePayIn"/> once all its rails have answered; their silence ends nothing.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="leaseMs">How long the caller may take to ask before somebody else does (<see cref="CallLeases"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class TakeDuePayIn(OrderKey key, long dueAtMs, long leaseMs, long nowMs) : WriteCommand<DueResult>
{
    /// <summary>After the end of an order's time, how long its rail may be silent before a person has to know. Then it is asked as often.</summary>
    public const long UnansweredAfterMs = 24 * 3_600_000;

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override DueResult Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order || order.TimerDueMs != dueAtMs)
        {
            state.Timers.DeleteUnseen(new TimerKey(key.Bucket, dueAtMs, key.Id));
            return new(DueAction.Nothing, null, null);
        }

        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid))
        {
            order.DueAt(state, 0).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        var isOver = nowMs >= order.ExpiresAtMs;
        var open = state.AttemptsOf(order).FindAll(a => a.State is not (AttemptState.Failed or AttemptState.Ready));
        var busy = open.FindAll(a => a.LeaseUntilMs > state.NowMs);
        if (busy.Count > 0)
        {
            order.DueAt(state, busy.Max(a => a.LeaseUntilMs) + 1).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        // One that waits for its payer is asked about when its time is over; one whose fate is unknown until it is known.
        var asked = isOver ? open : open.FindAll(a => a.State is AttemptState.Sending or AttemptState.Unknown);
        if (asked.Count == 0 && !isOver)
        {
            order.DueAt(state, order.ExpiresAtMs).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        asked = asked.ConvertAll(a => a with { QueryCount = a.QueryCount + 1 });
        asked.ForEach(a => a.Save(state));
        order = order.DueAt(state, state.NowMs + NextMs(asked, nowMs - order.ExpiresAtMs));
        order.Save(state);
        return new(DueAction.Query, order, asked.Find(a => a.State is AttemptState.Sending or AttemptState.Unknown)) { Asked = asked };
    }

    /// <summary>When the next question comes, should this one stay without an answer.</summary>
    private long NextMs(List<AttemptRow> asked, long overForMs)
    {
        var widening = asked.Count == 0 ? 0 : QuerySchedule.AfterMs(asked.Max(a => a.QueryCount));
        return overForMs >= UnansweredAfterMs ? UnansweredAfterMs : overForMs >= 0 ? Math.Max(leaseMs, widening) : widening;
    }
}
