using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Takes a pay-in whose timer is due. An attempt whose fate is unknown is asked about; an order that ran out is asked about
/// once more (a callback can be lost) and then expires with <see cref="ExpirePayIn"/>.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="leaseMs">How long the caller may take to ask before somebody else does (<see cref="CallLeases"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class WakePayIn(OrderKey key, long dueAtMs, long leaseMs, long nowMs) : WriteCommand<Woken>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override Woken Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order || order.TimerDueMs != dueAtMs)
        {
            state.Timers.DeleteUnseen(new TimerKey(key.Bucket, dueAtMs, key.Id));
            return new(WakeAction.Nothing, null, null);
        }

        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid))
        {
            order.LookedAt(state, 0).Save(state);
            return new(WakeAction.Nothing, null, null);
        }

        var unknown = state.AttemptsOf(order).Find(a => a.State is AttemptState.Sending or AttemptState.Unknown);
        if (unknown is null)
        {
            order = order.LookedAt(state, nowMs < order.ExpiresAtMs ? order.ExpiresAtMs : state.NowMs + leaseMs);
            order.Save(state);
            return nowMs < order.ExpiresAtMs
                ? new(WakeAction.Nothing, null, null)
                : new(WakeAction.Query, order, state.AttemptsOf(order).FindLast(a => a.State == AttemptState.Accepted));
        }

        if (unknown.LeaseUntilMs > state.NowMs)
        {
            order.LookedAt(state, unknown.LeaseUntilMs + 1).Save(state);
            return new(WakeAction.Nothing, null, null);
        }

        unknown = unknown with { QueryCount = unknown.QueryCount + 1 };
        unknown.Save(state);
        order = order.LookedAt(state, state.NowMs + QuerySchedule.AfterMs(unknown.QueryCount));
        order.Save(state);
        return new(WakeAction.Query, order, unknown);
    }
}
