using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>The rail does not know an attempt, and its finality time is over: that attempt is certainly dead.</summary>
/// <param name="attempt">The attempt that it is about.</param>
/// <param name="finalityMs">The channel's finality time with the lease (<see cref="CallLeases.FinalityMs"/>).</param>
/// <param name="cause"><c>callback</c>, <c>query</c> …</param>
/// <param name="saidAtMs">When the rail was asked: what "not found" is true of. Unix milliseconds UTC.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ForgetAttempt(AttemptRef attempt, long finalityMs, string cause, long saidAtMs, long nowMs) : WriteCommand<ApplyResult>
{
    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(attempt.Order);

    protected override ApplyResult Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (row.State is not (AttemptState.Sending or AttemptState.Unknown) || !Finality.IsOver(row, finalityMs, saidAtMs))
        {
            return ApplyResult.Nothing;
        }

        (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        order = (order with { Exceptions = order.Exceptions & ~OrderExceptions.NeedsPerson })
            .Happened(state, EventType.InstructionDeclined, cause, nowMs, "the rail never received it")
            .LookedAt(state, order.ExpiresAtMs);
        PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(FailureCause.Unspecified), "", cause, nowMs).Save(state);
        return ApplyResult.Applied;
    }
}
