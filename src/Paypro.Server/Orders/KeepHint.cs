using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Keeps what a hint says of an attempt, so that a query that confirms the payment can be booked with its receipt. Nothing moves.</summary>
internal sealed class KeepHint(OrderKey key, long channelAccountId, Statement statement) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override bool Decide(BatchState state)
    {
        statement.Leave(state, key.Bucket, channelAccountId, key.Id, StatementOutcome.Hint, "");
        return true;
    }
}
