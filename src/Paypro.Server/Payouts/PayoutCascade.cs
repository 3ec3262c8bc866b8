using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Payouts;

/// <summary>Makes the attempts of a payout along its plan.</summary>
internal sealed class PayoutCascade(SnapshotStore snapshots, NewOrder newOrder, TimeProvider time, ILogger<PayoutCascade> log)
{
    /// <summary>What records an answer, with the attempt that the answer may open. Never throws: the rail's answer has to be stored.</summary>
    /// <param name="facts">The attempt that was sent.</param>
    /// <param name="sent">Its row, with the lease that was given.</param>
    /// <param name="draft">What was sent; null for a rail's refund, which has no other way back.</param>
    /// <param name="outcome">What the rail answered.</param>
    /// <param name="isRepeat">Whether an earlier call with its reference may have reached the rail.</param>
    public RecordSend Record(AttemptRef facts, AttemptRow sent, PayoutDraft? draft, SendOutcome outcome, bool isRepeat) => new(facts, outcome, time.NowMs())
    {
        Next = draft is not null && Cascade.Opens(outcome) && !isRepeat ? Next(facts, sent, draft) : null,
        IsRepeat = isRepeat,
        LeaseUntilMs = sent.LeaseUntilMs,
    };

    /// <summary>An attempt at one account of a plan.</summary>
    /// <param name="order">The payout.</param>
    /// <param name="route">The account.</param>
    /// <param name="draft">What is to be sent, without a reference.</param>
    /// <param name="after">The rest of the plan.</param>
    /// <param name="random">For its reference.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static AttemptRow Attempt(OrderRow order, Route route, PayoutDraft draft, string after, ReadOnlySpan<byte> random, long nowMs) => new()
    {
        Bucket = order.Bucket,
        OrderId = order.Id,
        AttemptNo = 1,
        Direction = Direction.Payout,
        Way = order.Way,
        CreatedAtMs = nowMs,
        TermsId = order.TermsId,
        State = AttemptState.Ready,
        ChannelAccountId = route.AccountId,
        Reference = ((IPayouts)route.Offer.Session).MakePayoutReference(draft, random),
        CostTerms = new CostTerms(route.Way.CostBasisPoints, route.Way.CostFixedMinor).ToString(),
        Plan = after,
    };

    private AttemptRow? Next(AttemptRef facts, AttemptRow sent, PayoutDraft draft)
    {
        try
        {
            var snapshot = snapshots.Current;
            foreach (var (accountId, after) in RoutePlan.Read(sent.Plan))
            {
                if (snapshot.Merchant(facts.MerchantNo) is { } merchant
                    && Router.Find(snapshot, merchant, Direction.Payout, draft.AccountType, draft.AmountMinor, accountId) is { } route)
                {
                    var order = new OrderRow { Bucket = sent.Bucket, Id = sent.OrderId, Way = sent.Way, TermsId = sent.TermsId };
                    return Attempt(order, route, draft with { Reference = "" }, after, newOrder.ReferenceBytes(), time.NowMs());
                }
            }
        }
#pragma warning disable CA1031 // Whatever keeps the next account from being tried, the answer of this one is stored.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "No other channel account can be tried for payout {Number}", draft.Number);
        }

        return null;
    }
}
