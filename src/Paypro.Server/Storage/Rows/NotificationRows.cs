namespace Paypro.Server.Storage;

/// <summary>
/// The outbox: one row for each order whose newest result has not been taken by its merchant. What is told is read from the
/// order when it is sent, so that a late retry can never tell an older result.
/// </summary>
internal sealed record NotificationRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }
    public long MerchantNo { get; init; }

    /// <summary>The <see cref="OrderRow.ResultVersion"/> that it was made for.</summary>
    [Changes]
    public int Version { get; init; }

    /// <summary>Failed deliveries of this version.</summary>
    [Changes]
    public short Tries { get; init; }

    [Changes]
    public long DueAtMs { get; init; }

    /// <summary>Until when one node delivers it, by the database's clock; 0 = nobody.</summary>
    [Changes]
    public long LeaseUntilMs { get; init; }

    public OrderKey Key => new(Bucket, OrderId);
}

/// <summary>One delivery that was tried. Kept for the screen.</summary>
internal sealed record NotificationAttemptRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }
    public int Version { get; init; }
    public short TryNo { get; init; }
    public long MerchantNo { get; init; }
    public long AtMs { get; init; }
    public int DurationMs { get; init; }

    /// <summary>0 when there was no answer.</summary>
    public short HttpStatus { get; init; }
    public bool Taken { get; init; }

    /// <summary>The first 2 kB of the answer, or why there was none.</summary>
    public string Answer { get; init; } = "";

    public NotificationAttemptKey Key => new(Bucket, OrderId, Version, TryNo);
}

internal readonly record struct NotificationAttemptKey(short Bucket, long OrderId, int Version, short TryNo) : IComparable<NotificationAttemptKey>
{
    public int CompareTo(NotificationAttemptKey other) =>
        (Bucket, OrderId, Version, TryNo).CompareTo((other.Bucket, other.OrderId, other.Version, other.TryNo));
}
