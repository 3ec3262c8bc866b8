using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// A batch on PostgreSQL. Connection errors, serialization failures and deadlocks run the whole batch again; anything else runs
/// it command by command (<see cref="BatchRun"/>); a COMMIT whose reply was lost is asked about with the batch's own id (<see cref="CommitFate"/>).
/// </summary>
internal sealed class PostgresEngine(
    NpgsqlDataSource source, BucketGroups groups, WriterOptions options, IdSource ids, IRandomness random, TimeProvider time, ILogger<PostgresEngine> log) : IBatchEngine
{
    private readonly PostgresLoader _loader = new(groups);
    private readonly PostgresSaver _saver = new(groups.Count > 1);
    private readonly MovementClaims _claims = new(source, groups);
    private readonly TradeGuess _trades = new();
    private readonly CommitFate _fate = new(source, ids, time, options, log);

    public Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        Turn.ThrowIfHeld();
        return Turn.HoldAsync(change);
    }

    public Task RunAsync(IReadOnlyList<WriteCommand> commands) => BatchRun.RunAsync(commands, TransactAsync, log);

    private async Task TransactAsync(IReadOnlyList<WriteCommand> commands)
    {
        var started = time.GetTimestamp();
        var assumeNew = _trades.AssumeNew();
        IReadOnlyList<MovementClaimRow> wanted = [];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _claims.TakeAsync(wanted);
                wanted = [];
                await RunOnceAsync(commands, assumeNew);
                return;
            }
            catch (ClaimsWantedException error) when (time.GetElapsedTime(started) <= TimeSpan.FromMilliseconds(options.RetryForMs))
            {
                wanted = error.Claims;
            }
            catch (TradesKnownException)
            {
                _trades.WasWrong();
                assumeNew = false;
            }
            catch (PostgresException error) when (error.SqlState.StartsWith("28", StringComparison.Ordinal) || error.SqlState.StartsWith("3D", StringComparison.Ordinal))
            {
                // We are not let in, or there is no such database: no command's fault.
                throw new WriteFailedException(error);
            }
            catch (Exception error) when (MayPass(error))
            {
                if (time.GetElapsedTime(started) > TimeSpan.FromMilliseconds(options.RetryForMs))
                {
                    throw new WriteFailedException(error);
                }

                WriterMeter.Repeats.Add(1);
                log.LogWarning("A batch of {Count} runs again after {Error} (try {Attempt})", commands.Count, error.Message, attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 << Math.Min(attempt, 8), 500)), time, CancellationToken.None);
            }
        }
    }

    /// <summary>Whether the same batch may succeed in a moment.</summary>
    private static bool MayPass(Exception error) => error switch
    {
        // 25006: a session of a server that has become a standby; the next one finds the primary.
        PostgresException { IsTransient: true } or PostgresException { SqlState: "25006" or "55P03" or "57P01" or "57P02" or "57P03" or "25P03" or "57014" } => true,

        // Another process has given our id to a batch of its own; the next try takes another.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "batches" } => true,
        PostgresException => false,
        _ => error is BatchConflictException or NpgsqlException or TimeoutException or System.IO.IOException or ObjectDisposedException,
    };

    private async Task RunOnceAsync(IReadOnlyList<WriteCommand> commands, bool assumeNew)
    {
        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        var state = new BatchState { TradesAssumed = assumeNew && needs.NewTrades.Count + needs.CreationSigns.Count > 0 };

        var claimed = await _claims.ClaimAsync(needs);
        var batch = new BatchId(commands[0].Bucket, ids.Next(), BatchMark.Draw(random));
        var connection = await source.OpenConnectionAsync();
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync();
            await _loader.LoadAsync(connection, batch, needs, claimed, state);
            foreach (var command in commands)
            {
                command.Run(state);
            }

            if (state.TradesWanted)
            {
                throw new TradesKnownException();
            }

            await _saver.SaveAsync(connection, groups.BucketsOf(batch.Bucket), state, ClaimsWith(needs, state), statements => _fate.CommitAsync(connection, transaction, statements, batch));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation && state.TradesAssumed && error.TableName != "batches")
        {
            throw new TradesKnownException();
        }
        finally
        {
            await _fate.CloseAsync(connection, transaction);
        }

        _loader.Remember(needs);
    }

    /// <summary>The claims that are made with the batch.</summary>
    /// <exception cref="ClaimsWantedException">One has to be made or taken over before it.</exception>
    private List<MovementClaimRow> ClaimsWith(Needs needs, BatchState state)
    {
        var wanted = state.ClaimsWanted();
        if (wanted.Exists(claim => _claims.First || state.Claims.ContainsKey(claim.Key)))
        {
            throw new ClaimsWantedException(wanted);
        }

        return state.Movements.With(RowFate.Inserted).Find(m => !needs.Chains.Contains(m.StatementBucket)) is { } unlocked
            ? throw new InvalidOperationException($"The movement {unlocked.Key} was booked without the lock of bucket {unlocked.StatementBucket}.")
            : wanted;
    }
}
