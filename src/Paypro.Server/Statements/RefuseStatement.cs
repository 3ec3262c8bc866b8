using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>A statement about an order that our own rules do not take: stored, with a case, and nothing moves.</summary>
internal sealed class RefuseStatement(OrderKey key, long channelAccountId, Statement statement, string problem, long nowMs) : WriteCommand<ApplyResult>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(key);
        statement.Declare(needs);
    }

    protected override ApplyResult Decide(BatchState state)
    {
        if (statement.IsSettled(state))
        {
            return ApplyResult.Repeated;
        }

        var order = state.Orders.Get(key);
        var row = statement.Leave(state, key.Bucket, channelAccountId, order.Id, StatementOutcome.Refused, problem);
        if (!order.Exceptions.HasFlag(OrderExceptions.Contradiction))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.Contradiction })
                .Happened(state, EventType.Contradiction, statement.Cause, nowMs, $"{CaseChange.Words(row)}; {problem}")
                .Save(state);
        }

        state.Raise(StatementTrouble.About(row, order, CaseKind.RefusedStatement, CaseSeverity.Today) with { Text = $"{CaseChange.Words(row)}. It is not booked: {problem}." });
        return ApplyResult.Refused;
    }
}
