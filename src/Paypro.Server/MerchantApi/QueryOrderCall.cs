using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Tells a merchant how one of its own orders stands. Its number is part of the key, so it finds nobody else's.</summary>
internal sealed class QueryOrderCall(OrderQueries queries)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var direction = request.Operation.ConcernsPayIns ? Direction.PayIn : Direction.Payout;
        var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, direction, request.Fields.TradeNo);
        return await queries.FindAsync(key) is { } order
            ? new ApiAnswer.Order(OrderViews.Of(order))
            : new ApiAnswer.Refused("tradeNo: no such order");
    }
}
