using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// Whether the database takes writes: a full disk, a file that became read-only and a standby answer every question and store nothing. It
/// is tried at most once a second and never twice at once, however many ask.
/// </summary>
internal sealed class WriteProbe(BatchWriter writer, IContexts contexts, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    /// <summary>How long a batch that the database failed counts: the log of a full disk may still have room for a row, and not for an order.</summary>
    private static readonly TimeSpan FailedFor = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<bool>? _last;
    private long _triedAt;

    /// <summary>False or a throw where nothing can be written.</summary>
    public Task<bool> CanWriteAsync(CancellationToken cancellation)
    {
        if (writer.HasFailedWithin(FailedFor))
        {
            return Task.FromResult(false);
        }

        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_triedAt) >= GoodFor))
            {
                _triedAt = time.GetTimestamp();
                _last = Task.Run(TryAsync, CancellationToken.None);
            }

            return _last.WaitAsync(cancellation);
        }
    }

    /// <summary>In its turn, as every change: where the writer is stuck, nothing can be written either.</summary>
    private Task<bool> TryAsync() => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();

        // Something has to change: SQLite leaves a page unwritten whose content stays the same. No batch has this key, and nobody deletes it.
        return await context.Database.ExecuteSqlAsync(
            $"INSERT INTO batches (bucket, id, created_at_ms, mark) VALUES (-1, 1, {time.NowMs()}, 0) ON CONFLICT (bucket, id) DO UPDATE SET created_at_ms = excluded.created_at_ms, mark = batches.mark + 1") == 1;
    });
}
