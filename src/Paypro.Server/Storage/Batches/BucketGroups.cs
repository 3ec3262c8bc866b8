using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// How the buckets are split: a batch holds commands of one group only, and its statements name the buckets of that group. One group is
/// all of them.
/// </summary>
/// <param name="count">1 to 64.</param>
internal sealed class BucketGroups(int count)
{
    private readonly short[][] _buckets =
        [.. Enumerable.Range(0, count).Select(group => Enumerable.Range(0, Buckets.Count).Where(b => b % count == group).Select(static b => (short)b).ToArray())];

    public int Count => count;

    /// <summary>The group of a bucket, from 0.</summary>
    public int Of(short bucket) => bucket % count;

    /// <summary>All buckets of a bucket's group, in order.</summary>
    public short[] BucketsOf(short bucket) => _buckets[Of(bucket)];
}
