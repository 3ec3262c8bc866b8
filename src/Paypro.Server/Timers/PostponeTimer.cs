using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// An order that cannot be attended to at present is looked at again later, so that its timer does not stand at the head of the
/// queue without end and keep the others from their turn.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
internal sealed class PostponeTimer(OrderKey key, long dueAtMs) : WriteCommand<bool>
{
    /// <summary>How much later.</summary>
    public const long ByMs = 60_000;

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override bool Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order || order.TimerDueMs != dueAtMs)
        {
            return false;
        }

        order.DueAt(state, Math.Max(state.NowMs, dueAtMs) + ByMs).Save(state);
        return true;
    }
}
