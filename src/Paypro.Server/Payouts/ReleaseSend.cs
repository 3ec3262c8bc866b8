using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// The one who was given the right to send did not use it, and says so: nothing has left, so the payout is ready again. Only the
/// holder of the lease may say it; a crash says nothing, and then the rail is asked.
/// </summary>
/// <param name="attempt">The attempt that was not sent.</param>
/// <param name="leaseUntilMs">The end of the lease that was given; another one is somebody else's.</param>
/// <param name="reason">Why, for the order's history.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ReleaseSend(AttemptRef attempt, long leaseUntilMs, string reason, long nowMs) : WriteCommand<bool>
{
    /// <summary>A node that is slow now is slow in a moment, too.</summary>
    public const long AgainAfterMs = 10_000;

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    /// <summary>False when somebody else has it, or the rail has spoken meanwhile.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State != AttemptState.Sending || row.LeaseUntilMs != leaseUntilMs || order.State != OrderState.Pending)
        {
            return false;
        }

        (row with { State = AttemptState.Ready, LeaseUntilMs = 0, SentAtMs = 0 }).Save(state);
        order.Happened(state, EventType.NotSent, "clock", nowMs, reason).DueAt(state, state.NowMs + AgainAfterMs).Save(state);
        return true;
    }
}
