using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Calls;

/// <summary>When each key has signed a call last, to the minute. A call costs a look-up; a loop writes what has changed.</summary>
internal sealed class KeyUses(IContexts contexts, BatchWriter writer)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private const long ToMs = 60_000;
    private readonly ConcurrentDictionary<long, long> _used = [];
    private ConcurrentDictionary<long, long> _changed = [];

    public void Note(long keyId, long nowMs)
    {
        if (!_used.TryGetValue(keyId, out var at) || nowMs - at >= ToMs)
        {
            _used[keyId] = nowMs;
            Volatile.Read(ref _changed)[keyId] = nowMs;
        }
    }

    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var changed = Interlocked.Exchange(ref _changed, []);
        if (changed.IsEmpty)
        {
            return false;
        }

        try
        {
            await SaveAsync(changed, cancellation);
        }
        catch
        {
            // Tried again in the next turn, whatever a call noted meanwhile is newer.
            foreach (var (key, at) in changed)
            {
                Volatile.Read(ref _changed).TryAdd(key, at);
            }

            throw;
        }

        return false;
    }

    private Task<int> SaveAsync(ConcurrentDictionary<long, long> changed, CancellationToken cancellation) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();

        // In the order of the keys, so that two nodes do not wait for each other.
        foreach (var (key, at) in changed.OrderBy(k => k.Key))
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO key_uses (key_id, used_at_ms) VALUES ({key}, {at})
                ON CONFLICT (key_id) DO UPDATE SET used_at_ms = excluded.used_at_ms WHERE key_uses.used_at_ms < excluded.used_at_ms
                """,
                cancellation);
        }

        return changed.Count;
    });
}
