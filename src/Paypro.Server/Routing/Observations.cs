using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// Turns what a rail says into changes: finds the attempt, checks the statement against it, applies it once. Called for
/// callbacks, for answers to queries, and again for either; order and repetition do not matter.
/// </summary>
internal sealed class Observations(
    SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RailCalls calls, CallLeases leases, Alarms alarms, NotificationSignal notifications, TimeProvider time)
{
    /// <summary>Applies all statements, the oldest first; returns what came of each.</summary>
    /// <param name="offer">The channel account that speaks.</param>
    /// <param name="said">Its statements.</param>
    /// <param name="cause"><c>callback</c> or <c>query</c>.</param>
    /// <param name="cancellation">Stops reading and asking, never a write.</param>
    public async Task<IReadOnlyList<ApplyResult>> ApplyAsync(
        AccountOffer offer, IReadOnlyList<Observation> said, string cause, CancellationToken cancellation)
    {
        var saidAtMs = time.NowMs();
        var results = new List<ApplyResult>(said.Count);
        foreach (var one in said)
        {
            results.Add(await ApplyAsync(offer, one, cause, saidAtMs, cancellation));
        }

        return results;
    }

    /// <summary>Asks the rail what became of an attempt and applies all it says.</summary>
    public async Task AskAsync(AccountOffer offer, OrderRow order, AttemptRow attempt, CancellationToken cancellation)
    {
        var reference = AttemptRefs.Of(snapshots.Current, order, attempt);

        // Taken before the question: an answer that this node slept on says nothing about the time it slept.
        var askedAtMs = time.NowMs();
        foreach (var one in await calls.QueryAsync(offer, AttemptRefs.Target(order, attempt), cancellation))
        {
            await ApplyKnownAsync(offer, order, attempt, reference, one, "query", askedAtMs, wholeStory: true, cancellation);
        }
    }

    private async Task<ApplyResult> ApplyAsync(AccountOffer offer, Observation said, string cause, long saidAtMs, CancellationToken cancellation)
    {
        if (await queries.FindByReferenceAsync(offer.Account.Id, said.Direction, said.Reference, cancellation) is not var (order, attempt))
        {
            return await UnknownReferenceAsync(offer, said);
        }

        var reference = AttemptRefs.Of(snapshots.Current, order, attempt);
        var result = await ApplyKnownAsync(offer, order, attempt, reference, said, cause, saidAtMs, wholeStory: false, cancellation);
        if (result == ApplyResult.OutOfOrder)
        {
            // A return told before its payment: the rail is asked for the whole story, in order. If it did not answer, the statement is
            // still out of order, and whoever brought it has to come again.
            await AskAsync(offer, order, attempt, cancellation);
            result = await ApplyKnownAsync(offer, order, attempt, reference, said, cause, saidAtMs, wholeStory: false, cancellation);
        }

        return result;
    }

    private async Task<ApplyResult> ApplyKnownAsync(
        AccountOffer offer,
        OrderRow order,
        AttemptRow attempt,
        AttemptRef reference,
        Observation said,
        string cause,
        long saidAtMs,
        bool wholeStory,
        CancellationToken cancellation)
    {
        if (Problem(offer, said) is { } problem)
        {
            await alarms.RaiseAsync("observation", $"{order.Number}:{said.Kind}", $"Order {order.Number}: {problem}.");
            return ApplyResult.Contradiction;
        }

        var nowMs = time.NowMs();
        ApplyResult result;
        if (order.Direction == Direction.Payout)
        {
            var finalityMs = leases.FinalityMs(Direction.Payout, offer.Channel.Traits);
            result = await writer.WriteAsync(new ApplyPayoutObservation(reference, said, cause, saidAtMs, wholeStory, finalityMs, nowMs));
        }
        else if (said.Kind == ObservationKind.NotFound)
        {
            result = await writer.WriteAsync(new ForgetAttempt(reference, leases.FinalityMs(Direction.PayIn, offer.Channel.Traits), cause, saidAtMs, nowMs));
        }
        else
        {
            result = await writer.WriteAsync(new ApplyPayInObservation(reference, said, cause, nowMs));
        }

        notifications.Wake();
        if (result == ApplyResult.Contradiction)
        {
            await alarms.RaiseAsync("contradiction", order.Number, $"Order {order.Number}: the rail said {said.Kind}, which contradicts what is booked.");
        }

        return result;
    }

    /// <summary>Money that names no order of ours is booked to suspense; anything else about strangers is only counted.</summary>
    private async Task<ApplyResult> UnknownReferenceAsync(AccountOffer offer, Observation said)
    {
        if (said.Kind != ObservationKind.Paid || said.Direction != Direction.PayIn || Problem(offer, said) is not null)
        {
            await alarms.RaiseAsync("stranger", $"{offer.Account.Id}:{said.Reference}", $"Channel account {offer.Account.Id} spoke of a reference that is not ours.");
            return ApplyResult.Nothing;
        }

        var nowMs = time.NowMs();
        var snapshot = snapshots.Current;
        var bucket = offer.Ways.Where(w => w.Direction == Direction.PayIn)
            .Select(w => offer.Channel.NumberSpaceFor(offer.Account, w.Way))
            .OfType<NumberSpace>()
            .Select(space => NumberPool.BucketOf(space, said.Reference))
            .FirstOrDefault(b => b is not null) ?? Buckets.Of(said.Reference);
        var valueDate = snapshot.Rules[offer.Account.Country].ValueDate(nowMs);
        var result = await writer.WriteAsync(new BookSuspense(bucket, offer.Account.Id, said, "no order has this number", valueDate, nowMs));
        if (result == ApplyResult.Contradiction)
        {
            await alarms.RaiseAsync(
                "contradiction",
                $"{offer.Account.Id}:{said.DedupeKey}",
                $"Channel account {offer.Account.Id} told a movement again, for a number without an order; it is booked once, elsewhere.");
        }
        else if (result is ApplyResult.Suspense or ApplyResult.SuspenseRepeated)
        {
            await alarms.RaiseAsync("suspense", $"{offer.Account.Id}:{said.DedupeKey}", $"Money came to channel account {offer.Account.Id} for a number without an order.");
        }

        return result;
    }

    private static string? Problem(AccountOffer offer, Observation said) =>
        said.Kind is not (ObservationKind.Paid or ObservationKind.Returned) ? null
        : said.AmountMinor is <= 0 or > Protocol.AmountReader.MaxMinor ? "an amount that cannot be"
        : said.Currency != offer.Account.Currency ? $"money in {said.Currency}, not in {offer.Account.Currency}"
        : said.DedupeKey.Length is 0 or > 200 ? "a movement without a usable key of its own"
        : null;
}
