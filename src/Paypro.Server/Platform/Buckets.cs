using System.Security.Cryptography;
using System.Text;

namespace Paypro.Server.Platform;

/// <summary>There are 64 buckets, which never changes. A merchant belongs to one; what belongs to no merchant is spread by its name.</summary>
internal static class Buckets
{
    public const short Count = 64;

    /// <summary>For statements that cannot know the bucket and therefore name every one.</summary>
    public static readonly short[] All = [.. Enumerable.Range(0, Count).Select(static b => (short)b)];

    /// <summary>The bucket of a text; stable over versions and machines.</summary>
    public static short Of(string text) => (short)(SHA256.HashData(Encoding.UTF8.GetBytes(text))[0] % Count);
}
