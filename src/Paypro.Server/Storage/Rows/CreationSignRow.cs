namespace Paypro.Server.Storage;

/// <summary>
/// What a request's signature was used for. An MD5 signature does not say which members it covers, nor for which operation, so
/// that one is good for one creation alone. Kept as long as the orders.
/// </summary>
internal sealed record CreationSignRow
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }

    /// <summary>The signature's first eight bytes.</summary>
    public long SignHash { get; init; }

    /// <summary>Number of the <see cref="Protocol.Countries.OperationKind"/>.</summary>
    public short Operation { get; init; }

    /// <summary>As the request named it; empty where it named none that could be one.</summary>
    public string TradeNo { get; init; } = "";

    /// <summary>When it came first, Unix milliseconds UTC.</summary>
    public long AtMs { get; init; }

    public CreationSignKey Key => new(Bucket, MerchantNo, SignHash);
}

/// <inheritdoc cref="CreationSignRow"/>
internal readonly record struct CreationSignKey(short Bucket, long MerchantNo, long SignHash) : IComparable<CreationSignKey>
{
    public int CompareTo(CreationSignKey other) => (Bucket, MerchantNo, SignHash).CompareTo((other.Bucket, other.MerchantNo, other.SignHash));
}

/// <summary>Whether a signature was used before.</summary>
internal enum SignUse : byte
{
    /// <summary>It was not, and is remembered now.</summary>
    First,

    /// <summary>For the same operation and number.</summary>
    Again,

    /// <summary>For another operation or another number: nothing may be stored for it.</summary>
    Elsewhere,
}
