using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What becomes of a statement that cannot be booked to its order: it is stored, the order says so, and a case waits for a person.</summary>
internal static class StatementTrouble
{
    /// <summary>Its movement is booked already: a repeat, or something that cannot be true as well.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="state">The batch.</param>
    /// <param name="known">Where its movement is booked.</param>
    /// <param name="order">Its order.</param>
    /// <param name="attempt">The attempt that it is about.</param>
    /// <param name="lastWaiting">Whether the order waits for no other statement.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static ApplyResult AgainstKnown(
        this Statement statement, BatchState state, RailMovementRow known, OrderRow order, AttemptRef attempt, bool lastWaiting, long nowMs)
    {
        // A person has accepted it: its money stands in suspense or in loss.
        if (statement.Stored is null && statement.Is(known, order.Bucket, attempt.ChannelAccountId, order.Id))
        {
            return ApplyResult.Repeated;
        }

        if (!known.IsFor(order) || known.AmountMinor != statement.Said.AmountMinor)
        {
            return statement.Contradict(
                state,
                order,
                attempt.ChannelAccountId,
                known.IsFor(order) ? $"the same movement is booked with {known.AmountMinor} minor units" : "the same movement is booked for another reference",
                nowMs);
        }

        // One that waited here was told again elsewhere, and that telling is booked.
        if (statement.Stored is { } stored && state.Movements.Find(known.Key)?.Statement != stored.Key)
        {
            state.Statements.Update(stored.Key, stored with { Outcome = StatementOutcome.Repeated });
            order.Settled(state, statement, lastWaiting).Save(state);
        }

        return ApplyResult.Repeated;
    }

    /// <summary>It cannot be true together with what is booked.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="state">The batch.</param>
    /// <param name="order">Its order.</param>
    /// <param name="channelAccountId">Who said it.</param>
    /// <param name="booked">What is booked, as part of a sentence.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static ApplyResult Contradict(this Statement statement, BatchState state, OrderRow order, long channelAccountId, string booked, long nowMs)
    {
        var row = statement.Leave(state, order.Bucket, channelAccountId, order.Id, StatementOutcome.Contradiction, booked);
        if (statement.Stored is { Outcome: StatementOutcome.Waiting })
        {
            state.End(order.Bucket, CaseKind.WaitingReturn, CaseChange.SubjectOf(order.Number, row), "The statement contradicts what is booked.");
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.Contradiction))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.Contradiction })
                .Happened(state, EventType.Contradiction, statement.Cause, nowMs, $"{CaseChange.Words(row)}; {booked}")
                .Save(state);
        }

        state.Raise(About(row, order, CaseKind.Contradiction, CaseSeverity.Today) with { Text = $"{CaseChange.Words(row)}. In the books of order {order.Number}: {booked}." });
        return ApplyResult.Contradiction;
    }

    /// <summary>Why a return waits that may be taken from the order when no refund of it is open any longer. It is no trouble, so it has no case.</summary>
    private const string ForRefund = "a refund of the order is open";

    /// <summary>It takes back a payment that has not been told, or what a refund may be giving back: it waits for it.</summary>
    public static ApplyResult Wait(this Statement statement, BatchState state, OrderRow order, long channelAccountId, long nowMs)
    {
        var refunding = order.RefundingMinor > 0;
        if (statement.Stored is { } stored && (refunding || stored.Note != ForRefund))
        {
            return ApplyResult.Waiting;
        }

        var row = statement.Leave(state, order.Bucket, channelAccountId, order.Id, StatementOutcome.Waiting, refunding ? ForRefund : "went back before it came");
        if (statement.Stored is not null)
        {
            state.Statements.Update(row.Key, row with { Note = "went back before it came" });
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.Waiting))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.Waiting })
                .Happened(state, EventType.StatementWaits, statement.Cause, nowMs, CaseChange.Words(row))
                .Save(state);
        }

        if (refunding)
        {
            return ApplyResult.Waiting;
        }

        state.Raise(About(row, order, CaseKind.WaitingReturn, CaseSeverity.Today) with
        {
            Text = $"{CaseChange.Words(row)}. Order {order.Number} does not hold as much: the payment has not been told, or the rail is wrong.",
        });
        return ApplyResult.Waiting;
    }

    /// <summary>A statement that waited is booked: its case is over, and with the last one the order waits no longer.</summary>
    public static OrderRow Settled(this OrderRow order, BatchState state, Statement statement, bool last)
    {
        if (statement.Stored is not { } row)
        {
            return order;
        }

        var kind = row.Outcome == StatementOutcome.Waiting ? CaseKind.WaitingReturn : CaseKind.Contradiction;
        state.End(row.Bucket, kind, CaseChange.SubjectOf(order.Number, row), "The statement is booked.");
        return last ? order with { Exceptions = order.Exceptions & ~OrderExceptions.Waiting } : order;
    }

    public static CaseRow About(StatementRow row, OrderRow order, string kind, CaseSeverity severity) => new()
    {
        Bucket = row.Bucket,
        Kind = kind,
        Subject = CaseChange.SubjectOf(order.Number, row),
        Severity = severity,
        OrderId = order.Id,
        ChannelAccountId = row.ChannelAccountId,
        StatementId = row.Id,
        AmountMinor = row.AmountMinor,
        Currency = row.Currency,
    };
}
