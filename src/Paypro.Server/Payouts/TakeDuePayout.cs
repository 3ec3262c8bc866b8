using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Takes a payout whose timer is due: a ready attempt becomes <c>Sending</c>, committed before the call leaves, and this caller
/// alone may send it until the lease ends. Whoever finds it later only asks. The rail's silence is not a failure: past its
/// finality time it becomes a case (<see cref="ReportUnknownOutcome"/>), and it is still asked about.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="prepared">The reference of the attempt that this caller has all to send; null when it can only ask.</param>
/// <param name="repeatIsHarmless">Whether the channel declared a second send with our reference harmless.</param>
/// <param name="leaseMs">How long the sender may act (<see cref="CallLeases"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class TakeDuePayout(OrderKey key, long dueAtMs, string? prepared, bool repeatIsHarmless, long leaseMs, long nowMs) : WriteCommand<DueResult>
{
    /// <summary>An attempt is not asked about again sooner than this, because its lane has others waiting. Milliseconds.</summary>
    public long LeastMs { get; init; }

    /// <summary>Not sent yet, or found half-way at a rail where sending the same reference twice is one payment.</summary>
    public static bool MaySend(AttemptRow attempt, bool repeatIsHarmless) =>
        attempt.State == AttemptState.Ready || (attempt.State == AttemptState.Sending && repeatIsHarmless);

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override DueResult Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order || order.TimerDueMs != dueAtMs)
        {
            state.Timers.DeleteUnseen(new TimerKey(key.Bucket, dueAtMs, key.Id));
            return new(DueAction.Nothing, null, null);
        }

        if (order.State != OrderState.Pending)
        {
            order.DueAt(state, 0).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        if (order.IsHeld)
        {
            return new(DueAction.Nothing, null, null);
        }

        var attempt = state.AttemptsOf(order)[^1];
        if (attempt.IsKeptBack)
        {
            return new(DueAction.Nothing, null, null);
        }

        if (attempt.State == AttemptState.Sending && attempt.LeaseUntilMs > state.NowMs)
        {
            order.DueAt(state, attempt.LeaseUntilMs + 1).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        if (MaySend(attempt, repeatIsHarmless))
        {
            if (attempt.Reference != prepared)
            {
                // It changed after the caller had read it: whoever looks next prepares it.
                order.DueAt(state, Math.Max(state.NowMs, dueAtMs + 1)).Save(state);
                return new(DueAction.Nothing, null, null);
            }

            attempt = attempt with
            {
                State = AttemptState.Sending,
                LeaseUntilMs = state.NowMs + leaseMs,
                SentAtMs = nowMs,
            };
            attempt.Save(state);
            order = order.Happened(state, EventType.Sending, "clock", nowMs).DueAt(state, attempt.LeaseUntilMs + 1);
            order.Save(state);
            return new(DueAction.Send, order, attempt);
        }

        attempt = attempt with { QueryCount = attempt.QueryCount + 1, AskedAtMs = nowMs };
        attempt.Save(state);
        order = order.DueAt(state, state.NowMs + Math.Max(QuerySchedule.AfterMs(attempt.QueryCount), LeastMs));
        order.Save(state);
        return new(DueAction.Query, order, attempt);
    }
}
