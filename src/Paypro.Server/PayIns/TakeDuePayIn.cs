using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Takes a pay-in whose timer is due, and says which attempt to ask about: the one that was not asked for longest, of those whose fate is unknown
/// or, once the order's time is over, of those whose rail has not answered since (a callback can be lost). The timer then stands for the next one,
/// in the lane of its rail. The order ends with <see cref="ExpirePayIn"/> once all its rails have answered; their silence ends nothing.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="leaseMs">How long the caller may take to ask before somebody else does (<see cref="CallLeases"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class TakeDuePayIn(OrderKey key, long dueAtMs, long leaseMs, long nowMs) : WriteCommand<DueResult>
{
    /// <summary>After the end of an order's time, how long its rail may be silent before a person has to know. Then it is asked as often.</summary>
    public const long UnansweredAfterMs = 24 * 3_600_000;

    /// <summary>The channel account whose lane the caller works in; null for any. An attempt of another one waits in its own lane.</summary>
    public long? AccountId { get; init; }

    /// <summary>An attempt is not asked about again sooner than this, because its lane has others waiting. Milliseconds.</summary>
    public long LeastMs { get; init; }

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

        var attempts = state.AttemptsOf(order);
        var busy = attempts.FindAll(a => TimerPlan.MayHaveMoved(a) && a.LeaseUntilMs > state.NowMs);
        if (busy.Count > 0)
        {
            order.DueAt(state, busy.Max(a => a.LeaseUntilMs) + 1).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        var asked = TimerPlan.Of(order, attempts, nowMs).Attempt;
        if (asked is null && nowMs < order.ExpiresAtMs)
        {
            order.DueAt(state, order.ExpiresAtMs).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        if (asked is not null && AccountId is { } account && asked.ChannelAccountId != account)
        {
            order.DueAt(state, Math.Max(state.NowMs, dueAtMs + 1)).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        if (asked is not null)
        {
            asked = asked with { QueryCount = asked.QueryCount + 1, AskedAtMs = nowMs };
            asked.Save(state);
        }

        // Should this question stay without an answer.
        var next = TimerPlan.Open(order, state.AttemptsOf(order), nowMs).Select(a => a.AskedAtMs + SpaceMs(a, nowMs - order.ExpiresAtMs)).DefaultIfEmpty(nowMs + leaseMs).Min();
        order = order.DueAt(state, state.NowMs + Math.Max(1, next - nowMs));
        order.Save(state);
        return new(DueAction.Query, order, asked);
    }

    /// <summary>How long after a question the next one about the same attempt comes.</summary>
    private long SpaceMs(AttemptRow asked, long overForMs)
    {
        var widening = Math.Max(QuerySchedule.AfterMs(asked.QueryCount), Math.Min(LeastMs, UnansweredAfterMs));
        return asked.AskedAtMs == 0 ? 0 : overForMs >= UnansweredAfterMs ? UnansweredAfterMs : overForMs >= 0 ? Math.Max(leaseMs, widening) : widening;
    }
}
