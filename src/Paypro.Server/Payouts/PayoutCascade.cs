using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Payouts;

/// <summary>An attempt that was sent, with what the next one is made of.</summary>
/// <param name="Facts">What never changes about it.</param>
/// <param name="Row">Its row, with the lease that was given.</param>
/// <param name="Payout">What was sent; null for a rail's refund, which has no other way back.</param>
/// <param name="NewReference">Another reference at the same account.</param>
/// <param name="IsRepeat">Whether an earlier call with its reference may have reached the rail.</param>
internal sealed record SentAttempt(AttemptRef Facts, AttemptRow Row, PayoutDraft? Payout, Func<string> NewReference, bool IsRepeat);

/// <summary>Makes the attempts of a payout along its plan.</summary>
internal sealed class PayoutCascade(SnapshotStore snapshots, NewOrder newOrder, Pots pots, PayproOptions options, TimeProvider time, ILogger<PayoutCascade> log)
{
    /// <summary>
    /// What records an answer, with the attempt that the answer may open. Never throws: the rail's answer has to be stored. That our money is used up stops the
    /// account before the order is parked, so that nobody resumes it at once.
    /// </summary>
    public async Task<RecordSend> RecordAsync(SentAttempt sent, AccountOffer offer, SendOutcome outcome) => new(sent.Facts, outcome, time.NowMs())
    {
        Next = !Cascade.Opens(outcome) || sent.IsRepeat ? null : Cascade.Stops(outcome) ? await NextAfterStopAsync(sent, offer) : Next(sent),
        IsRepeat = sent.IsRepeat,
        LeaseUntilMs = sent.Row.LeaseUntilMs,
        ParkForMs = options.Float.ParkedForMs,
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

    /// <summary>An attempt at the next account of a plan that has money of ours for it, which is counted there; null when none has.</summary>
    public async Task<AttemptRow?> NextWithFloatAsync(AttemptRef facts, AttemptRow from, PayoutDraft draft)
    {
        foreach (var (route, after) in Routes(facts, from, draft))
        {
            var send = new PotSend(facts.Order, (short)(from.AttemptNo + 1), Direction.Payout, from.Way, draft.AmountMinor);
            if ((await pots.CountAsync(route.Offer, send)).Lacks is null)
            {
                return Attempt(from, route, draft, after);
            }
        }

        return null;
    }

    /// <summary>
    /// The attempt that follows one whose rail said that our money is used up: at an account of its plan that has some, else parked where it was, with a reference of its own. The account is stopped
    /// first. Null when neither can be made.
    /// </summary>
    public async Task<AttemptRow?> NextAfterStopAsync(SentAttempt sent, AccountOffer offer)
    {
        try
        {
            await pots.StopAsync(offer, sent.Facts.Direction, sent.Row.Way);
            if (sent.Payout is not null && await NextWithFloatAsync(sent.Facts, sent.Row, sent.Payout) is { } next)
            {
                return next;
            }
        }
#pragma warning disable CA1031 // What cannot be looked up now waits: the order is parked all the same.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "It could not be noted that our money at channel account {AccountId} is used up", offer.Account.Id);
        }

        try
        {
            return sent.Row with
            {
                State = AttemptState.Parked, Reference = sent.NewReference(), RailId = "", LeaseUntilMs = 0, SentAtMs = 0, QueryCount = 0, AskedAtMs = 0, AnsweredAtMs = 0, CreatedAtMs = time.NowMs(),
            };
        }
#pragma warning disable CA1031 // A channel that cannot make a reference any more: the answer is stored, and the order stays.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "Order {OrderId} cannot be parked", sent.Row.OrderId);
            return null;
        }
    }

    private AttemptRow? Next(SentAttempt sent)
    {
        try
        {
            foreach (var (route, after) in sent.Payout is null ? [] : Routes(sent.Facts, sent.Row, sent.Payout))
            {
                return Attempt(sent.Row, route, sent.Payout!, after);
            }
        }
#pragma warning disable CA1031 // Whatever keeps the next account from being tried, the answer of this one is stored.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "No other channel account can be tried for order {OrderId}", sent.Row.OrderId);
        }

        return null;
    }

    /// <summary>A rail's own refund once more, under another reference.</summary>
    public AttemptRow Anew(AttemptRow attempt, AccountOffer offer, RefundDraft draft) => attempt with
    {
        Reference = ((IRefunds)offer.Session).MakeRefundReference(draft, newOrder.ReferenceBytes()), RailId = "", LeaseUntilMs = 0, SentAtMs = 0, QueryCount = 0, AskedAtMs = 0, AnsweredAtMs = 0, CreatedAtMs = time.NowMs(),
    };

    /// <summary>An attempt that follows another one, at an account.</summary>
    public AttemptRow Attempt(AttemptRow from, Route route, PayoutDraft draft, string after) => Attempt(
        new OrderRow { Bucket = from.Bucket, Id = from.OrderId, Way = from.Way, TermsId = from.TermsId }, route, draft with { Reference = "" }, after, newOrder.ReferenceBytes(), time.NowMs());

    /// <summary>The accounts that are left of an attempt's plan and take it still.</summary>
    private IEnumerable<(Route Route, string After)> Routes(AttemptRef facts, AttemptRow from, PayoutDraft draft)
    {
        var snapshot = snapshots.Current;
        foreach (var (accountId, after) in RoutePlan.Read(from.Plan))
        {
            if (snapshot.Merchant(facts.MerchantNo) is { } merchant
                && Router.Find(snapshot, merchant, Direction.Payout, draft.AccountType, draft.AmountMinor, accountId, time.NowMs()) is { } route)
            {
                yield return (route, after);
            }
        }
    }
}
