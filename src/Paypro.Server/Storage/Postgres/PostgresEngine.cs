using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// A batch on PostgreSQL. Connection errors, serialization failures and deadlocks run the whole batch again; data errors run
/// it command by command; a COMMIT whose reply was lost is asked about with the batch's own id (<see cref="CommitFate"/>).
/// </summary>
internal sealed class PostgresEngine(NpgsqlDataSource source, WriterOptions options, IdSource ids, TimeProvider time, ILogger<PostgresEngine> log) : IBatchEngine
{
    private readonly PostgresLoader _loader = new(options.OneBucketPerBatch);
    private readonly PostgresSaver _saver = new(options.OneBucketPerBatch);
    private readonly TradeGuess _trades = new();
    private readonly CommitFate _fate = new(source, ids, time, options, log);

    public Task<T> InTurnAsync<T>(Func<Task<T>> change) => change();

    public async Task RunAsync(IReadOnlyList<WriteCommand> commands)
    {
        var started = time.GetTimestamp();
        var (assumeNew, assumeUnknown) = (_trades.AssumeNew(), true);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await RunOnceAsync(commands, assumeNew, assumeUnknown);
                return;
            }
            catch (TradesKnownException)
            {
                _trades.WasWrong();
                assumeNew = false;
            }
            catch (MovementsKnownException)
            {
                assumeUnknown = false;
            }
            catch (PostgresException error) when (error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("23", StringComparison.Ordinal))
            {
                WriterMeter.DataErrors.Add(1);
                if (commands.Count == 1)
                {
                    throw new WriteFailedException(error);
                }

                log.LogError(error, "A batch of {Count} met a data error {SqlState}; each command runs alone", commands.Count, error.SqlState);
                await OneByOneAsync(commands);
                return;
            }
            catch (Exception error) when (error is BatchConflictException or NpgsqlException or TimeoutException or System.IO.IOException)
            {
                var tooLong = time.GetElapsedTime(started) > TimeSpan.FromMilliseconds(options.RetryForMs);

                // 25006: a session of a server that has become a standby; the next one finds the primary.
                var lasting = error is PostgresException { IsTransient: false, SqlState: not ("25006" or "55P03" or "57P01" or "57P02" or "57P03" or "25P03" or "57014") };
                if (tooLong || lasting)
                {
                    throw new WriteFailedException(error);
                }

                WriterMeter.Repeats.Add(1);
                log.LogWarning("A batch of {Count} runs again after {Error} (try {Attempt})", commands.Count, error.Message, attempt);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 << Math.Min(attempt, 8), 500)), time, CancellationToken.None);
            }
        }
    }

    /// <summary>A poisoned command fails alone. Its neighbours' answers are given by the caller, its own here.</summary>
    private async Task OneByOneAsync(IReadOnlyList<WriteCommand> commands)
    {
        foreach (var command in commands)
        {
            try
            {
                await RunAsync([command]);
            }
            catch (Exception error) when (error is WriteFailedException or WriteInDoubtException)
            {
                command.Fault(error);
            }
        }
    }

    private async Task RunOnceAsync(IReadOnlyList<WriteCommand> commands, bool assumeNew, bool assumeUnknown)
    {
        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        var state = new BatchState { TradesAssumed = assumeNew && needs.NewTrades.Count + needs.CreationSigns.Count > 0, MovementsAssumed = assumeUnknown };

        var bucket = commands[0].Bucket;
        var batchId = ids.Next();
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await _loader.LoadAsync(connection, batchId, bucket, needs, state);
        foreach (var command in commands)
        {
            command.Run(state);
        }

        if (state.TradesWanted)
        {
            throw new TradesKnownException();
        }

        try
        {
            await _saver.SaveAsync(connection, bucket, state, statements => _fate.CommitAsync(connection, transaction, statements, bucket, batchId));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation && state.TradesAssumed)
        {
            throw new TradesKnownException();
        }

        _loader.Remember(needs);
    }
}
