using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// The payer says that a payment was made, and gives the rail's reference of it. It is kept in the order's history, for a person who
/// has to find the money; nothing is booked on the payer's word.
/// </summary>
internal sealed class SubmitReference(OrderKey key, string railReference, string cause, long nowMs) : WriteCommand<SubmitResult>
{
    /// <summary>An order's history may not be written full by guesses.</summary>
    public const int MostEvents = 64;

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override SubmitResult Decide(BatchState state)
    {
        var order = state.Orders.Get(key);
        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid or OrderState.Expired))
        {
            return new(null, null);
        }

        if (order.EventCount >= MostEvents)
        {
            return new(null, "too many references were handed in for this order");
        }

        order = order.Happened(state, EventType.ReferenceSubmitted, cause, nowMs, railReference);
        order.Save(state);
        return new(state.AttemptsOf(order).FindLast(a => a.State is AttemptState.Accepted or AttemptState.Unknown), null);
    }
}

/// <summary>The attempt that the rail should be asked about, if any; or why the reference was not taken, without the field's name.</summary>
internal sealed record SubmitResult(AttemptRow? Ask, string? Refusal);
