using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>The columns of what rails say; a test holds them against the EF model.</summary>
internal static class MovementTables
{
    public static readonly Table<RailMovementRow> Movements = new Table<RailMovementRow>(
        "rail_movements",
        4,
        static r => new RailMovementRow
        {
            ChannelAccountId = r.GetInt64(0),
            Direction = (Direction)r.GetInt16(1),
            Kind = (MovementKind)r.GetInt16(2),
            DedupeKey = r.GetString(3),
            Bucket = r.GetInt16(4),
            AmountMinor = r.GetInt64(5),
            OrderId = r.GetInt64(6),
            StatementBucket = r.GetInt16(7),
            StatementId = r.GetInt64(8),
        },
        Columns<RailMovementRow>.Long("channel_account_id", x => x.ChannelAccountId),
        Columns<RailMovementRow>.Short("direction", x => (short)x.Direction),
        Columns<RailMovementRow>.Short("kind", x => (short)x.Kind),
        Columns<RailMovementRow>.Text("dedupe_key", x => x.DedupeKey),
        Columns<RailMovementRow>.Short("bucket", x => x.Bucket),
        Columns<RailMovementRow>.Long("amount_minor", x => x.AmountMinor),
        Columns<RailMovementRow>.Long("order_id", x => x.OrderId),
        Columns<RailMovementRow>.Short("statement_bucket", x => x.StatementBucket),
        Columns<RailMovementRow>.Long("statement_id", x => x.StatementId))
        .Changing("bucket", "order_id");

    public static readonly Table<StatementRow> Statements = new Table<StatementRow>(
        "rail_statements",
        2,
        static r => new StatementRow
        {
            Bucket = r.GetInt16(0),
            Id = r.GetInt64(1),
            ChannelAccountId = r.GetInt64(2),
            Direction = (Direction)r.GetInt16(3),
            Kind = (ObservationKind)r.GetInt16(4),
            Source = (StatementSource)r.GetInt16(5),
            Outcome = (StatementOutcome)r.GetInt16(6),
            OrderId = r.GetInt64(7),
            Reference = r.GetString(8),
            DedupeKey = r.GetString(9),
            AmountMinor = r.GetInt64(10),
            Currency = r.GetString(11),
            RailReference = r.GetString(12),
            Reason = r.GetString(13),
            Note = r.GetString(14),
            OccurredAtMs = r.GetInt64(15),
            ReceivedAtMs = r.GetInt64(16),
            BookedAtMs = r.GetInt64(17),
            TransferNo = r.GetInt64(18),
            ReturnedMinor = r.GetInt64(19),
            BodyId = r.GetInt64(20),
            SenderKeyId = r.GetString(21),
            SenderSealed = r.GetFieldValue<byte[]>(22),
        },
        Columns<StatementRow>.Short("bucket", x => x.Bucket),
        Columns<StatementRow>.Long("id", x => x.Id),
        Columns<StatementRow>.Long("channel_account_id", x => x.ChannelAccountId),
        Columns<StatementRow>.Short("direction", x => (short)x.Direction),
        Columns<StatementRow>.Short("kind", x => (short)x.Kind),
        Columns<StatementRow>.Short("source", x => (short)x.Source),
        Columns<StatementRow>.Short("outcome", x => (short)x.Outcome),
        Columns<StatementRow>.Long("order_id", x => x.OrderId),
        Columns<StatementRow>.Text("reference", x => x.Reference),
        Columns<StatementRow>.Text("dedupe_key", x => x.DedupeKey),
        Columns<StatementRow>.Long("amount_minor", x => x.AmountMinor),
        Columns<StatementRow>.Text("currency", x => x.Currency),
        Columns<StatementRow>.Text("rail_reference", x => x.RailReference),
        Columns<StatementRow>.Text("reason", x => x.Reason),
        Columns<StatementRow>.Text("note", x => x.Note),
        Columns<StatementRow>.Long("occurred_at_ms", x => x.OccurredAtMs),
        Columns<StatementRow>.Long("received_at_ms", x => x.ReceivedAtMs),
        Columns<StatementRow>.Long("booked_at_ms", x => x.BookedAtMs),
        Columns<StatementRow>.Long("transfer_no", x => x.TransferNo),
        Columns<StatementRow>.Long("returned_minor", x => x.ReturnedMinor),
        Columns<StatementRow>.Long("body_id", x => x.BodyId),
        Columns<StatementRow>.Text("sender_key_id", x => x.SenderKeyId),
        Columns<StatementRow>.Bytes("sender_sealed", x => x.SenderSealed))
        .Changing("outcome", "order_id", "note", "booked_at_ms", "transfer_no", "returned_minor");

    public static readonly Table<StatementBodyRow> Bodies = new(
        "statement_bodies",
        2,
        static r => new StatementBodyRow
        {
            Bucket = r.GetInt16(0),
            Id = r.GetInt64(1),
            Open = r.GetBoolean(2),
            MasterKeyId = r.GetString(3),
            Sealed = r.GetFieldValue<byte[]>(4),
        },
        Columns<StatementBodyRow>.Short("bucket", x => x.Bucket),
        Columns<StatementBodyRow>.Long("id", x => x.Id),
        Columns<StatementBodyRow>.Bool("open", x => x.Open),
        Columns<StatementBodyRow>.Text("master_key_id", x => x.MasterKeyId),
        Columns<StatementBodyRow>.Bytes("sealed", x => x.Sealed))
    {
        OnConflict = "(bucket, id) DO UPDATE SET open = statement_bodies.open OR excluded.open",
    };
}
