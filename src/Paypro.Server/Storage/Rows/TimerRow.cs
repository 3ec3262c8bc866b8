namespace Paypro.Server.Storage;

/// <summary>What a timer asks for. Stored as its number.</summary>
internal enum TimerWork : short
{
    /// <summary>Sending what is ready.</summary>
    Send = 1,

    /// <summary>Asking about an order that is under way, or ending its time.</summary>
    Ask = 2,

    /// <summary>Asking about an order that has ended: its money may still move.</summary>
    AskLate = 3,

    /// <summary>Ending an order that is parked for too long. Until then its row says where it is parked; at no account, a payout waits for approval.</summary>
    Parked = 4,
}

/// <summary>The queue that a timer's work waits in: of one channel account and one kind of work.</summary>
/// <param name="ChannelAccountId">Whose rail the work waits for; 0 = none.</param>
/// <param name="Work">What is to be done.</param>
internal readonly record struct TimerLane(long ChannelAccountId, TimerWork Work)
{
    /// <summary>The account of the lane in which payouts wait for the screening service or a person: no rail's, so that its silence keeps back nothing else.</summary>
    public const long Screening = -1;

    /// <summary>One number for both, as the queries compute it: the account times four, plus the work: 1 to 4, so that no two lanes have one number.</summary>
    public long Number => (ChannelAccountId * 4) + (long)Work;
}

/// <summary>
/// When somebody has to look at an order, and in which lane. Small: only orders that wait for something have one. The lane is where it is looked
/// for; what is done is decided by the order.
/// </summary>
internal sealed record TimerRow
{
    public short Bucket { get; init; }
    public long DueAtMs { get; init; }
    public long OrderId { get; init; }

    /// <summary>Whose rail its work waits for; 0 = none.</summary>
    public long ChannelAccountId { get; init; }
    public TimerWork Work { get; init; }

    /// <summary>Which attempt it is about; 0 = none.</summary>
    public short AttemptNo { get; init; }

    public TimerKey Key => new(Bucket, DueAtMs, OrderId);
    public TimerLane Lane => new(ChannelAccountId, Work);
}

internal readonly record struct TimerKey(short Bucket, long DueAtMs, long OrderId) : IComparable<TimerKey>
{
    public int CompareTo(TimerKey other) => (Bucket, DueAtMs, OrderId).CompareTo((other.Bucket, other.DueAtMs, other.OrderId));
}
