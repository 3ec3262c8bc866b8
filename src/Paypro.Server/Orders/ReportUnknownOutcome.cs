using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// The rail was asked, its finality time is over, and what became of the order is still not known: from now on a person has to
/// know of it. Written after the answer to the question, so that the order's history tells the two in their order.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="attemptNo">The attempt that was asked about.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ReportUnknownOutcome(OrderKey key, short attemptNo, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    /// <summary>True while a person is needed; false when the matter was settled meanwhile.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(key);
        var attempt = state.Attempts.Get(new AttemptKey(key.Bucket, key.Id, attemptNo));

        // An accepted pay-in waits for its payer; what is sent and accepted waits for the rail alone.
        var unknown = attempt.State is AttemptState.Sending or AttemptState.Unknown
            || (attempt.State == AttemptState.Accepted && order.Direction != Direction.PayIn);
        if (order.State != OrderState.Pending || !unknown)
        {
            return false;
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.NeedsPerson))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.NeedsPerson })
                .Happened(state, EventType.NeedsPerson, "clock", nowMs, "still unknown after the channel's finality time")
                .Save(state);
        }

        // Each time: one that was resolved while nothing is known opens again.
        state.Raise(new CaseRow
        {
            Bucket = key.Bucket,
            Kind = CaseKind.UnknownOutcome,
            Subject = order.Number,
            Severity = order.Direction == Direction.PayIn ? CaseSeverity.Today : CaseSeverity.Now,
            OrderId = order.Id,
            ChannelAccountId = attempt.ChannelAccountId,
            AmountMinor = order.AmountMinor,
            Currency = order.Currency,
            Text = $"Order {order.Number}: its outcome is still unknown after the channel's finality time. Find it out at the rail and decide it, or ask the rail again.",
        });

        return true;
    }
}
