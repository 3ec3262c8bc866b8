using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Gives a pay-in's money back to its payer.</summary>
internal sealed class CreateRefundCall(RefundCreation creation, NewOrder newOrder, OrderQueries queries, RefundReads reads)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        CreateResult result;
        try
        {
            result = await creation.CreateAsync(request.Merchant, request.Fields, request.Refusal ?? TooMuchAlone(request), request.Sign);
        }
        catch (WriteInDoubtException)
        {
            var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.Refund, request.Fields.RefundNo);
            if (await queries.FindAsync(key) is not { } refund)
            {
                throw;
            }

            // Another content under this number was there before, so that nothing of this request was stored.
            result = CreateResult.AgainstKnown(refund, refund with { ContentHash = newOrder.ContentHash(request.Fields) });
        }

        return result switch
        {
            CreateResult.Created created => await AnswerAsync(created.Order),
            CreateResult.Known known => await AnswerAsync(await queries.FindAsync(known.Order.Key, CancellationToken.None) is { } picture ? picture.Order : known.Order),
            CreateResult.Refused refused => new ApiAnswer.Refused(refused.Sentence),
            _ => throw new InvalidOperationException("A refund is created, known or refused."),
        };
    }

    /// <summary>Where the merchant wants it so, its program gives back no more than one of its people would alone.</summary>
    private static string? TooMuchAlone(MerchantRequest request) =>
        request.Merchant.RefundAloneMinor is { } alone && request.Fields.AmountMinor > alone
            ? $"amount: above {AmountText.WholeOrFixed(alone, request.Merchant.Currency)} a refund takes two people of the merchant; ask for it on the dashboard"
            : null;

    private async Task<ApiAnswer> AnswerAsync(OrderRow refund)
    {
        var view = OrderViews.OfRefund(refund, await reads.PayInAsync(refund, CancellationToken.None));
        return new ApiAnswer.Order(refund.State == OrderState.Pending ? view with { Message = ResultMessage.Created } : view);
    }
}
