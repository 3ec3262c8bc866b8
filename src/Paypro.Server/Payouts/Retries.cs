using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Payouts;

/// <summary>A channel account by which a waiting order can be sent on.</summary>
/// <param name="AccountId">Its number.</param>
/// <param name="IsReady">Whether it would send the order at this moment: it is open, its way is, and enough money of ours is there as far as is known.</param>
internal sealed record Taker(long AccountId, bool IsReady);

/// <summary>
/// Sends on what waits after a certain decline, or was never sent, at the channel account that a person names. Only while its merchant has been told no outcome: an order that
/// has one is its merchant's to repeat.
/// </summary>
internal sealed class Retries(
    SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RefundReads refunds, PayoutCascade cascade, People people, Pots pots, OrderClockSignal clock, TimeProvider time, ILogger<Retries> log)
{
    /// <summary>An order is given no more attempts than this by people.</summary>
    public const short MostAttempts = 50;

    /// <summary>Why an order cannot be sent on now, in a sentence; null when it can.</summary>
    public static string? Problem(OrderPicture? picture) => picture switch
    {
        null or { Order.Direction: Direction.PayIn } or { Attempts: [] } => "number: no payout, refund or withdrawal with an attempt has this number",
        { Order.State: not OrderState.Pending } => "number: its merchant has been told how it ended, and is the one to order it again",
        { Order.IsHeld: true } => "number: it waits for approval",
        { Attempts: [.., { State: AttemptState.Screening or AttemptState.Held }] } => "number: it is kept back; release it or refuse it by its case",
        { Attempts: [.., var last] } when !RetrySend.Waits(picture.Order, last) => "number: it is at its rail, and not certain to be nothing; ask the rail, or decide it by its case",
        { Order.AttemptCount: >= MostAttempts } => "number: it has been tried too often",
        _ => null,
    };

    /// <summary>The channel accounts by which it can be sent on, by number.</summary>
    public async Task<IReadOnlyList<Taker>> TakersAsync(OrderPicture picture)
    {
        var (snapshot, order) = (snapshots.Current, picture.Order);
        if (Problem(picture) is not null || snapshot.Merchant(order.MerchantNo) is not { } merchant)
        {
            return [];
        }

        var last = picture.Attempts[^1];
        IEnumerable<long> ids = last.Direction == Direction.Refund || order.Direction == Direction.Withdrawal ? [last.ChannelAccountId]
            : snapshot.Accounts.Keys.Where(id => RouteOf(order, last, id) is not null).Order();
        var known = await pots.ViewAsync(snapshot, merchant);
        return [.. ids.Select(id => new Taker(id, snapshot.Accounts.TryGetValue(id, out var offer) && Lacks(offer) is null))];

        string? Lacks(AccountOffer offer) => RoutePlan.Recovers(snapshot, last.ChannelAccountId, last.Plan) ?? offer.HoldsBack(last.Direction, last.Way, time.NowMs())
            ?? (offer.PotOf(last.Direction, last.Way) is { } pot && known.Pots.TryGetValue((offer.Account.Id, pot), out var row) ? row.Lacks(order.AmountMinor, time.NowMs()) : null);
    }

    /// <summary>Sends it on.</summary>
    /// <param name="number">The order.</param>
    /// <param name="accountId">The channel account; 0 for the one where it waits.</param>
    /// <param name="action">Who, and why; of the order's bucket it is made here.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    /// <returns>Why not, in a sentence; null when it was done.</returns>
    public async Task<string?> RetryAsync(string number, long accountId, CaseActionRow action, CancellationToken cancellation)
    {
        var picture = await queries.FindAsync(number, cancellation);
        if (Problem(picture) is { } problem)
        {
            return problem;
        }

        var (order, last) = (picture!.Order, picture.Attempts[^1]);
        accountId = accountId == 0 ? last.ChannelAccountId : accountId;
        if (RoutePlan.Recovers(snapshots.Current, last.ChannelAccountId, last.Plan) is { } recovers)
        {
            return $"account: {recovers}";
        }

        if (order.Direction == Direction.Withdrawal && accountId != last.ChannelAccountId)
        {
            return "account: a withdrawal goes by the account that two people chose";
        }

        var (next, offer, lacks) = last.Direction == Direction.Refund ? await BackAsync(order, last, accountId, cancellation) : await AtAsync(order, last, accountId, cancellation);
        if (next is null || offer is null)
        {
            return lacks ?? "account: does not take it now";
        }

        if (offer.HoldsBack(last.Direction, last.Way, time.NowMs()) is { } held)
        {
            return $"account: {held}";
        }

        // Counted before it can be sent, as every send is; what is counted and not stored falls away.
        var counted = await pots.CountAsync(offer, new PotSend(order.Key, (short)(order.AttemptCount + 1), last.Direction, last.Way, order.AmountMinor));
        if (counted.Lacks is { } tooLittle)
        {
            return $"account: {tooLittle}";
        }

        var facts = await AttemptRefs.OfAsync(snapshots.Current, order, last);
        if (!await writer.WriteAsync(new RetrySend(facts, next, action with { Bucket = order.Bucket }, time.NowMs())))
        {
            return "number: it was sent or has ended meanwhile; look at it again";
        }

        clock.Wake();
        return null;
    }

    /// <summary>A rail's own refund goes back where the payment came.</summary>
    private async Task<(AttemptRow? Next, AccountOffer? Offer, string? Why)> BackAsync(OrderRow order, AttemptRow last, long accountId, CancellationToken cancellation)
    {
        if (accountId != last.ChannelAccountId)
        {
            return (null, null, "account: a refund by the rail's own call goes back only where its payment came");
        }

        if (!snapshots.Current.Accounts.TryGetValue(accountId, out var offer) || await refunds.ReceiptAsync(order, cancellation) is not { } receipt)
        {
            return (null, null, null);
        }

        return (cascade.Anew(last, offer, receipt.Draft(order, "")), offer, null);
    }

    private async Task<(AttemptRow? Next, AccountOffer? Offer, string? Why)> AtAsync(OrderRow order, AttemptRow last, long accountId, CancellationToken cancellation)
    {
        if (RouteOf(order, last, accountId) is not { } route)
        {
            return (null, null, null);
        }

        try
        {
            var person = await queries.PersonAsync(order.Key, cancellation) ?? throw new InvalidOperationException("The payout has no recipient.");
            var after = RoutePlan.Read(last.Plan).Where(p => p.AccountId == accountId).Select(p => p.After).FirstOrDefault() ?? last.Plan;
            return (cascade.Attempt(last, route, PayoutCreation.Draft(order, people.Open(person), ""), after), route.Offer, null);
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "The recipient of {Number} cannot be read", order.Number);
            return (null, null, "number: its recipient cannot be read");
        }
    }

    private Route? RouteOf(OrderRow order, AttemptRow last, long accountId) =>
        snapshots.Current.Merchant(order.MerchantNo) is { } merchant ? Router.Find(snapshots.Current, merchant, Direction.Payout, last.Way, order.AmountMinor, accountId, time.NowMs()) : null;
}
