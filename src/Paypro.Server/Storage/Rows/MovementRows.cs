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

/// <summary>
/// Which statement may book a rail's movement: the only thing that makes it happen once, whatever how and where it is told. The movement is
/// booked when that statement is. Until then another statement may take its place (<see cref="Postgres.MovementClaims"/>).
/// </summary>
internal sealed record MovementClaimRow
{
    public long ChannelAccountId { get; init; }
    public Direction Direction { get; init; }
    public MovementKind Kind { get; init; }
    public string DedupeKey { get; init; } = "";

    /// <summary>Bucket and id of the statement.</summary>
    [Changes]
    public short StatementBucket { get; init; }

    [Changes]
    public long StatementId { get; init; }

    public RailMovementKey Key => new(ChannelAccountId, Direction, Kind, DedupeKey);

    public StatementKey Statement => new(StatementBucket, StatementId);
}

/// <summary>Where a rail's movement is booked, as its claim and the statement named there say. A command that books one inserts it.</summary>
internal sealed record RailMovementRow
{
    public long ChannelAccountId { get; init; }
    public Direction Direction { get; init; }
    public MovementKind Kind { get; init; }
    public string DedupeKey { get; init; } = "";

    /// <summary>Where its money is: another bucket than its statement's once money in suspense was assigned there.</summary>
    public short Bucket { get; init; }
    public long AmountMinor { get; init; }

    /// <summary>The order that it is booked for; 0 = suspense.</summary>
    public long OrderId { get; init; }

    /// <summary>Bucket and id of the statement that books it.</summary>
    public short StatementBucket { get; init; }
    public long StatementId { get; init; }

    public RailMovementKey Key => new(ChannelAccountId, Direction, Kind, DedupeKey);

    public StatementKey Statement => new(StatementBucket, StatementId);

    public bool IsFor(OrderRow order) => Bucket == order.Bucket && OrderId == order.Id;

    /// <summary>A movement whose statement is stored; null while nothing is booked.</summary>
    public static RailMovementRow? Of(RailMovementKey key, StatementRow? statement) => statement is not { BookedAtMs: not 0 } ? null : new()
    {
        ChannelAccountId = key.ChannelAccountId,
        Direction = key.Direction,
        Kind = key.Kind,
        DedupeKey = key.DedupeKey,
        Bucket = statement.OrderBucket,
        AmountMinor = statement.AmountMinor,
        OrderId = statement.OrderId,
        StatementBucket = statement.Bucket,
        StatementId = statement.Id,
    };
}
