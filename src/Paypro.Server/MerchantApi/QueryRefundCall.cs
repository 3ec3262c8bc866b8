using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Tells a merchant how one of its own refunds stands.</summary>
internal sealed class QueryRefundCall(OrderQueries queries, RefundReads reads)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.Refund, request.Fields.RefundNo);
        return await queries.FindAsync(key) is { } refund
            ? new ApiAnswer.Order(OrderViews.OfRefund(refund, await reads.PayInAsync(refund, CancellationToken.None)))
            : new ApiAnswer.Refused("refundNo: no such refund");
    }
}
