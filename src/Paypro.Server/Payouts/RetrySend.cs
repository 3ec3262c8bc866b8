using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// A person sends a payout or refund on that waits: its last attempt was not sent, and those before it were certainly declined. That attempt ends unsent, and another one with a
/// reference of its own takes its place, ready to be sent in its turn. Under the order's lock, so that nothing is sent under the old reference any more.
/// </summary>
/// <param name="attempt">The attempt that waits, as it was read.</param>
/// <param name="next">What takes its place; number, state and time of parking are set here.</param>
/// <param name="action">Who, and why.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class RetrySend(AttemptRef attempt, AttemptRow next, CaseActionRow action, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    /// <summary>Whether an attempt is one that waits and was not sent, of an order that may be sent.</summary>
    public static bool Waits(OrderRow order, AttemptRow attempt) => attempt.State is AttemptState.Ready or AttemptState.Parked && attempt.IsCurrent(order) && !order.IsHeld;

    /// <summary>False when it does not wait any more: it was sent, has ended, or somebody else was quicker.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (!Waits(order, row))
        {
            return false;
        }

        (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        var made = next with { AttemptNo = (short)(order.AttemptCount + 1), State = AttemptState.Ready, ParkedAtMs = row.ParkedAtMs };
        state.Attempts.Insert(made.Key, made);
        state.CaseActions.Insert(action.Key, action with { OrderId = order.Id });
        (order with { AttemptCount = made.AttemptNo })
            .Happened(state, EventType.Retried, action.Actor, nowMs, $"at channel account {made.ChannelAccountId} in place of attempt {row.AttemptNo} at {row.ChannelAccountId}: {action.Text}")
            .DueAt(state, state.NowMs)
            .Save(state);
        return true;
    }
}
