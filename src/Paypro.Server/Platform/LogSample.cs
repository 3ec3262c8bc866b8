using System.Collections.Concurrent;

namespace Paypro.Server.Platform;

/// <summary>
/// Lets one line of each kind into the log in a while and counts the others: what anybody can cause by calling must not fill a disk.
/// </summary>
/// <param name="time">The clock; only elapsed time counts.</param>
internal sealed class LogSample(TimeProvider time)
{
    /// <summary>One line of a kind in this time.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <param name="name">The kind: one of a small fixed number, never what a caller wrote.</param>
    /// <param name="count">How many there were since the last line, this one with them.</param>
    /// <returns>Whether this one is to be written.</returns>
    public bool Takes(string name, out long count)
    {
        var kind = _kinds.GetOrAdd(name, static _ => new Kind());
        lock (kind)
        {
            kind.Count++;
            count = kind.Count;
            if (kind.ToldAt is { } toldAt && time.GetElapsedTime(toldAt) < Every)
            {
                return false;
            }

            (kind.ToldAt, kind.Count) = (time.GetTimestamp(), 0);
            return true;
        }
    }

    private sealed class Kind
    {
        public long Count { get; set; }
        public long? ToldAt { get; set; }
    }
}
