using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>What counts of a merchant's orders against a daily limit, in one local day.</summary>
internal sealed record DailyTotalRow
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }
    public Direction Direction { get; init; }

    /// <summary>As the limit has it: a way, or <c>*</c>.</summary>
    public string Way { get; init; } = "";

    /// <summary><c>yyyyMMdd</c> in the country's time zone.</summary>
    public int LocalDate { get; init; }

    [Changes]
    public long AmountMinor { get; init; }

    public DailyTotalKey Key => new(Bucket, MerchantNo, Direction, Way, LocalDate);

    public static DailyTotalRow Of(DailyTotalKey key) =>
        new() { Bucket = key.Bucket, MerchantNo = key.MerchantNo, Direction = key.Direction, Way = key.Way, LocalDate = key.LocalDate };
}

/// <inheritdoc cref="DailyTotalRow"/>
internal readonly record struct DailyTotalKey(short Bucket, long MerchantNo, Direction Direction, string Way, int LocalDate) : IComparable<DailyTotalKey>
{
    public int CompareTo(DailyTotalKey other) =>
        (Bucket, MerchantNo, Direction).CompareTo((other.Bucket, other.MerchantNo, other.Direction)) is var c and not 0 ? c
        : string.CompareOrdinal(Way, other.Way) is var w and not 0 ? w
        : LocalDate.CompareTo(other.LocalDate);
}
