using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// Applies statements that waited for the payment that they take back and need wait no longer. Whoever books the missing payment applies
/// them at once; this finds what was left where the process ended in between. Doing it twice does no harm.
/// </summary>
internal sealed class WaitingStatements(IContexts contexts, RailStatements statements, ILogger<WaitingStatements> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Statements looked at in one turn.</summary>
    public const int PerTurn = 200;

    /// <summary>Where the last turn ended, so that those that go on waiting do not take the turn of later ones.</summary>
    private StatementKey _after = new(-1, 0);

    /// <summary>One turn; false, for what still waits is looked at again a minute later.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var waiting = await ReadAsync(cancellation);
        foreach (var order in waiting.Where(w => w.OrderId != 0).Select(w => new OrderKey(w.Bucket, w.OrderId)).Distinct())
        {
            await AloneAsync(() => statements.ApplyWaitingAsync(order, cancellation), cancellation);
        }

        foreach (var unknown in waiting.Where(w => w.OrderId == 0))
        {
            await AloneAsync(() => statements.ApplyAgainAsync(unknown, cancellation), cancellation);
        }

        _after = waiting.Count == PerTurn ? waiting[^1].Key : new(-1, 0);
        return false;
    }

    /// <summary>One that cannot be applied does not stop the next.</summary>
    private async Task AloneAsync(Func<Task> apply, CancellationToken cancellation)
    {
        try
        {
            await apply();
        }
#pragma warning disable CA1031 // It is looked at again in the next round.
        catch (Exception error) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(error, "A waiting statement could not be applied");
        }
    }

    private async Task<List<StatementRow>> ReadAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (bucket, id) = _after;
        return await context.Statements
            .Where(s => Buckets.All.Contains(s.Bucket) && s.Outcome == StatementOutcome.Waiting && (s.Bucket > bucket || (s.Bucket == bucket && s.Id > id)))
            .OrderBy(s => s.Bucket).ThenBy(s => s.Id)
            .Take(PerTurn)
            .ToListAsync(cancellation);
    }
}
