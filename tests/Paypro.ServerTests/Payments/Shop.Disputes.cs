using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Disputes;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <content>What somebody disputes of its pay-ins.</content>
internal sealed partial class Shop
{
    /// <summary>As <c>DisputeSteps</c> does: choose the payment, and again when the order has changed since; null when nothing can be disputed of it.</summary>
    public async Task<DisputeRow?> DisputeAsync(Placed payIn, long amountMinor)
    {
        while (true)
        {
            var picture = (await ground.The<RefundReads>().FindAsync(payIn.Order.Key, CancellationToken.None))!;
            if (new DisputeWish(payIn.Order.Number, DisputeKind.Recall, amountMinor, 0).Choose(picture, out _) is not { } receipt)
            {
                return null;
            }

            var termsId = PayInBooking.TermsOf(picture.PayIn, RefundReads.Of(receipt, picture.Attempts).Attempt);
            var terms = await ground.The<SnapshotStore>().Current.Book.OfAsync(termsId);
            var dispute = new DisputeRow
            {
                Bucket = payIn.Order.Bucket, Id = ground.The<IdSource>().Next(), OrderId = payIn.Order.Id, MerchantNo = merchant.No, Kind = DisputeKind.Recall, AmountMinor = amountMinor, Currency = "MXN",
                DeadlineMs = ground.NowMs + 86_400_000, ReceiptAccountId = receipt.ChannelAccountId, ReceiptKey = receipt.DedupeKey, ReceiptTermsId = termsId, FeeMinor = terms.OnDispute().FeeMinor,
                TaxMinor = terms.OnDispute().TaxMinor, OpenedBy = "operator:1", OpenedAtMs = ground.NowMs,
            };
            var open = new OpenDispute(dispute, payIn.Attempt with { ChannelAccountId = receipt.ChannelAccountId, Terms = terms }, picture.PayIn, picture.NotAvailable);
            var result = await ground.Writer.WriteAsync(open);
            if (result == StepResult.Done)
            {
                // Told twice it is opened once.
                Assert.Equal(StepResult.Done, await ground.Writer.WriteAsync(open));
                return dispute;
            }

            if (!result.IsChanged)
            {
                return null;
            }
        }
    }

    /// <summary>Whether it could be.</summary>
    public async Task<bool> EndDisputeAsync(DisputeRow dispute, bool isWon)
    {
        while (true)
        {
            var picture = (await ground.The<RefundReads>().FindAsync(dispute.Order, CancellationToken.None))!;
            var now = picture.Disputes.Single(d => d.Id == dispute.Id);
            var snapshot = ground.The<SnapshotStore>().Current;
            var facts = new AttemptRef
            {
                Order = dispute.Order, AttemptNo = 0, MerchantNo = dispute.MerchantNo, Direction = Direction.PayIn, Currency = Currency.Get(dispute.Currency), Terms = await snapshot.Book.OfAsync(dispute.ReceiptTermsId),
                ChannelAccountId = dispute.ReceiptAccountId, Cost = default, Reference = "", Rules = snapshot.Rules[picture.PayIn.Country],
            };
            var result = await ground.Writer.WriteAsync(new EndDispute(now, facts, picture.PayIn, picture.NotAvailable, isWon, "operator:1", "said so", ground.NowMs));
            if (!result.IsChanged)
            {
                return result.Problem is null;
            }
        }
    }
}
