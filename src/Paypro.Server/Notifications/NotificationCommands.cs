using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>The documented times between deliveries, each counted from the previous attempt.</summary>
internal static class NotificationSchedule
{
    private static readonly long[] AfterMs = [2_000, 5_000, 10_000, 30_000, 3_600_000, 10_800_000, 10_800_000, 10_800_000];

    /// <summary>Milliseconds until the next try after so many failed ones; null when it rests.</summary>
    public static long? NextAfterMs(int failedTries) => failedTries <= AfterMs.Length ? AfterMs[failedTries - 1] : null;
}

/// <summary>What came of one delivery.</summary>
internal sealed record DeliveryOutcome(bool Taken, short HttpStatus, string Answer, long AtMs, int DurationMs);

/// <summary>
/// Records a delivery. Taken: the row leaves the outbox, unless a newer result came meanwhile; refused: it is tried again on
/// the schedule or rests.
/// </summary>
internal sealed class RecordDelivery(NotificationRow sent, DeliveryOutcome outcome) : WriteCommand<bool>
{
    public override short Bucket => sent.Bucket;

    public override void Declare(Needs needs) => needs.Notifications.Add(sent.Key);

    /// <summary>False when another node has taken the row over: its lease had ended.</summary>
    protected override bool Decide(BatchState state)
    {
        if (state.Notifications.Find(sent.Key) is not { } waiting || waiting.LeaseUntilMs != sent.LeaseUntilMs)
        {
            return false;
        }

        var tried = new NotificationAttemptRow
        {
            Bucket = sent.Bucket,
            OrderId = sent.OrderId,
            Version = sent.Version,
            TryNo = (short)(sent.Tries + 1),
            MerchantNo = sent.MerchantNo,
            AtMs = outcome.AtMs,
            DurationMs = outcome.DurationMs,
            HttpStatus = outcome.HttpStatus,
            Taken = outcome.Taken,
            Answer = outcome.Answer,
        };
        state.NotificationAttempts.Insert(tried.Key, tried);
        if (waiting.Version != sent.Version)
        {
            // A newer result came while this one was on its way: it is due at once, with tries of its own.
            state.Notifications.Update(sent.Key, waiting with { LeaseUntilMs = 0, DueAtMs = state.NowMs });
        }
        else if (outcome.Taken || NotificationSchedule.NextAfterMs(sent.Tries + 1) is not { } afterMs)
        {
            state.Notifications.Delete(sent.Key);
        }
        else
        {
            state.Notifications.Update(
                sent.Key, waiting with { Tries = (short)(waiting.Tries + 1), LeaseUntilMs = 0, DueAtMs = state.NowMs + afterMs });
        }

        return true;
    }
}

/// <summary>Tells an order's newest result again, by hand: for a merchant that lost it or was away when the schedule ended.</summary>
internal sealed class ResendNotification(OrderKey key, string cause, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    /// <summary>False when there is no such order, no result, or nobody to tell.</summary>
    protected override bool Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { ResultVersion: > 0, NotifyUrl.Length: > 0, State: not OrderState.Pending } order)
        {
            return false;
        }

        order.Happened(state, EventType.NotificationRequested, cause, nowMs).WithResult(state).Save(state);
        return true;
    }
}
