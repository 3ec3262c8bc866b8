using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <content>What is kept back or held by the block list, rules and screening.</content>
internal sealed partial class Decisions
{
    private const int ReleasesTried = 3;

    /// <summary>Lets a payout or refund go that is kept back, or makes available what is held of a pay-in.</summary>
    public async Task<Decided> ReleaseAsync(string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { Order: { } order, Attempts: [.., var attempt] })
        {
            return Decided.No("number: no order with an attempt has this number");
        }

        var nowMs = time.NowMs();
        var facts = await AttemptRefs.OfAsync(snapshots.Current, order, attempt);
        if (order.Direction != Direction.PayIn)
        {
            var isReleased = await writer.WriteAsync(new ReleaseHeld(facts, Action(order.Bucket, "payout.release", by, nowMs), nowMs)
            {
                ListedUntilMs = snapshots.Current.Blocked.NewestMs(order.MerchantNo, order.Country), Decided = by.Of,
            });
            return isReleased ? Decided.Yes : Decided.Before;
        }

        for (var round = 0; round < ReleasesTried; round++)
        {
            var (seen, notAvailable, _) = await refunds.SharesAsync(order.Key, CancellationToken.None) ?? throw new InvalidOperationException($"There is no order {order.Id}.");
            var result = await writer.WriteAsync(new ReleasePayIn(facts, seen, notAvailable, Action(order.Bucket, "payin.release", by, nowMs), nowMs) { Decided = by.Of });
            if (result != ReleaseResult.Changed)
            {
                return result == ReleaseResult.Released ? Decided.Yes : Decided.Before;
            }
        }

        throw new WriterBusyException();
    }

    /// <summary>Refuses a payout or refund that is kept back: it fails, and its money is given back.</summary>
    public async Task<Decided> RefuseAsync(string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { Order: { Direction: not Direction.PayIn } order, Attempts: [.., var attempt] })
        {
            return Decided.No("number: no payout or refund has this number");
        }

        var nowMs = time.NowMs();
        var isRefused = await writer.WriteAsync(new EndKept(await AttemptRefs.OfAsync(snapshots.Current, order, attempt), Action(order.Bucket, "payout.refuse", by, nowMs), 0, 0, nowMs) { Decided = by.Of });
        notifications.Wake();
        return isRefused ? Decided.Yes : Decided.Before;
    }
}
