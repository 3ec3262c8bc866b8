using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>Notes when each channel account's rail last called, for whoever wonders whether it still does. Once a minute at most in each process.</summary>
internal sealed class LastCallbacks(IContexts contexts, BatchWriter writer, TimeProvider time, ILogger<LastCallbacks> log)
{
    private const long EveryMs = 60_000;

    private readonly ConcurrentDictionary<long, long> _noted = new();

    public async Task NoteAsync(long accountId)
    {
        var nowMs = time.NowMs();
        var before = _noted.GetOrAdd(accountId, 0);
        if (nowMs - before < EveryMs || !_noted.TryUpdate(accountId, nowMs, before))
        {
            return;
        }

        try
        {
            await writer.InTurnAsync(async () =>
            {
                await using var context = contexts.Create();
                return await context.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO channel_callbacks (channel_account_id, at_ms) VALUES ({accountId}, {nowMs})
                    ON CONFLICT (channel_account_id) DO UPDATE SET at_ms = {nowMs} WHERE channel_callbacks.at_ms < {nowMs}
                    """);
            });
        }
#pragma warning disable CA1031 // What the callback said is stored; the rail must not be asked to repeat it for this.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "The time of the last callback of channel account {AccountId} was not noted", accountId);
        }
    }
}
