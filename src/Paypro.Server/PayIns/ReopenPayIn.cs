using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What came of opening a pay-in again.</summary>
internal enum ReopenResult
{
    Reopened,

    /// <summary>It was already; nothing changed.</summary>
    Repeated,

    /// <summary>It has not expired, or has ended in another way since: money came, or its merchant cancelled it.</summary>
    NotExpired,

    /// <summary>It has an attempt that was not looked at.</summary>
    Changed,
}

/// <summary>
/// Two people open a pay-in again that expired unpaid: it is under way like any other, until its new time is over. What its merchant has not been told yet of its end is told no
/// more. Money that came meanwhile has made it another state, and stops this.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="payable">Its attempts that can still be paid to.</param>
/// <param name="expiresAtMs">Its new time, Unix milliseconds UTC.</param>
/// <param name="action">Who, and why.</param>
/// <param name="decidedAtMs">When it was decided. An order whose time ended later was opened by this decision already.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ReopenPayIn(OrderKey key, IReadOnlySet<short> payable, long expiresAtMs, CaseActionRow action, long decidedAtMs, long nowMs) : WriteCommand<ReopenResult>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    /// <summary>Whether a pay-in has expired and nothing ever came for it.</summary>
    public static bool HasExpired(OrderRow order) => order is { Direction: Channels.Direction.PayIn, State: OrderState.Expired, PaidMinor: 0, SuspenseMinor: 0 };

    protected override ReopenResult Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order)
        {
            return ReopenResult.NotExpired;
        }

        if (order.ExpiresAtMs > decidedAtMs)
        {
            return order.State is OrderState.Pending or OrderState.Expired ? ReopenResult.Repeated : ReopenResult.NotExpired;
        }

        if (!HasExpired(order))
        {
            return ReopenResult.NotExpired;
        }

        if (state.AttemptsOf(order).Exists(a => TimerPlan.MayHaveMoved(a) && !payable.Contains(a.AttemptNo)))
        {
            return ReopenResult.Changed;
        }

        if (state.Notifications.Find(order.Key) is not null)
        {
            state.Notifications.Delete(order.Key);
        }

        state.CaseActions.Insert(action.Key, action with { OrderId = order.Id });
        (order with { State = OrderState.Pending, FailureCode = "", Message = "", ExpiresAtMs = expiresAtMs })
            .Happened(state, EventType.Reopened, action.Actor, nowMs, $"{action.Text}, approved by {action.Approver}")
            .DueAt(state, state.NowMs + Math.Max(1, expiresAtMs - nowMs))
            .Save(state);
        return ReopenResult.Reopened;
    }
}
