using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Creates a pay-in, direct or with a hosted page.</summary>
internal sealed class CreatePayInCall(PayInCreation creation, UnpaidPayIns unpaid, NewOrder newOrder, OrderQueries queries, PageAddress pages)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request, bool hosted)
    {
        PayInReply reply;
        try
        {
            reply = await creation.CreateAsync(request.Merchant, request.Fields, hosted, request.Refusal ?? unpaid.Refusal(request.Merchant), CancellationToken.None, request.Sign);
        }
        catch (WriteInDoubtException)
        {
            // The reply to COMMIT was lost; if the order can be read, it was stored.
            var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.PayIn, request.Fields.TradeNo);
            if (await queries.FindAsync(key) is not { } order)
            {
                throw;
            }

            // Another content under this number was there before, so that nothing of this request was stored.
            var asked = order with { ContentHash = newOrder.ContentHash(request.Fields) };
            reply = new(CreateResult.AgainstKnown(order, asked), (await queries.FindAsync(order.Key, CancellationToken.None))?.Current);
        }

        if (reply.Result is CreateResult.Created)
        {
            unpaid.Made(request.Merchant);
        }

        return reply.Result switch
        {
            CreateResult.Created created => Answer(created.Order, reply.Attempt),
            CreateResult.Known known => Answer(known.Order, reply.Attempt),
            CreateResult.Refused refused => new ApiAnswer.Refused(refused.Sentence),
            _ => throw new InvalidOperationException("A creation is created, known or refused."),
        };
    }

    private ApiAnswer.Order Answer(OrderRow order, AttemptRow? attempt)
    {
        var info = attempt is null || attempt.InstructionKind == InstructionKinds.Redirect ? null : attempt.InstructionValue;
        var view = OrderViews.Of(order, info, order.HasPage ? pages.Of(order) : null);
        return new(order.State == OrderState.Pending ? view with { Message = order.Hosted ? ResultMessage.Paying : ResultMessage.Created } : view);
    }
}
