using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Checkout;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Creates a pay-in, direct or with a hosted page.</summary>
internal sealed class CreatePayInCall(PayInDesk desk, OrderQueries queries, RequestAge age, PageAddress pages)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request, bool hosted)
    {
        var refusal = age.Problem(request, payout: false) ?? RequestAge.SubMerchantProblem(request);
        try
        {
            var reply = await desk.CreateAsync(request.Merchant, request.Fields, hosted, refusal, CancellationToken.None);
            return reply.Result switch
            {
                CreateResult.Created created => Answer(created.Order, reply.Attempt, isNew: true),
                CreateResult.Known known => Answer(known.Order, reply.Attempt, isNew: known.Order.State == OrderState.Pending),
                CreateResult.Refused refused => new ApiAnswer.Refused(refused.Sentence),
                _ => throw new InvalidOperationException("A creation is created, known or refused."),
            };
        }
        catch (WriteInDoubtException)
        {
            // The reply to COMMIT was lost; if the order can be read, it was stored.
            var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.PayIn, request.Fields.TradeNo);
            if (await queries.FindAsync(key) is not { } order)
            {
                throw;
            }

            return Answer(order, (await queries.FindAsync(order.Key, CancellationToken.None))?.Current, isNew: true);
        }
    }

    private ApiAnswer.Order Answer(OrderRow order, AttemptRow? attempt, bool isNew)
    {
        var view = OrderViews.Of(order, attempt?.InstructionValue, order.Hosted ? pages.Of(order) : null);
        return new(isNew && order.State == OrderState.Pending ? view with { Message = order.Hosted ? ResultMessage.Paying : ResultMessage.Created } : view);
    }
}
