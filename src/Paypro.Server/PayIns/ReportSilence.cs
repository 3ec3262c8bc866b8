using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>An order's time has been over for long, and its rail has not said since whether it was paid: a person has to know.</summary>
internal sealed class ReportSilence(OrderKey key, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    /// <summary>False when the order has a result meanwhile.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(key);
        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid))
        {
            return false;
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.NeedsPerson))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.NeedsPerson })
                .Happened(state, EventType.NeedsPerson, "clock", nowMs, "its time is over and its rail does not answer")
                .Save(state);
        }

        state.Raise(new CaseRow
        {
            Bucket = key.Bucket,
            Kind = CaseKind.UnansweredExpiry,
            Subject = order.Number,
            Severity = CaseSeverity.Today,
            OrderId = order.Id,
            AmountMinor = order.AmountMinor,
            Currency = order.Currency,
            Text = $"Order {order.Number}: its time is over, and its rail has not answered since. It waits and is asked about once a day; ask the rail.",
        });
        return true;
    }
}
