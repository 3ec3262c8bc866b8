namespace Paypro.Server.Storage;

/// <summary>
/// By what the payer or recipient of an order, or whoever money came from, can be found: a keyed hash and no personal data. One row for each thing that he is
/// known by; they are only added.
/// </summary>
internal sealed record KnownPersonRow
{
    public short Bucket { get; init; }

    /// <summary>A keyed hash of country, kind (account, phone number) and text.</summary>
    public string Mark { get; init; } = "";

    /// <summary>The order; 0 for whoever money came from.</summary>
    public long OrderId { get; init; }

    /// <summary>The statement of the money that came from him; 0 for an order's person.</summary>
    public long StatementId { get; init; }

    public KnownPersonKey Key => new(Bucket, Mark, OrderId, StatementId);
}

/// <inheritdoc cref="KnownPersonRow"/>
internal readonly record struct KnownPersonKey(short Bucket, string Mark, long OrderId, long StatementId) : IComparable<KnownPersonKey>
{
    public int CompareTo(KnownPersonKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket)
        : string.CompareOrdinal(Mark, other.Mark) is var c and not 0 ? c
        : (OrderId, StatementId).CompareTo((other.OrderId, other.StatementId));
}
