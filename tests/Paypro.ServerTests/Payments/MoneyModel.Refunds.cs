using Paypro.Channels;
using Paypro.Server.Orders;

namespace Paypro.ServerTests.Payments;

/// <summary>What a merchant gives back of its pay-ins.</summary>
internal sealed partial class MoneyModel
{
    private readonly List<Refund> refunds = [];

    /// <summary>Of one receipt, and never more than the order holds and the merchant has: first what of the order is not settled.</summary>
    private async Task RefundAsync(PayIn order, long amountMinor)
    {
        var placed = await shop.RefundAsync(order.Placed, amountMinor);
        var taken = Math.Min(order.UnsettledMinor, amountMinor);
        var possible = amountMinor <= order.PaidMinor - order.ReturnedMinor - order.RefundingMinor && amountMinor - taken <= Expected.Available;
        Assert.True(possible || placed is null, "More was refunded than there was.");
        if (placed is not null)
        {
            await shop.TakeDueAsync(placed);
            await shop.SentAsync(placed, new SendOutcome.Accepted());
            refunds.Add(new Refund(placed, order, taken));
            order.RefundingMinor += amountMinor;
            order.UnsettledMinor -= taken;
            Expected = Expected with
            {
                Unsettled = Expected.Unsettled - taken, Available = Expected.Available - (amountMinor - taken), Frozen = Expected.Frozen + amountMinor,
            };
        }
    }

    private async Task HearAsync(Refund refund, Deed deed)
    {
        var (amountMinor, order) = (refund.Placed.Order.AmountMinor, refund.Of);
        switch (deed, refund.State)
        {
            case (Deed.RefundPaid, 'p'):
                Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(refund.Placed, amountMinor, "paid"));
                Expected = Expected with { Frozen = Expected.Frozen - amountMinor };
                order.RefundingMinor -= amountMinor;
                order.ReturnedMinor += amountMinor;
                if (order.ReturnedMinor == order.PaidMinor && order.LastFee.ReturnsFee)
                {
                    Credit(order.FeeMinor + order.TaxMinor);
                    (order.FeeMinor, order.TaxMinor) = (0, 0);
                }

                refund.State = 'd';
                break;
            case (Deed.RefundFails, 'p'):
                Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(refund.Placed, ObservationKind.Failed));
                order.RefundingMinor -= amountMinor;
                order.UnsettledMinor += refund.Taken;
                Expected = Expected with { Frozen = Expected.Frozen - amountMinor, Unsettled = Expected.Unsettled + refund.Taken };
                Credit(amountMinor - refund.Taken);
                refund.State = 'f';
                break;
            case (Deed.RefundReturns, 'd'):
                Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(refund.Placed, amountMinor, "back"));
                order.ReturnedMinor -= amountMinor;
                var (fee, tax) = order.LastFee.ReturnsFee && order is { FeeMinor: 0, TaxMinor: 0 } ? Price(order.LastFee, order.PaidMinor - order.ReturnedMinor) : (0, 0);
                fee = Math.Min(fee, amountMinor);
                tax = Math.Min(tax, amountMinor - fee);
                (order.FeeMinor, order.TaxMinor) = (order.FeeMinor + fee, order.TaxMinor + tax);
                Credit(amountMinor - fee - tax);
                refund.State = 'r';
                break;
            default:
                // Told again, too early, or not true: nothing moves.
                await shop.SaidAsync(
                    refund.Placed,
                    deed switch { Deed.RefundPaid => ObservationKind.Paid, Deed.RefundFails => ObservationKind.Failed, _ => ObservationKind.Returned },
                    amountMinor,
                    deed == Deed.RefundReturns ? "back" : "paid");
                break;
        }
    }

    /// <summary>Pending, done, failed, returned.</summary>
    private sealed class Refund(Placed placed, PayIn of, long taken)
    {
        public Placed Placed => placed;
        public PayIn Of => of;
        public long Taken => taken;
        public char State { get; set; } = 'p';
    }
}
