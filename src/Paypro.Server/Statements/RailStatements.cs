using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// Turns what a rail says into changes: finds the order, checks the statement against it, applies it once. Called for callbacks, for
/// answers to questions, and again for either; order and repetition do not matter. Whatever is authentic is stored.
/// </summary>
internal sealed partial class RailStatements(
    SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RailCalls calls, RailTotals totals, RefundReads refunds, HeldPayIns held, CallLeases leases, CancelledForFunds cancelled, Senders senders, PersonMarks marks, IdSource ids,
    NotificationSignal notifications, TimeProvider time)
{
    /// <summary>A total that others booked something of while the rail was asked is asked for again, so often.</summary>
    private const int AskedAtMost = 4;

    /// <summary>An order that others change meanwhile is read again, so often; then whoever brought the statement has to come again.</summary>
    private const int ReadAtMost = 8;

    /// <summary>The channels whose queries tell totals, as they have shown.</summary>
    private readonly ConcurrentDictionary<string, bool> _tellTotals = new(StringComparer.Ordinal);

    /// <summary>Applies all that a callback says; returns what came of each.</summary>
    /// <param name="offer">The channel account that speaks.</param>
    /// <param name="said">Its statements, the oldest first.</param>
    /// <param name="body">The text that they were read from, sealed; null when it is not kept.</param>
    /// <param name="cancellation">Stops reading and asking, never a write.</param>
    public Task<IReadOnlyList<ApplyResult>> ApplyAsync(AccountOffer offer, IReadOnlyList<Observation> said, StatementBodyRow? body, CancellationToken cancellation) =>
        ApplyAsync(offer, said, StatementSource.Callback, body, cancellation);

    /// <summary>Applies a page of the rail's listing; returns what came of each.</summary>
    public Task<IReadOnlyList<ApplyResult>> ApplyListedAsync(AccountOffer offer, IReadOnlyList<Observation> said, CancellationToken cancellation) =>
        ApplyAsync(offer, said, StatementSource.Listing, body: null, cancellation);

    private async Task<IReadOnlyList<ApplyResult>> ApplyAsync(
        AccountOffer offer, IReadOnlyList<Observation> said, StatementSource source, StatementBodyRow? body, CancellationToken cancellation)
    {
        var receivedAtMs = time.NowMs();
        var statements = said.Select(one => new Statement(RailTexts.Clean(one), source, ids.Next(), receivedAtMs) 
        {
            Body = body, Sender = senders.Seal(offer.Account.Id, one), SenderMarks = MarksOf(offer, one),
        });
        return await EachAsync(statements, one => ApplyAsync(offer, one, cancellation));
    }

    /// <summary>Asks the rail what became of an attempt and applies all it says, payments before what took them back, in the order in which they happened.</summary>
    /// <returns>
    /// Whether the rail answered and its answer is in the books. Silence says nothing about the order, and a payment that could not be booked
    /// does not say that there was none.
    /// </returns>
    public async Task<bool> AskAsync(AccountOffer offer, OrderRow order, AttemptRow attempt, CancellationToken cancellation, bool paced = false)
    {
        for (var round = 0; round < AskedAtMost; round++)
        {
            var before = _tellTotals.ContainsKey(offer.Account.Channel) ? await totals.BeforeAsync(order.Key, attempt.AttemptNo, cancellation) : null;
            (order, attempt) = before is null ? (order, attempt) : (before.Order, before.Attempt.RailId.Length == 0 ? before.Attempt with { RailId = attempt.RailId } : before.Attempt);

            // Taken before the question: an answer that this node reads late says nothing about the time since the question.
            var askedAtMs = time.NowMs();
            var answer = await calls.QueryAsync(offer, AttemptRefs.Target(order, attempt), cancellation, paced && round == 0);
            if (answer.Any(static one => one.IsTotal || one.IsConfirmation))
            {
                if (before is null)
                {
                    // What is booked has to be known from before the question.
                    _tellTotals.TryAdd(offer.Account.Channel, true);
                    continue;
                }

                answer = [.. answer.Select(one => RailTotals.Movement(one, before))];
            }

            var statements = answer.OrderBy(static o => o.Kind == ObservationKind.Returned).ThenBy(static o => o.OccurredAtMs)
                .Select(one => new Statement(one, StatementSource.Query, ids.Next(), askedAtMs)
                {
                    Sender = senders.Seal(offer.Account.Id, one), SenderMarks = MarksOf(offer, one),
                });
            var results = await EachAsync(statements, one => ApplyKnownAsync(offer, order, attempt, one, allKnown: true, before?.Order.EventCount, cancellation));
            if (!results.Contains(ApplyResult.Changed))
            {
                return answer.Any(static o => o.Kind != ObservationKind.Unreachable)
                    && !results.Exists(static r => r is ApplyResult.Refused or ApplyResult.Contradiction or ApplyResult.Waiting);
            }
        }

        return false;
    }

    /// <summary>One statement that cannot be applied now keeps none of the others back; whoever brought it hears of it.</summary>
    private static async Task<List<ApplyResult>> EachAsync(IEnumerable<Statement> statements, Func<Statement, Task<ApplyResult>> apply)
    {
        var results = new List<ApplyResult>();
        ExceptionDispatchInfo? failed = null;
        foreach (var one in statements)
        {
            try
            {
                results.Add(await apply(one));
            }
#pragma warning disable CA1031 // It is thrown when the others have had their turn.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failed ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        // As it was thrown: its type tells the caller what to answer.
        failed?.Throw();
        return results;
    }

    /// <summary>
    /// Applies the statements about an order that wait, where they can be applied now. What still cannot stays as it is.
    /// </summary>
    public async Task ApplyWaitingAsync(OrderKey key, CancellationToken cancellation)
    {
        var waiting = await queries.WaitingAsync(key, cancellation);
        if (waiting.Count == 0 || await queries.FindAsync(key, cancellation) is not { } picture)
        {
            return;
        }

        for (var i = 0; i < waiting.Count; i++)
        {
            var attempt = picture.Attempts.FirstOrDefault(a => a.Reference == waiting[i].Reference) ?? picture.Attempts[^1];
            if (snapshots.Current.Accounts.TryGetValue(waiting[i].ChannelAccountId, out var offer))
            {
                var last = i == waiting.Count - 1 && waiting.Count < OrderQueries.MostStatements;
                await WriteAsync(offer, picture.Order, attempt, Statement.Of(waiting[i]), allKnown: false, last, askedAt: null);
            }
        }

        notifications.Wake();
    }

    /// <summary>Applies a stored statement of a number that no order has, if it can be applied now.</summary>
    public Task ApplyAgainAsync(StatementRow waiting, CancellationToken cancellation) =>
        snapshots.Current.Accounts.TryGetValue(waiting.ChannelAccountId, out var offer) ? ApplyAsync(offer, Statement.Of(waiting), cancellation) : Task.CompletedTask;

    private async Task<ApplyResult> ApplyAsync(AccountOffer offer, Statement statement, CancellationToken cancellation)
    {
        var said = statement.Said;
        return await queries.FindByReferenceAsync(offer.Account.Id, said.Direction, said.Reference, NumberPool.WayOf(offer, said.Reference).Bucket, cancellation) is var (order, attempt)
            ? await ApplyKnownAsync(offer, order, attempt, statement, allKnown: false, askedAt: null, cancellation)
            : await UnknownReferenceAsync(offer, statement, cancellation);
    }

    private async Task<ApplyResult> ApplyKnownAsync(
        AccountOffer offer, OrderRow order, AttemptRow attempt, Statement statement, bool allKnown, int? askedAt, CancellationToken cancellation, StatementKey? assigned = null)
    {
        if (Problem(offer, statement.Said) is { } problem)
        {
            return await writer.WriteAsync(new RefuseStatement(order.Key, offer.Account.Id, statement, problem, time.NowMs()));
        }

        if (await WasNeverOursAsync(offer, statement.Said, cancellation))
        {
            return ApplyResult.Nothing;
        }

        var result = await WriteAsync(offer, order, attempt, statement, allKnown, lastWaiting: false, askedAt, assigned);
        if (result == ApplyResult.Waiting && !allKnown)
        {
            // It is stored, whatever happens now. The rail knows what is missing; if it cannot be asked, whoever brought this has to
            // come again, and so does the clock.
            await AskAsync(offer, order, attempt, cancellation);
            await ApplyWaitingAsync(order.Key, cancellation);
            result = (await queries.WaitingAsync(order.Key, cancellation)).Any(w => w.DedupeKey == statement.Said.DedupeKey) ? ApplyResult.Waiting : ApplyResult.Applied;
        }
        else if (result == ApplyResult.Applied && statement.Said.Kind == ObservationKind.Paid && !allKnown)
        {
            await ApplyWaitingAsync(order.Key, cancellation);
        }

        if (result == ApplyResult.Applied && order.RefundOf != 0)
        {
            // What the rail took back of the pay-in by itself may have waited for the refund's outcome.
            await ApplyWaitingAsync(new OrderKey(order.Bucket, order.RefundOf), cancellation);
        }

        notifications.Wake();
        return result;
    }

    private async Task<ApplyResult> WriteAsync(AccountOffer offer, OrderRow order, AttemptRow attempt, Statement statement, bool allKnown, bool lastWaiting, int? askedAt, StatementKey? assigned = null)
    {
        var finalityMs = leases.FinalityMs(offer.TraitsOf(AttemptRefs.DirectionOf(order, attempt), attempt.Way));
        var reference = await AttemptRefs.OfAsync(snapshots.Current, order, attempt) with { ChannelAccountId = offer.Account.Id };
        var nowMs = time.NowMs();
        if (order.Direction == Direction.PayIn && statement.Said.Kind == ObservationKind.Returned)
        {
            return await ReturnAsync(reference, statement, nowMs, lastWaiting, askedAt, assigned);
        }

        if (order.Direction == Direction.PayIn && statement.Said.Kind == ObservationKind.Paid && !reference.HoldsMoney && await held.HoldsAsync(order, statement.Said.Sender))
        {
            reference = reference with { HoldsMoney = true };
        }

        return order.Direction != Direction.PayIn
            ? await SentAsync(offer, attempt, reference, new ApplyPayoutStatement(reference, statement, allKnown, finalityMs, nowMs)
            {
                LastWaiting = lastWaiting, Next = await cancelled.NextAsync(offer, order, attempt, reference, statement.Said), ParkForMs = cancelled.ParkForMs,
            }, statement.Said.Kind)
            : statement.Said.Kind == ObservationKind.NotFound
                ? await writer.WriteAsync(new ForgetAttempt(reference, statement, finalityMs, nowMs))
                : await writer.WriteAsync(new ApplyPayInStatement(reference, statement, nowMs) { LastWaiting = lastWaiting, AskedAt = askedAt });
    }

    /// <summary>About money that we sent.</summary>
    private async Task<ApplyResult> SentAsync(AccountOffer offer, AttemptRow attempt, AttemptRef reference, ApplyPayoutStatement command, ObservationKind kind)
    {
        var result = await writer.WriteAsync(command);
        if (result == ApplyResult.Applied && kind == ObservationKind.Paid)
        {
            await cancelled.PaidAsync(offer, attempt, reference.Direction);
        }

        return result;
    }

    /// <summary>
    /// What goes back is taken first from what the pay-in brought and is not available yet. That is read before, and read again when the order has
    /// changed since; a total that was worked out before goes back to whoever asked for it.
    /// </summary>
    private async Task<ApplyResult> ReturnAsync(AttemptRef reference, Statement statement, long nowMs, bool lastWaiting, int? askedAt, StatementKey? assigned)
    {
        for (var round = 0; round < ReadAtMost; round++)
        {
            var (seen, notAvailable, disputes) = await refunds.SharesAsync(reference.Order, CancellationToken.None)
                ?? throw new InvalidOperationException($"There is no order {reference.Order.Id}.");
            var result = await writer.WriteAsync(
                new ApplyPayInStatement(reference, statement, nowMs) { LastWaiting = lastWaiting, AskedAt = askedAt, SharesAt = seen, Shares = notAvailable, Disputes = disputes, Assigned = assigned });
            if (result != ApplyResult.Changed || (askedAt is { } at && at != seen.EventCount))
            {
                return result;
            }
        }

        throw new WriterBusyException();
    }

    private IReadOnlyList<string> MarksOf(AccountOffer offer, Observation said) => said.Sender is { } sender ? marks.FoundBy(offer.Account.Country, sender) : [];

    private static string? Problem(AccountOffer offer, Observation said) =>
        said.Kind is not (ObservationKind.Paid or ObservationKind.Returned) ? null
        : said.AmountMinor is <= 0 or > Protocol.AmountReader.MaxMinor ? "an amount that cannot be"
        : said.Currency != offer.Account.Currency ? $"money in {said.Currency}, not in {offer.Account.Currency}"
        : said.DedupeKey.Length is 0 or > RailTexts.LongestKey ? "a movement without a usable key of its own"
        : null;
}
