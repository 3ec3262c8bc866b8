using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Ends a pay-in that nobody has paid: at the rail where it can, and here once every rail has answered. Until then it is processing, and the
/// clock ends it.
/// </summary>
internal sealed class CancelPayInCall(
    OrderQueries queries, SnapshotStore snapshots, BatchWriter writer, RailCalls calls, RailStatements statements, NotificationSignal notifications, TimeProvider time)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        var key = new TradeKey(request.Merchant.Bucket, request.Merchant.No, Direction.PayIn, request.Fields.TradeNo);
        if (await queries.FindAsync(key) is not { } found || await queries.FindAsync(found.Key, CancellationToken.None) is not { } picture)
        {
            return new ApiAnswer.Refused("tradeNo: no such order");
        }

        var result = await writer.WriteAsync(new CancelPayIn(found.Key, await EndAtRailsAsync(picture), time.NowMs()));
        if (result.Refusal is { } refusal)
        {
            return new ApiAnswer.Refused(refusal);
        }

        if (result.Order is { State: OrderState.Pending } wanted && wanted.ExpiresAtMs <= time.NowMs() && await AskAsync(wanted))
        {
            await writer.WriteAsync(new ExpirePayIn(wanted.Key, "api", time.NowMs()) { Asked = wanted });
            notifications.Wake();
        }

        return new ApiAnswer.Order(OrderViews.Of((await queries.FindAsync(found.Key, CancellationToken.None))!.Order));
    }

    /// <summary>The attempts for which their rail takes no more money.</summary>
    private async Task<IReadOnlySet<short>> EndAtRailsAsync(OrderPicture picture)
    {
        var ended = new HashSet<short>();
        if (picture.Order is not { State: OrderState.Pending, SuspenseMinor: 0 })
        {
            return ended;
        }

        foreach (var attempt in picture.Attempts.Where(a => a.State == AttemptState.Accepted))
        {
            if (snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                && await calls.CancelPayInAsync(offer, AttemptRefs.Target(picture.Order, attempt)))
            {
                ended.Add(attempt.AttemptNo);
            }
        }

        return ended;
    }

    /// <summary>Whether every rail has answered about the order.</summary>
    private async Task<bool> AskAsync(OrderRow order)
    {
        var answered = true;
        foreach (var attempt in (await queries.AttemptsAsync(order.Key, CancellationToken.None)).Where(a => a.State is not (AttemptState.Failed or AttemptState.Ready)))
        {
            answered &= snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                && await statements.AskAsync(offer, order, attempt, CancellationToken.None);
        }

        return answered;
    }
}
