using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>The rail does not know an attempt, and its finality time is over: that attempt is certainly dead.</summary>
/// <param name="attempt">The attempt that it is about.</param>
/// <param name="statement">That the rail does not know it, and when it was asked.</param>
/// <param name="finalityMs">The channel's finality time with the lease (<see cref="CallLeases.FinalityMs"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ForgetAttempt(AttemptRef attempt, Statement statement, long finalityMs, long nowMs) : WriteCommand<ApplyResult>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override ApplyResult Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State is not (AttemptState.Sending or AttemptState.Unknown) || !Finality.IsOver(row, finalityMs, statement.ReceivedAtMs))
        {
            return ApplyResult.Nothing;
        }

        statement.Book(state, Bucket, attempt.ChannelAccountId, order.Id, transferNo: 0, nowMs);
        (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        order = PayInBooking.NothingWaits(order, state, "The rail never received the attempt.")
            .Happened(state, EventType.InstructionDeclined, statement.Cause, nowMs, "the rail never received it")
            .DueAt(state, order.ExpiresAtMs);
        PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(FailureCause.Unspecified), "", statement.Cause, nowMs).Save(state);
        return ApplyResult.Applied;
    }
}
