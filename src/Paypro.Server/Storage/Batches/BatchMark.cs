using System.Buffers.Binary;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// What a batch writes beside its id. A row with the batch's own mark was written by the batch; any other stands where the batch
/// would have had to write, and was written by somebody who asked for its fate.
/// </summary>
internal static class BatchMark
{
    /// <summary>Written by those who ask. No batch has it.</summary>
    public const long Probe = 0;

    /// <summary>Random and positive: two processes that by mistake gave one id to two batches still tell them apart.</summary>
    public static long Draw(IRandomness random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        random.Fill(bytes);
        return (BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue) | 1;
    }

    /// <summary>
    /// Whether a batch was committed, from the mark that stands in its place for good. What a probe wrote is no batch, also when the
    /// answer to that probe was lost.
    /// </summary>
    /// <param name="mark">The batch's own.</param>
    /// <param name="standing">The one that was read, after a mark was certainly written.</param>
    public static bool IsOf(long mark, long standing) => standing == mark;
}
