using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Gives a merchant the address of a voucher. The number may be ours or the merchant's own, since the documentation says the one and
/// shows the other; where several orders are meant, the one that succeeded counts.
/// </summary>
internal sealed class ProofCall(OrderQueries queries, VoucherAddress vouchers)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var orders = await FindAsync(request);
        if (orders.Count == 0)
        {
            return new ApiAnswer.Refused("tradeNo: no such order");
        }

        if (orders.Find(order => order.State == OrderState.Paid) is not { } order)
        {
            return new ApiAnswer.Refused("tradeNo: only a successful order has a voucher");
        }

        return new ApiAnswer.Facts(new FactsView(new Dictionary<ResponseSource, string>
        {
            [ResponseSource.DocumentUrl] = vouchers.Of(order.Number),
            [ResponseSource.Message] = "Voucher generation succeeded",
        }));
    }

    /// <summary>Orders of this merchant alone: payouts are asked for most.</summary>
    private async Task<List<OrderRow>> FindAsync(MerchantRequest request)
    {
        var (merchant, tradeNo) = (request.Merchant, request.Fields.TradeNo);
        OrderRow?[] found =
        [
            (await queries.FindAsync(tradeNo, CancellationToken.None))?.Order,
            await queries.FindAsync(new TradeKey(merchant.Bucket, merchant.No, Direction.Payout, tradeNo)),
            await queries.FindAsync(new TradeKey(merchant.Bucket, merchant.No, Direction.PayIn, tradeNo)),
        ];
        return [.. found.OfType<OrderRow>().Where(order => order.MerchantNo == merchant.No)];
    }
}
