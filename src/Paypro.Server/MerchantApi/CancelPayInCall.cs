using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Ends a pay-in that nobody has paid: at the rail where it can, and here once every rail has answered. Until then it is processing, and the
/// clock ends it.
/// </summary>
internal sealed class CancelPayInCall(
    OrderQueries queries, SnapshotStore snapshots, BatchWriter writer, EndAtRails rails, RailStatements statements, NotificationSignal notifications, TimeProvider time)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.PayIn, request.Fields.TradeNo);
        if (await queries.FindAsync(key) is not { } found || await queries.FindAsync(found.Key, CancellationToken.None) is not { } picture)
        {
            return new ApiAnswer.Refused("tradeNo: no such order");
        }

        var result = await writer.WriteAsync(new CancelPayIn(found.Key, await rails.EndAsync(picture), time.NowMs()));
        if (result.Refusal is { } refusal)
        {
            return new ApiAnswer.Refused(refusal);
        }

        var askedAtMs = time.NowMs();
        if (result.Order is { State: OrderState.Pending } wanted && wanted.ExpiresAtMs <= askedAtMs)
        {
            var answered = await AskAsync(wanted);
            await writer.WriteAsync(
                new ExpirePayIn(wanted.Key, "api", time.NowMs()) { AskedAtMs = askedAtMs, Answered = answered, LateAfterMs = LateAsks.EveryMs });
            notifications.Wake();
        }

        return new ApiAnswer.Order(OrderViews.Of((await queries.FindAsync(found.Key, CancellationToken.None))!.Order));
    }

    /// <summary>The attempts whose rail has answered about the order.</summary>
    private async Task<IReadOnlyCollection<short>> AskAsync(OrderRow order)
    {
        var answered = new List<short>();
        foreach (var attempt in (await queries.AttemptsAsync(order.Key, CancellationToken.None)).Where(a => a.State is not (AttemptState.Failed or AttemptState.Ready)))
        {
            if (snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                && await statements.AskAsync(offer, order, attempt, CancellationToken.None))
            {
                answered.Add(attempt.AttemptNo);
            }
        }

        return answered;
    }
}
