using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>What a merchant gives back of its pay-ins.</summary>
internal sealed partial class MoneyModel
{
    private readonly List<Refund> refunds = [];

    /// <summary>Of one receipt, and never more than the order holds and the merchant has: first what of the order is not available yet.</summary>
    private async Task RefundAsync(PayIn order, long amountMinor)
    {
        var placed = await shop.RefundAsync(order.Placed, amountMinor);
        var feeMinor = Share(amountMinor, payInFee.RefundBasisPoints) + payInFee.RefundFixedMinor;
        var costs = amountMinor + feeMinor + Share(feeMinor, payInFee.TaxBasisPoints);
        var possible = amountMinor <= order.LeftMinor && costs - Math.Min(order.Later.Values.Sum(), costs) <= Expected.Available;
        Assert.True(possible || placed is null, "More was refunded than there was.");
        if (placed is not null)
        {
            await shop.TakeDueAsync(placed);
            await shop.SentAsync(placed, new SendOutcome.Accepted());
            var taken = Take(order, costs);
            refunds.Add(new Refund(placed, order, receiptsOnAWay.GetValueOrDefault(placed.Order.ReceiptKey, order.OrderFee), costs, taken));
            order.RefundingMinor += amountMinor;
            order.HasRefunds = true;
            Expected = Expected with { Available = Expected.Available - (costs - taken.Sum(t => t.Minor)), Frozen = Expected.Frozen + costs };
        }
    }

    private async Task HearAsync(Refund refund, Deed deed)
    {
        var (amountMinor, order, receipt) = (refund.Placed.Order.AmountMinor, refund.Of, refund.Receipt);
        switch (deed, refund.State)
        {
            case (Deed.RefundPaid, 'p'):
                Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(refund.Placed, amountMinor, "paid"));
                Expected = Expected with { Frozen = Expected.Frozen - refund.Costs };
                refund.WithheldMinor = WithheldOf(order, amountMinor);
                Withhold(order, -refund.WithheldMinor);
                Credit(refund.WithheldMinor);
                order.RefundingMinor -= amountMinor;
                order.ReturnedMinor += amountMinor;
                order.HasLess();
                if (order.ReturnedMinor == order.PaidMinor && receipt.ReturnsFee)
                {
                    Credit(order.FeeMinor + order.TaxMinor);
                    order.Uncharge();
                }

                refund.State = 'd';
                break;
            case (Deed.RefundFails, 'p'):
                Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(refund.Placed, ObservationKind.Failed));
                order.RefundingMinor -= amountMinor;
                refund.Taken.ForEach(t => Put(order, t.Later, t.Minor));
                Expected = Expected with { Frozen = Expected.Frozen - refund.Costs };
                Credit(refund.Costs - refund.Taken.Sum(t => t.Minor));
                refund.State = 'f';
                break;
            case (Deed.RefundReturns, 'd'):
                Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(refund.Placed, amountMinor, "back"));
                order.ReturnedMinor -= amountMinor;
                order.HasMore(wasEmpty: false, acceptsPartialPayment: true);
                Withhold(order, refund.WithheldMinor);
                amountMinor -= refund.WithheldMinor;
                var feesMinor = receipt.ReturnsFee ? order.Charge(receipt, amountMinor) : 0;
                Credit(amountMinor - feesMinor + (payInFee.ReturnsFee ? refund.Costs - refund.Placed.Order.AmountMinor : 0));
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
    private sealed class Refund(Placed placed, PayIn of, TermsRow receipt, long costs, List<(Later Later, long Minor)> taken)
    {
        public Placed Placed => placed;
        public PayIn Of => of;

        /// <summary>The price of the receipt that it gives back: it says whether the pay-in's fee goes back with the last of the money.</summary>
        public TermsRow Receipt => receipt;

        /// <summary>Amount, fee and tax.</summary>
        public long Costs => costs;
        public List<(Later Later, long Minor)> Taken => taken;
        public long WithheldMinor { get; set; }
        public char State { get; set; } = 'p';
    }
}
