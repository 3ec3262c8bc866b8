using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>A rail's authentic word on its way into the books.</summary>
/// <param name="Said">What is said.</param>
/// <param name="Source">How it came.</param>
/// <param name="Id">Its id when it is booked at once; from the id source.</param>
/// <param name="ReceivedAtMs">When it came, or when the rail was asked: what "not found" is true of. Unix milliseconds UTC.</param>
internal sealed record Statement(Observation Said, StatementSource Source, long Id, long ReceivedAtMs)
{
    /// <summary>The text that it was read from; null when it was not kept.</summary>
    public StatementBodyRow? Body { get; init; }

    /// <summary>The row, when it was stored before and is applied now.</summary>
    public StatementRow? Stored { get; init; }

    /// <summary>Who sent the money, sealed by <see cref="Senders"/>; empty when the rail did not tell.</summary>
    public (string KeyId, byte[] Sealed) Sender { get; init; } = ("", []);

    /// <summary>What whoever the money came from can be found by.</summary>
    public IReadOnlyList<string> SenderMarks { get; init; } = [];

    /// <summary>Who decided it; empty for a rail's own word.</summary>
    public string Actor { get; init; } = "";

    /// <summary>How an order's history names it.</summary>
    public string Cause => Source switch
    {
        StatementSource.Callback => "callback",
        StatementSource.Query => "query",
        StatementSource.Listing => "listing",
        _ => Actor,
    };

    /// <summary>A stored statement that is applied again.</summary>
    public static Statement Of(StatementRow row) => new(
        new Observation
        {
            Kind = row.Kind,
            Direction = row.Direction,
            Reference = row.Reference,
            AmountMinor = row.AmountMinor,
            Currency = row.Currency,
            OccurredAtMs = row.OccurredAtMs,
            RailReference = row.RailReference,
            DedupeKey = row.DedupeKey,
            Reason = row.Reason,
        },
        row.Source,
        row.Id,
        row.ReceivedAtMs)
    {
        Stored = row,
        Sender = (row.SenderKeyId, row.SenderSealed),
    };

    /// <summary>Names the row of a statement that was stored before.</summary>
    public void Declare(Needs needs)
    {
        if (Stored is not null)
        {
            needs.Statements.Add(Stored.Key);
        }
    }

    /// <summary>The row that it is when it is booked in a bucket's books.</summary>
    public StatementKey KeyIn(short bucket) => Stored?.Key ?? new StatementKey(bucket, Id);

    /// <summary>Whether it was stored before and somebody has applied or decided it meanwhile.</summary>
    public bool IsSettled(BatchState state) =>
        Stored is not null && state.Statements.Get(Stored.Key).Outcome is not (StatementOutcome.Waiting or StatementOutcome.Contradiction);

    /// <summary>Stores it with its money: the movement is taken, for good.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="at">Whose books, and which movement.</param>
    /// <param name="kind">Receipt or return.</param>
    /// <param name="orderId">The order; 0 for suspense.</param>
    /// <param name="transferNo">The transfer that books it; 0 when no money of ours moved.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="suspense">Why it is in suspense; empty when it is not.</param>
    public StatementRow BookMovement(BatchState state, MovementKey at, MovementKind kind, long orderId, long transferNo, long nowMs, string suspense = "")
    {
        var row = Book(state, at.Bucket, at.ChannelAccountId, orderId, transferNo, nowMs, suspense);
        var movement = at.Everywhere(kind);
        state.Movements.Insert(movement, new RailMovementRow
        {
            ChannelAccountId = at.ChannelAccountId,
            Direction = at.Direction,
            Kind = kind,
            DedupeKey = at.DedupeKey,
            Bucket = at.Bucket,
            AmountMinor = Said.AmountMinor,
            OrderId = orderId,
            StatementBucket = row.Bucket,
            StatementId = row.Id,
        });
        return row;
    }

    /// <summary>Stores it as applied; for a final word without money of its own.</summary>
    public StatementRow Book(BatchState state, short bucket, long channelAccountId, long orderId, long transferNo, long nowMs, string suspense = "")
    {
        var outcome = suspense.Length == 0 ? StatementOutcome.Booked : StatementOutcome.Suspense;
        StatementRow row;
        if (Stored is null)
        {
            row = Row(bucket, channelAccountId, orderId) with { Outcome = outcome, Note = suspense, BookedAtMs = nowMs, TransferNo = transferNo };
            state.Statements.Insert(row.Key, row);
            state.CanBeFoundBy(new OrderKey(row.Bucket, 0), SenderMarks, row.Id);
            Keep(state, row, open: false);
        }
        else
        {
            row = state.Statements.Get(Stored.Key) with { Outcome = outcome, OrderId = orderId, Note = suspense, BookedAtMs = nowMs, TransferNo = transferNo };
            state.Statements.Update(row.Key, row);
        }

        return row;
    }

    /// <summary>Stores it without booking anything. The same one again is the same row, and a row that is there already stays as it is.</summary>
    public StatementRow Leave(BatchState state, short bucket, long channelAccountId, long orderId, StatementOutcome outcome, string note)
    {
        if (Stored is not null)
        {
            var stored = state.Statements.Get(Stored.Key);
            if (stored.Outcome != outcome)
            {
                stored = stored with { Outcome = outcome, Note = note };
                state.Statements.Update(stored.Key, stored);
            }

            return stored;
        }

        var row = Row(bucket, channelAccountId, orderId) with { Outcome = outcome, Note = note };
        row = row with { Id = StatementRow.IdOf(row) };
        row = row with { BodyId = Body is null ? 0 : row.Id };
        if (state.Statements.Seen(row.Key) is { } there)
        {
            return there;
        }

        state.Statements.Write(row.Key, row);
        state.CanBeFoundBy(new OrderKey(row.Bucket, 0), SenderMarks, row.Id);
        Keep(state, row, open: true);
        return row;
    }

    /// <summary>Whether it is the very statement that a movement is booked by, told once more.</summary>
    public bool Is(RailMovementRow known, short bucket, long channelAccountId, long orderId) =>
        known.StatementBucket == bucket && known.StatementId == StatementRow.IdOf(Row(bucket, channelAccountId, orderId));

    private StatementRow Row(short bucket, long channelAccountId, long orderId) => new()
    {
        Bucket = bucket,
        Id = Id,
        ChannelAccountId = channelAccountId,
        Direction = Said.Direction,
        Kind = Said.Kind,
        Source = Source,
        OrderId = orderId,
        Reference = Said.Reference,
        DedupeKey = Said.DedupeKey,
        AmountMinor = Said.AmountMinor,
        Currency = Said.Currency,
        RailReference = Said.RailReference,
        FindKey = StatementRow.FindKeyOf(Said.RailReference.Length > 0 ? Said.RailReference : Said.DedupeKey),
        Reason = Said.Reason,
        OccurredAtMs = Said.OccurredAtMs,
        ReceivedAtMs = ReceivedAtMs,
        BodyId = Body?.Id ?? 0,
        SenderKeyId = Sender.KeyId,
        SenderSealed = Sender.Sealed,
    };

    private void Keep(BatchState state, StatementRow row, bool open)
    {
        if (Body is not null)
        {
            // The same unbooked statement told again keeps no second text.
            var body = Body with { Bucket = row.Bucket, Id = row.BodyId };
            state.Bodies.Write(body.Key, body with { Open = open || state.Bodies.Seen(body.Key) is { Open: true } });
        }
    }
}
