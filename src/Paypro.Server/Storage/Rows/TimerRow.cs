namespace Paypro.Server.Storage;

/// <summary>When somebody has to look at an order. Small: only orders that wait for something have one.</summary>
internal sealed record TimerRow
{
    public short Bucket { get; init; }
    public long DueAtMs { get; init; }
    public long OrderId { get; init; }

    public TimerKey Key => new(Bucket, DueAtMs, OrderId);
}

internal readonly record struct TimerKey(short Bucket, long DueAtMs, long OrderId) : IComparable<TimerKey>
{
    public int CompareTo(TimerKey other) => (Bucket, DueAtMs, OrderId).CompareTo((other.Bucket, other.DueAtMs, other.OrderId));
}
