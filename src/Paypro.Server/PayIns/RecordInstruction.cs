using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>The order after an answer, and the attempt that the answer has opened; null when it opened none.</summary>
internal sealed record RecordedInstruction(OrderRow Order, AttemptRow? Next);

/// <summary>
/// Records what the rail answered when it was asked for a payment instruction. A decline that is the channel's own trouble, of an attempt that was
/// under way until now, opens the next one in the same transaction.
/// </summary>
internal sealed class RecordInstruction(AttemptRef attempt, InstructionOutcome outcome, long nowMs) : WriteCommand<RecordedInstruction>
{
    /// <summary>How soon an unknown outcome is asked about for the first time.</summary>
    public const long FirstQueryAfterMs = 2_000;

    /// <summary>The attempt to open should the answer allow it, made before; null when the plan has no more.</summary>
    public NextInstruction? Next { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override RecordedInstruction Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State is not (AttemptState.Sending or AttemptState.Unknown))
        {
            return new(order, null);
        }

        AttemptRow? opened = null;
        switch (outcome)
        {
            case InstructionOutcome.Accepted accepted:
                (row with
                {
                    State = AttemptState.Accepted,
                    RailId = accepted.RailId,
                    LeaseUntilMs = 0,
                    InstructionKind = accepted.Instruction.Kind,
                    InstructionValue = accepted.Instruction.Value,
                    InstructionBank = accepted.Instruction.Bank ?? "",
                    InstructionBeneficiary = accepted.Instruction.BeneficiaryName ?? "",
                }).Save(state);
                order = order.Happened(state, EventType.InstructionIssued, "channel", nowMs, row.Way).DueAt(state, order.ExpiresAtMs);
                break;
            case InstructionOutcome.Declined declined:
                (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
                order = order.Happened(state, EventType.InstructionDeclined, "channel", nowMs, declined.Reason);
                if (MayOpen(order, row) && Next is { } next)
                {
                    (order, opened) = next.Open(order, state, attempt.ChannelAccountId, nowMs);
                    break;
                }

                order = order.DueAt(state, order.ExpiresAtMs);
                order = PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(declined.FailureCause), declined.Reason, "channel", nowMs);
                break;
            case InstructionOutcome.Unknown unknown:
                (row with { State = AttemptState.Unknown, RailId = unknown.RailId, LeaseUntilMs = 0 }).Save(state);
                order = order.Happened(state, EventType.InstructionUnknown, "channel", nowMs, unknown.Reason).DueAt(state, state.NowMs + FirstQueryAfterMs);
                break;
        }

        order.Save(state);
        return new(order, opened);
    }

    /// <summary>Never after an unknown: one that was unknown before this answer may have been accepted. Never beside money, nor past the order's end.</summary>
    private bool MayOpen(OrderRow order, AttemptRow row) =>
        Cascade.Opens(outcome)
        && row.State == AttemptState.Sending
        && order.State is OrderState.Pending or OrderState.PartlyPaid
        && nowMs < order.ExpiresAtMs
        && !order.Exceptions.HasFlag(OrderExceptions.CancelWanted)
        && order.AttemptCount < ChooseWay.MostAttempts;
}

/// <summary>An attempt that is made and not yet stored.</summary>
/// <param name="Attempt">With everything but its number and its lease.</param>
/// <param name="ExpiresAtMs">Until when its way may be paid at least; what the order has is never shortened.</param>
/// <param name="LeaseMs">As in <see cref="CreatePayIn.LeaseMs"/>.</param>
internal sealed record NextInstruction(AttemptRow Attempt, long ExpiresAtMs, long LeaseMs)
{
    /// <summary>Stores it as the order's next attempt.</summary>
    public (OrderRow Order, AttemptRow Attempt) Open(OrderRow order, BatchState state, long declinedAccountId, long nowMs)
    {
        var opened = Attempt with { AttemptNo = (short)(order.AttemptCount + 1), LeaseUntilMs = Attempt.State == AttemptState.Sending ? state.NowMs + LeaseMs : 0 };
        state.Attempts.Insert(opened.Key, opened);
        var expiresAtMs = Math.Max(order.ExpiresAtMs, ExpiresAtMs);
        order = (order with { AttemptCount = opened.AttemptNo, ExpiresAtMs = expiresAtMs })
            .Happened(state, EventType.Routed, "channel", nowMs, RoutingReason.After(declinedAccountId, opened.ChannelAccountId));
        if (opened.State != AttemptState.Sending)
        {
            order = order.Happened(state, EventType.InstructionIssued, "channel", nowMs, opened.Way);
        }

        return (order.DueAt(state, opened.State == AttemptState.Sending ? Math.Min(opened.LeaseUntilMs, expiresAtMs) : expiresAtMs), opened);
    }
}

/// <summary>When the failure of one attempt is the failure of its order.</summary>
internal static class PayInFailure
{
    /// <summary>On a hosted page the payer may try again until the order expires; a direct pay-in has one attempt and fails with it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="state">The batch.</param>
    /// <param name="failure">The code for merchants, with its text where it says more than the rail's own reason.</param>
    /// <param name="reason">The rail's reason; empty when there is none.</param>
    /// <param name="cause">Who said so.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static OrderRow OfAttempt(OrderRow order, BatchState state, DocumentedCode failure, string reason, string cause, long nowMs) =>
        order.State != OrderState.Pending || order.SuspenseMinor > 0 ? order
            : order.Exceptions.HasFlag(OrderExceptions.CancelWanted) && state.AttemptsOf(order).TrueForAll(static a => a.State == AttemptState.Failed)
            ? (order with
            {
                State = OrderState.Failed,
                FailureCode = ResultStatus.Failed,
                Message = ResultMessage.Cancelled,
                Exceptions = order.Exceptions & ~OrderExceptions.CancelWanted,
            })
                .Happened(state, EventType.Cancelled, cause, nowMs, reason)
                .DueAt(state, 0)
                .WithResult(state)
            : order.Hosted ? order
            : (order with
            {
                State = OrderState.Failed,
                FailureCode = failure.Code,
                Message = failure.Code != ResultStatus.Failed || reason.Length == 0 ? failure.Text : reason,
            })
                .Happened(state, EventType.Failed, cause, nowMs, reason)
                .DueAt(state, 0)
                .WithResult(state);
}
