using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>An attempt before its rail is asked: what is booked on it, and what hints say of it.</summary>
/// <param name="Order">Its <see cref="OrderRow.EventCount"/> is the version that <paramref name="BookedMinor"/> belongs to, or an older one.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="BookedMinor">What came on it, less what went back.</param>
/// <param name="Hints">What anybody may have sent about it.</param>
/// <param name="RefundedMinor">What the rail's own refunds that went out gave back of it.</param>
internal sealed record BeforeAsking(OrderRow Order, AttemptRow Attempt, long BookedMinor, IReadOnlyList<StatementRow> Hints, long RefundedMinor = 0);

/// <summary>
/// Turns what a query says as a total, or as a bare confirmation, into a movement: what is not booked yet. It is booked only if nothing was booked
/// on the order since before the question, and under a key made of the order's version, so it counts once.
/// </summary>
internal sealed class RailTotals(OrderQueries queries)
{
    /// <summary>Read before the question. The order first: whatever is booked after that changes its version.</summary>
    public async Task<BeforeAsking?> BeforeAsync(OrderKey key, short attemptNo, CancellationToken cancellation) =>
        await queries.FindAsync(key, cancellation) is { } picture && picture.Attempts.FirstOrDefault(a => a.AttemptNo == attemptNo) is { } attempt
            ? new BeforeAsking(picture.Order, attempt, await queries.BookedAsync(attempt, cancellation), await queries.HintsAsync(attempt, cancellation), await queries.RefundedAsync(attempt, cancellation))
            : null;

    /// <summary>The movement that is left to book; a pending answer when there is none. Pure.</summary>
    public static Observation Movement(Observation said, BeforeAsking before)
    {
        if (said.IsConfirmation && said.Kind == ObservationKind.Paid)
        {
            return Confirmed(said, before);
        }

        if (!said.IsTotal || said.Kind is not (ObservationKind.Paid or ObservationKind.Pending) || said.Direction != Direction.PayIn)
        {
            return said with { IsTotal = false };
        }

        // What the rail's own refunds gave back the total has lost, too; while one is open it is not known whether it has.
        var missingMinor = said.AmountMinor - (before.BookedMinor - before.RefundedMinor);
        return missingMinor == 0 || (missingMinor < 0 && before.Order.RefundingMinor > 0)
            ? Nothing(said)
            : said with
            {
                Kind = missingMinor > 0 ? ObservationKind.Paid : ObservationKind.Returned,
                IsTotal = false,
                AmountMinor = Math.Abs(missingMinor),
                DedupeKey = Key("total", before),

                // A query seldom tells what the payer was given as a reference; the notification of the same total does.
                RailReference = before.Hints.FirstOrDefault(h => h.AmountMinor == said.AmountMinor && h.RailReference.Length > 0)?.RailReference ?? said.RailReference,
            };
    }

    /// <summary>The receipt of the hint whose amount is the one that was asked for; without a hint that amount. A hint of another amount is for a person to look at.</summary>
    private static Observation Confirmed(Observation said, BeforeAsking before)
    {
        if (before.BookedMinor > 0)
        {
            return Nothing(said);
        }

        if (said.NeedsReceipt && before.Hints.Count == 0)
        {
            // The order must not end as unpaid, and its payment would be booked again when its receipt comes.
            return Nothing(said) with { Kind = ObservationKind.Unreachable, Reason = "The rail says that it is paid, and not yet with which receipt." };
        }

        var hint = before.Hints.FirstOrDefault(h => h.AmountMinor == before.Order.AmountMinor && h.Currency == before.Order.Currency);
        return said with
        {
            IsConfirmation = false,
            NeedsReceipt = false,
            AmountMinor = hint is null && before.Hints.Count > 0 ? before.Hints[0].AmountMinor : before.Order.AmountMinor,
            Currency = before.Order.Currency,
            DedupeKey = hint is not null ? hint.DedupeKey : before.Hints.Count > 0 ? "" : Key("confirmed", before),
            RailReference = hint?.RailReference ?? said.RailReference,
            OccurredAtMs = hint?.OccurredAtMs ?? said.OccurredAtMs,
        };
    }

    private static Observation Nothing(Observation said) => said with { Kind = ObservationKind.Pending, IsTotal = false, IsConfirmation = false, NeedsReceipt = false, AmountMinor = 0, DedupeKey = "" };

    private static string Key(string what, BeforeAsking before) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}:{before.Attempt.Reference}:{(what == "total" ? before.Order.EventCount : 0)}");
}
