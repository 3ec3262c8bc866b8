using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>What must hold of an order whenever it was changed.</summary>
internal static class OrderChecks
{
    /// <summary>Failed deliveries after which a notification rests, as documented.</summary>
    public const int LastTry = 8;

    /// <summary>From one state of an order to the next.</summary>
    public static void CheckStep(OrderRow before, OrderRow after)
    {
        var allowed = before.State == after.State || (before.State, after.State) switch
        {
            (OrderState.Pending, _) => true,
            (OrderState.PartlyPaid, OrderState.Paid or OrderState.Returned) => true,
            (OrderState.Paid, OrderState.Returned) => true,

            // A pay-in that failed or ran out can still be paid: the money came. A payout that failed is over.
            (OrderState.Failed or OrderState.Expired or OrderState.Returned, OrderState.Paid or OrderState.PartlyPaid) => before.Direction == Direction.PayIn,
            _ => false,
        };
        var same = before.AmountMinor == after.AmountMinor && before.MerchantNo == after.MerchantNo && before.TradeNo == after.TradeNo && before.Number == after.Number;
        if (!allowed || !same || after.ResultVersion < before.ResultVersion || after.EventCount < before.EventCount)
        {
            throw new ViolationException(Checks.Steps, $"{before.Direction} {before.Number} went from {before.State} to {after.State}");
        }
    }

    /// <summary>An order beside its timer, its outbox row, its receipts and what really happened at the rail.</summary>
    public static void Check(Mirror mirror, VirtualRail rail, OrderRow order, long receivedMinor)
    {
        if (order.TimerDueMs != 0 && !mirror.Timers.Contains((order.TimerDueMs, order.Id, order.Bucket)))
        {
            throw new ViolationException(Checks.Timer, $"{order.Direction} {order.Number} waits for a timer that is not there");
        }

        if (order is { State: OrderState.Pending, TimerDueMs: 0, Exceptions: OrderExceptions.None })
        {
            throw new ViolationException(Checks.Timer, $"{order.Direction} {order.Number} is under way and nobody will ever look at it");
        }

        if (order.NotifyUrl.Length > 0 && order.ResultVersion > 0
            && (!mirror.Notifications.TryGetValue(order.Key, out var row) || row.Version != order.ResultVersion) && !mirror.IsTold(order))
        {
            throw new ViolationException(Checks.Outbox, $"{order.Direction} {order.Number} has result {order.ResultVersion}, which is not in the outbox");
        }

        if (order.PaidMinor + order.SuspenseMinor > receivedMinor)
        {
            throw new ViolationException(Checks.AppliedOnce, $"{order.Direction} {order.Number} has {order.PaidMinor} paid, but its receipts are {receivedMinor}");
        }

        if (order is { State: OrderState.Failed } && order.Direction != Direction.PayIn && rail.HasMoved(order.Number) && !mirror.WasDecidedFailed(order.Number))
        {
            throw new ViolationException(Checks.FailedButPaid, $"{order.Direction} {order.Number} is failed, but its money has moved");
        }

        var (inMinor, outMinor, openMinor) = mirror.MoneyOf(order.Key);
        if (order.Direction == Direction.PayIn && (order.PaidMinor - order.ReturnedMinor + order.SuspenseMinor != inMinor - outMinor || order.RefundingMinor != openMinor))
        {
            throw new ViolationException(
                Checks.OrderHolds,
                $"{order.Number} says that it holds {order.PaidMinor - order.ReturnedMinor} with {order.SuspenseMinor} in suspense and {order.RefundingMinor} being refunded; "
                    + $"{inMinor} came, {outMinor} went back, and refunds of {openMinor} are open");
        }
    }
}
