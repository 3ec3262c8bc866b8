using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Creates a payout and reserves its money.</summary>
internal sealed class CreatePayoutCall(PayoutCreation creation, NewOrder newOrder, OrderQueries queries)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        CreateResult result;
        try
        {
            result = await creation.CreateAsync(request.Merchant, request.Fields, request.Refusal, request.Sign);
        }
        catch (WriteInDoubtException)
        {
            var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.Payout, request.Fields.TradeNo);
            if (await queries.FindAsync(key) is not { } order)
            {
                throw;
            }

            // Another content under this number was there before, so that nothing of this request was stored.
            result = CreateResult.AgainstKnown(order, order with { ContentHash = newOrder.ContentHash(request.Fields) });
        }

        return result switch
        {
            CreateResult.Created created => Answer(created.Order),
            CreateResult.Known known => Answer(await queries.FindAsync(known.Order.Key, CancellationToken.None) is { } picture ? picture.Order : known.Order),
            CreateResult.Refused refused => new ApiAnswer.Refused(refused.Sentence),
            _ => throw new InvalidOperationException("A creation is created, known or refused."),
        };
    }

    private static ApiAnswer.Order Answer(OrderRow order)
    {
        var view = OrderViews.Of(order);
        return new(order.State == OrderState.Pending ? view with { Message = ResultMessage.Created } : view);
    }
}
