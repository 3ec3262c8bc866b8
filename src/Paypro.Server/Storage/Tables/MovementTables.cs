using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>The columns of what all buckets share; a test holds them against the EF model.</summary>
internal static class MovementTables
{
    public static readonly Table<RailMovementRow> Movements = new(
        "rail_movements",
        4,
        static r => new RailMovementRow
        {
            ChannelAccountId = r.GetInt64(0),
            Direction = (Direction)r.GetInt16(1),
            Kind = (MovementKind)r.GetInt16(2),
            DedupeKey = r.GetString(3),
            Bucket = r.GetInt16(4),
        },
        Columns<RailMovementRow>.Long("channel_account_id", x => x.ChannelAccountId),
        Columns<RailMovementRow>.Short("direction", x => (short)x.Direction),
        Columns<RailMovementRow>.Short("kind", x => (short)x.Kind),
        Columns<RailMovementRow>.Text("dedupe_key", x => x.DedupeKey),
        Columns<RailMovementRow>.Short("bucket", x => x.Bucket));
}
