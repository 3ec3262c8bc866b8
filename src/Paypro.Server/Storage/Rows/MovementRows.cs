using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>A rail's movement of money, named by the rail's own dedupe key.</summary>
internal readonly record struct MovementKey(short Bucket, long ChannelAccountId, Direction Direction, string DedupeKey) : IComparable<MovementKey>
{
    public int CompareTo(MovementKey other) =>
        (Bucket, ChannelAccountId, Direction).CompareTo((other.Bucket, other.ChannelAccountId, other.Direction)) is var c and not 0
            ? c
            : string.CompareOrdinal(DedupeKey, other.DedupeKey);

    public RailMovementKey Everywhere(MovementKind kind) => new(ChannelAccountId, Direction, kind, DedupeKey);
}

/// <summary>Whether a movement brought what was asked for, or took it back.</summary>
internal enum MovementKind : short
{
    Receipt = 1,
    Return = 2,
}

/// <summary>A rail's movement wherever it was booked: the key that all buckets share.</summary>
internal readonly record struct RailMovementKey(long ChannelAccountId, Direction Direction, MovementKind Kind, string DedupeKey) : IComparable<RailMovementKey>
{
    public int CompareTo(RailMovementKey other) =>
        (ChannelAccountId, Direction, Kind).CompareTo((other.ChannelAccountId, other.Direction, other.Kind)) is var c and not 0
            ? c
            : string.CompareOrdinal(DedupeKey, other.DedupeKey);
}

/// <summary>Where a rail's movement is booked; the only thing that makes it happen once, whatever how and where it is told.</summary>
internal sealed record RailMovementRow
{
    public long ChannelAccountId { get; init; }
    public Direction Direction { get; init; }
    public MovementKind Kind { get; init; }
    public string DedupeKey { get; init; } = "";

    /// <summary>Where its money is. It changes when money in suspense is assigned to an order of another bucket.</summary>
    [Changes]
    public short Bucket { get; init; }
    public long AmountMinor { get; init; }

    /// <summary>The order that it is booked for; 0 = suspense.</summary>
    [Changes]
    public long OrderId { get; init; }

    /// <summary>Bucket and id of the statement that told it first.</summary>
    public short StatementBucket { get; init; }
    public long StatementId { get; init; }

    public RailMovementKey Key => new(ChannelAccountId, Direction, Kind, DedupeKey);

    public StatementKey Statement => new(StatementBucket, StatementId);

    public bool IsFor(OrderRow order) => Bucket == order.Bucket && OrderId == order.Id;
}
