using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What happened to an order, in words for its merchant. What the operator decides between its rails is not told.</summary>
internal static class PaymentWords
{
    public static string Of(EventType type) => type switch
    {
        EventType.Created => "Order created",
        EventType.InstructionIssued => "The payer can pay",
        EventType.InstructionDeclined => "The rail declined the attempt",
        EventType.InstructionUnknown => "The rail has not answered yet",
        EventType.Sending => "Being sent",
        EventType.Sent => "Sent to the rail",
        EventType.SendUnknown => "Sent; the rail has not confirmed it yet",
        EventType.PartlyPaid => "Partly paid",
        EventType.Paid => "Paid",
        EventType.PaidMore => "More money came",
        EventType.Failed => "Failed",
        EventType.Expired => "Expired: nobody paid in time",
        EventType.Returned => "The money went back",
        EventType.HeldInSuspense => "Money came that does not fit the amount; it is held",
        EventType.NeedsPerson or EventType.Contradiction or EventType.StatementWaits => "Being checked by the operator",
        EventType.NotificationRequested => "Notification sent again",
        EventType.AssignedFromSuspense => "Held money was assigned",
        EventType.AssignmentUndone => "Money of somebody else was taken back",
        EventType.DisputeOpened => "Somebody disputes it",
        EventType.DisputeAnswered => "A dispute was answered",
        EventType.DisputeLapsed => "The time to answer a dispute is over",
        EventType.DisputeWon => "Dispute won",
        EventType.DisputeLost => "Dispute lost",
        EventType.ReferenceSubmitted => "The payer told the reference of a payment",
        EventType.Decided => "Decided by the operator",
        EventType.NotSent => "Not sent; it is tried again",
        EventType.RefundRequested => "Refund requested",
        EventType.Refunded => "Refunded",
        EventType.RefundFailed => "The refund failed",
        EventType.RefundReturned => "The refund came back",
        EventType.CancelRequested => "Cancellation requested",
        EventType.Cancelled => "Cancelled",
        EventType.SendDeclined => "A rail declined it; another one is tried",
        EventType.Parked => "Waits to be sent",
        EventType.KeptBack or EventType.MoneyHeld => "Being checked by the operator",
        EventType.LetGo => "Sent in its turn",
        EventType.MoneyReleased => "Released by the operator",
        EventType.Resumed or EventType.Retried => "Sent in its turn",
        EventType.Reopened => "Open again",
        EventType.Routed => "A rail was chosen",
        EventType.Held => "Waits for approval",
        EventType.Approved => "Approved",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    public static string ToneOf(EventType type) => type switch
    {
        EventType.Paid or EventType.Refunded or EventType.DisputeWon => "good",
        EventType.Failed or EventType.RefundFailed or EventType.DisputeLost or EventType.InstructionDeclined => "bad",
        EventType.PartlyPaid or EventType.PaidMore or EventType.Returned or EventType.AssignmentUndone or EventType.Expired or EventType.HeldInSuspense or EventType.NeedsPerson or EventType.Contradiction or EventType.StatementWaits
            or EventType.SendUnknown or EventType.InstructionUnknown or EventType.RefundReturned or EventType.DisputeOpened or EventType.DisputeLapsed => "warn",
        _ => "",
    };

    /// <summary>Who caused it.</summary>
    public static string CauseOf(EventRow happened) => happened.Cause switch
    {
        "api" => "Your program",
        "page" => "The payer",
        "callback" or "channel" or "query" or "listing" => "The rail",
        "clock" => "By its time",
        _ when happened.Cause.StartsWith("user:", StringComparison.Ordinal) => "One of your users",
        _ when happened.Cause.StartsWith("sandbox", StringComparison.Ordinal) => "The sandbox",
        _ => "The operator",
    };

    /// <summary>The detail, of those kinds whose detail is the payment's own; others name rails and people of the operator.</summary>
    public static string DetailOf(EventRow happened) => happened.Type is EventType.Paid or EventType.PaidMore or EventType.PartlyPaid or EventType.Returned or EventType.HeldInSuspense or EventType.ReferenceSubmitted
        or EventType.AssignedFromSuspense or EventType.AssignmentUndone or EventType.RefundRequested or EventType.Refunded or EventType.RefundFailed or EventType.RefundReturned
        ? happened.Detail
        : "";

    public static string Of(AttemptState state) => state switch
    {
        AttemptState.Ready or AttemptState.Parked or AttemptState.Screening or AttemptState.Held => "Ready",
        AttemptState.Sending => "Being sent",
        AttemptState.Accepted => "Accepted",
        AttemptState.Unknown => "Not known yet",
        AttemptState.Done => "Done",
        _ => "Declined",
    };

    public static string Of(StatementRow movement) => (movement.Direction, movement.Kind == ObservationKind.Returned) switch
    {
        (Direction.PayIn, false) => "Received",
        (Direction.PayIn, true) => "Went back to the payer",
        (_, false) => "Paid out",
        (_, true) => "Came back",
    };

    public static string Of(AccountKind kind) => kind switch
    {
        AccountKind.Available => "Available",
        AccountKind.Frozen => "In payouts",
        AccountKind.Unsettled => "Not settled yet",
        AccountKind.Held => "Held back",
        AccountKind.Receivable => "Owed to the operator",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(TransferType type) => type switch
    {
        TransferType.PayInReceipt => "Receipt",
        TransferType.PayInReturn => "Return of a receipt",
        TransferType.PayoutReserve => "Reserved for a payout",
        TransferType.PayoutPost => "Paid out",
        TransferType.PayoutVoid => "Reserve given back",
        TransferType.PayoutReturn => "Payout came back",
        TransferType.Settlement => "Settlement",
        TransferType.SuspenseAssign or TransferType.Transit => "Held money assigned",
        TransferType.AssignmentUndone => "Money of somebody else taken back",
        TransferType.DisputeHold => "Held for a dispute",
        TransferType.DisputeWon => "Dispute won",
        TransferType.DisputeLost => "Dispute lost",
        TransferType.Hold => "Held back",
        TransferType.Release => "Released",
        TransferType.RefundReserve => "Reserved for a refund",
        TransferType.RefundPost => "Refunded",
        TransferType.RefundVoid => "Refund given up",
        TransferType.RefundReturn => "Refund came back",
        TransferType.TopUp => "Top-up",
        TransferType.WithdrawalReserve => "Reserved for a withdrawal",
        TransferType.WithdrawalPost => "Withdrawn",
        TransferType.WithdrawalVoid => "Withdrawal given up",
        TransferType.WithdrawalReturn => "Withdrawal came back",
        _ => "Correction",
    };
}
