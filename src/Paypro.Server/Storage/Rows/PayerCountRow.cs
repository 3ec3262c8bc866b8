namespace Paypro.Server.Storage;

/// <summary>What one payer has begun and paid with a merchant, where the country limits it; cleared away when nothing counts any longer.</summary>
internal sealed record PayerCountRow
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }

    /// <summary>A keyed hash of what is limited (the address, the customer, the amount): no personal data.</summary>
    public string Payer { get; init; } = "";

    /// <summary><c>yyyyMMdd</c> in the country's time zone; 0 where the time counts from the last payment begun.</summary>
    public int LocalDate { get; init; }

    [Changes]
    public int Begun { get; init; }

    [Changes]
    public int Paid { get; init; }

    /// <summary>When the last was begun, Unix milliseconds UTC.</summary>
    [Changes]
    public long BegunAtMs { get; init; }

    public PayerCountKey Key => new(Bucket, MerchantNo, Payer, LocalDate);

    public static PayerCountRow Of(PayerCountKey key) =>
        new() { Bucket = key.Bucket, MerchantNo = key.MerchantNo, Payer = key.Payer, LocalDate = key.LocalDate };
}

/// <inheritdoc cref="PayerCountRow"/>
internal readonly record struct PayerCountKey(short Bucket, long MerchantNo, string Payer, int LocalDate) : IComparable<PayerCountKey>
{
    public int CompareTo(PayerCountKey other) =>
        (Bucket, MerchantNo).CompareTo((other.Bucket, other.MerchantNo)) is var c and not 0 ? c
        : string.CompareOrdinal(Payer, other.Payer) is var p and not 0 ? p
        : LocalDate.CompareTo(other.LocalDate);
}
