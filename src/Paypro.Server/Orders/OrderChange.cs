using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// The four things that go with every change of an order, in its transaction: history, timer, result, notification. Each writes its own
/// row and returns the order that goes with it; a command that forgets to save that order fails (<see cref="BatchState.Keep"/>).
/// </summary>
internal static class OrderChange
{
    /// <summary>Characters of an event's detail.</summary>
    public const int DetailLength = 500;

    /// <summary>Appends to the order's history.</summary>
    public static OrderRow Happened(this OrderRow order, BatchState state, EventType type, string cause, long atMs, string detail = "")
    {
        var happened = new EventRow
        {
            Bucket = order.Bucket,
            OrderId = order.Id,
            Sequence = order.EventCount + 1,
            Type = type,
            Cause = cause,
            Detail = OutsideText.Line(detail, DetailLength),
            AtMs = atMs,
        };
        state.Events.Insert(happened.Key, happened);
        return state.Prepared(order, order with { EventCount = happened.Sequence });
    }

    /// <summary>Sets when somebody has to look at the order next; 0 = never. Save its attempts first: the timer's lane is read from them.</summary>
    public static OrderRow DueAt(this OrderRow order, BatchState state, long dueAtMs)
    {
        if (order.TimerDueMs == dueAtMs)
        {
            return order;
        }

        if (order.TimerDueMs != 0)
        {
            state.Timers.DeleteUnseen(new TimerKey(order.Bucket, order.TimerDueMs, order.Id));
        }

        if (dueAtMs != 0)
        {
            var plan = TimerPlan.Of(order, Known(order, state), dueAtMs);
            var timer = new TimerRow
            {
                Bucket = order.Bucket,
                DueAtMs = dueAtMs,
                OrderId = order.Id,
                ChannelAccountId = plan.Lane.ChannelAccountId,
                Work = plan.Work,
                AttemptNo = plan.Attempt?.AttemptNo ?? 0,
            };
            state.Timers.InsertKey(timer.Key, timer);
        }

        return state.Prepared(order, order with { TimerDueMs = dueAtMs });
    }

    /// <summary>
    /// A new result: the merchant has to hear of it, of a withdrawal's order the withdrawal. A delivery that is under way keeps its lease, so that there is one at a
    /// time; when it ends it finds the newer version and leaves the row due.
    /// </summary>
    public static OrderRow WithResult(this OrderRow order, BatchState state)
    {
        order = state.Prepared(order, order with { ResultVersion = order.ResultVersion + 1 });
        if (order.Direction == Direction.Withdrawal)
        {
            var told = new WithdrawalResultRow { Bucket = order.Bucket, OrderId = order.Id, Version = order.ResultVersion };
            state.WithdrawalResults.Insert(told.Key, told);
            return order;
        }

        if (order.NotifyUrl.Length == 0)
        {
            return order;
        }

        var waiting = state.Notifications.Find(order.Key);
        state.Notifications.Put(order.Key, new NotificationRow
        {
            Bucket = order.Bucket,
            OrderId = order.Id,
            MerchantNo = order.MerchantNo,
            Version = order.ResultVersion,
            DueAtMs = state.NowMs,
            LeaseUntilMs = waiting?.LeaseUntilMs ?? 0,
        });
        return order;
    }

    /// <summary>A new order's attempt may be stored after its timer is set: whoever looks then finds the lane.</summary>
    private static List<AttemptRow> Known(OrderRow order, BatchState state)
    {
        var attempts = new List<AttemptRow>(order.AttemptCount);
        for (short no = 1; no <= order.AttemptCount; no++)
        {
            if (state.Attempts.Seen(new AttemptKey(order.Bucket, order.Id, no)) is { } attempt)
            {
                attempts.Add(attempt);
            }
        }

        return attempts;
    }

    /// <summary>What an order is called in cases, in English.</summary>
    public static string Word(this OrderRow order) => order.Direction switch { Direction.PayIn => "Pay-in", Direction.Payout => "Payout", Direction.Refund => "Refund", _ => "Withdrawal" };

    public static void Save(this OrderRow order, BatchState state) => state.Orders.Update(order.Key, order);

    public static void Save(this AttemptRow attempt, BatchState state) => state.Attempts.Update(attempt.Key, attempt);
}
