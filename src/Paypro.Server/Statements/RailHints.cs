using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// What rails send that proves nothing, and what they ask. A hint makes us ask the rail, and nothing else: whoever sends forged ones costs a query
/// now and then.
/// </summary>
internal sealed class RailHints(SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RailStatements statements, IdSource ids, TimeProvider time)
{
    /// <summary>Queries of one attempt that hints may cause: three at once, then one every ten seconds.</summary>
    private readonly RateLimit<AttemptKey> _asked = new(6, TimeSpan.FromMinutes(1), 3, RateLimits.MostKeys, time);

    /// <summary>Asks the rail about every attempt that the hints name.</summary>
    /// <returns>False when a rail could not be asked: whoever sent the hint should come again.</returns>
    public async Task<bool> TakeAsync(AccountOffer offer, IReadOnlyList<Observation> about, StatementBodyRow body)
    {
        var answered = true;
        var receivedAtMs = time.NowMs();
        foreach (var hint in about.Select(RailTexts.Clean))
        {
            if (await FindAsync(offer, hint) is not var (order, attempt))
            {
                continue;
            }

            var kept = await queries.HintsAsync(attempt, CancellationToken.None);
            if (hint is { Kind: ObservationKind.Paid, AmountMinor: > 0, DedupeKey.Length: > 0 } && kept.Count < CallbackReading.Hint.MostKept)
            {
                var statement = new Statement(hint with { Reference = attempt.Reference }, StatementSource.Callback, ids.Next(), receivedAtMs) { Body = body };
                await writer.WriteAsync(new KeepHint(order.Key, offer.Account.Id, statement));
            }

            // Where the rail's answer to the request was lost, its callback is the only one that names the attempt; what the rail says of that name is its own word.
            var named = attempt.RailId.Length == 0 ? attempt with { RailId = hint.RailId } : attempt;
            answered &= _asked.Take(attempt.Key) == 0 && await statements.AskAsync(offer, order, named, CancellationToken.None);
        }

        return answered;
    }

    /// <summary>What a rail may know of the order that it asks about; null when none has the reference.</summary>
    public async Task<QuestionedOrder?> OrderOfAsync(AccountOffer offer, CallbackReading.Question question)
    {
        var reference = OutsideText.Line(question.Reference, 200);
        if (await queries.FindByReferenceAsync(
                offer.Account.Id, question.Direction, reference, NumberPool.WayOf(offer, reference).Bucket, CancellationToken.None) is not var (order, attempt))
        {
            return null;
        }

        var nowMs = time.NowMs();
        var heldMinor = order.PaidMinor - order.ReturnedMinor + order.SuspenseMinor;
        return new QuestionedOrder
        {
            IsOpen = order.State is OrderState.Pending or OrderState.PartlyPaid && nowMs < order.ExpiresAtMs && attempt.State is not AttemptState.Failed
                && !order.Exceptions.HasFlag(OrderExceptions.CancelWanted),
            Way = attempt.Way,
            DueMinor = Math.Max(0, order.AmountMinor - heldMinor),
            Currency = order.Currency,
            ExpiresAtMs = order.ExpiresAtMs,
            MerchantName = snapshots.Current.Merchant(order.MerchantNo)?.Name ?? "",
        };
    }

    private async Task<(OrderRow Order, AttemptRow Attempt)?> FindAsync(AccountOffer offer, Observation hint) =>
        hint.Reference.Length > 0 ? await queries.FindByReferenceAsync(
            offer.Account.Id, hint.Direction, hint.Reference, NumberPool.WayOf(offer, hint.Reference).Bucket, CancellationToken.None)
        : hint.RailId.Length > 0 ? await queries.FindByRailIdAsync(offer.Account.Id, hint.Direction, hint.RailId, CancellationToken.None)
        : null;
}
