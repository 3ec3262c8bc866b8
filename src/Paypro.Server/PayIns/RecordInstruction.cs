using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>Records what the rail answered when it was asked for a payment instruction.</summary>
internal sealed class RecordInstruction(AttemptRef attempt, InstructionOutcome outcome, long nowMs) : WriteCommand<OrderRow>
{
    /// <summary>How soon an unknown outcome is asked about for the first time.</summary>
    public const long FirstQueryAfterMs = 2_000;

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override OrderRow Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State is not (AttemptState.Sending or AttemptState.Unknown))
        {
            return order;
        }

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
                order = order.Happened(state, EventType.InstructionDeclined, "channel", nowMs, declined.Reason).DueAt(state, order.ExpiresAtMs);
                order = PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(declined.FailureCause), declined.Reason, "channel", nowMs);
                break;
            case InstructionOutcome.Unknown unknown:
                (row with { State = AttemptState.Unknown, RailId = unknown.RailId, LeaseUntilMs = 0 }).Save(state);
                order = order.Happened(state, EventType.InstructionUnknown, "channel", nowMs, unknown.Reason).DueAt(state, state.NowMs + FirstQueryAfterMs);
                break;
        }

        order.Save(state);
        return order;
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
