using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Decides about held payouts. An approval chooses the channel account anew, since hours have gone by, and stores the attempt; whoever decides first under the
/// order's lock has decided.
/// </summary>
internal sealed class HeldPayouts(
    SnapshotStore snapshots, BatchWriter writer, NewOrder newOrder, OrderQueries queries, People people, OrderClockSignal clock, Pots pots, IContexts contexts, PayproOptions options, TimeProvider time)
{
    /// <summary>What is said to whoever comes too late.</summary>
    public const string DecidedAlready = "payout: does not wait for this approval any more";

    /// <summary>What is said to whoever made it.</summary>
    public const string IsOwn = "payout: is your own; somebody else must approve it";

    /// <summary>How a history names a person of a merchant.</summary>
    public static string CauseOf(long userId) => string.Create(CultureInfo.InvariantCulture, $"user:{userId}");

    /// <summary>Approves for one side.</summary>
    /// <param name="key">The payout.</param>
    /// <param name="side">For whom.</param>
    /// <param name="userId">Who: he approves none that he made.</param>
    /// <param name="cause">Who, as the history names him.</param>
    /// <param name="remark">His remark.</param>
    /// <returns>Why it could not be, in a sentence; null when it is approved.</returns>
    public async Task<string?> ApproveAsync(OrderKey key, OrderExceptions side, long userId, string cause, string remark)
    {
        var snapshot = snapshots.Current;
        if (await queries.FindAsync(key, CancellationToken.None) is not { Order: { IsHeld: true } order } || !order.Exceptions.HasFlag(side) || snapshot.Merchant(order.MerchantNo) is not { } merchant)
        {
            return DecidedAlready;
        }

        if (side == OrderExceptions.HeldForMerchant && await MakerAsync(key) == CauseOf(userId))
        {
            return IsOwn;
        }

        var nowMs = time.NowMs();
        var view = new RoutingView { NowMs = nowMs, Draw = newOrder.Draw(), Float = await pots.ViewAsync(snapshot, merchant) };
        if (Router.Plan(snapshot, merchant, Direction.Payout, order.Way, order.AmountMinor, view, out _) is not { } plan)
        {
            return "payout: no channel account takes it at present; approve it later";
        }

        if (await RecipientAsync(key) is not { } person)
        {
            return "payout: its recipient cannot be read; refuse it and make it anew";
        }

        var attempt = PayoutCascade.Attempt(order, plan.Routes[0], PayoutCreation.Draft(order, person, ""), plan.After(0), newOrder.ReferenceBytes(), nowMs) with
        {
            State = plan.Parked is null ? AttemptState.Ready : AttemptState.Parked,
        };
        var result = await writer.WriteAsync(new ApproveHeld(key, order.MerchantNo, side, attempt, cause, remark, nowMs)
        {
            Plan = plan.Reason,
            Parked = plan.Parked ?? "",
            ParkForMs = options.Float.ParkedForMs,
            KeptForMs = options.Screening.HeldForMs,
        });
        if (result == ApproveResult.Begun)
        {
            clock.Wake();
        }

        return result switch
        {
            ApproveResult.NotHeld => DecidedAlready,
            ApproveResult.Closed => "payout: the merchant takes no payouts at present; approve it later",
            _ => null,
        };
    }

    /// <summary>Refuses or cancels: its money is given back.</summary>
    /// <param name="key">The payout.</param>
    /// <param name="side">Who ends it: only what waits for him, or for anybody where it is <see cref="OrderExceptions.Held"/>.</param>
    /// <param name="cause">Who, as the history names him.</param>
    /// <param name="reason">Why.</param>
    /// <returns>Why it could not be, in a sentence; null when it is ended.</returns>
    public async Task<string?> EndAsync(OrderKey key, OrderExceptions side, string cause, string reason) =>
        await queries.FindAsync(key, CancellationToken.None) is { } picture && await EndAsync(picture.Order, side, null, cause, reason) ? null : DecidedAlready;

    /// <summary>Nobody approved it in time.</summary>
    public Task<bool> LapseAsync(OrderRow order, long dueAtMs) => EndAsync(order, OrderExceptions.Held, dueAtMs, "clock", "nobody approved it in time");

    /// <summary>Who or what made a payout, as its history names him.</summary>
    public async Task<string> MakerAsync(OrderKey key)
    {
        await using var context = contexts.Create();
        return await context.Events.Where(e => e.Bucket == key.Bucket && e.OrderId == key.Id && e.Sequence == 1).Select(e => e.Cause).SingleOrDefaultAsync() ?? "";
    }

    private async Task<bool> EndAsync(OrderRow order, OrderExceptions side, long? dueAtMs, string cause, string reason)
    {
        var none = new AttemptRow { Bucket = order.Bucket, OrderId = order.Id, Direction = Direction.Payout, Way = order.Way, TermsId = order.TermsId };
        return await writer.WriteAsync(new EndHeld(await AttemptRefs.OfAsync(snapshots.Current, order, none), side, dueAtMs, cause, reason, time.NowMs()));
    }

    private async Task<Person?> RecipientAsync(OrderKey key)
    {
        try
        {
            return await queries.PersonAsync(key, CancellationToken.None) is { } row ? people.Open(row) : null;
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
