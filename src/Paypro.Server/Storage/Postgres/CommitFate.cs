using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Finds out what became of a COMMIT whose reply was lost. Each batch first inserted its own id; inserting that id again waits
/// for the old transaction, and a conflict then means "committed". When the insert succeeds the old transaction is dead for
/// good, because our marker now stands where it would have had to commit.
/// </summary>
internal sealed class CommitFate(NpgsqlDataSource source, IdSource ids, TimeProvider time, WriterOptions options, ILogger log)
{
    /// <param name="connection">In the transaction.</param>
    /// <param name="transaction">To be committed.</param>
    /// <param name="last">Statements that go to the server together with COMMIT; null when all is written.</param>
    /// <param name="bucket">Where the batch's id was inserted.</param>
    /// <param name="batchId">The id that the batch inserted.</param>
    /// <exception cref="NpgsqlException">Certainly not committed: the batch may run again.</exception>
    /// <exception cref="WriteInDoubtException">Could not be found out in time.</exception>
    public async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlBatch? last, short bucket, long batchId)
    {
        var warned = false;

        // 01000 on COMMIT: a wait for the standby was cancelled, so the commit is local only. That is doubt, not success.
        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => warned |= e.Notice.SqlState == "01000";

        connection.Notice += OnNotice;
        Exception cause;
        try
        {
            // No timeout and no token: either would turn "not yet replicated" into success.
            if (last is null)
            {
                await transaction.CommitAsync(CancellationToken.None);
            }
            else
            {
                last.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                last.Timeout = 0;
                await last.ExecuteNonQueryAsync(CancellationToken.None);
            }

            if (!warned)
            {
                return;
            }

            cause = new InvalidOperationException("COMMIT came back with warning 01000.");
        }
        catch (PostgresException error) when (error.InvariantSeverity == "ERROR")
        {
            // The transaction is rolled back, by a statement or by COMMIT itself. FATAL, which ends the session, says nothing about it.
            throw;
        }
        catch (Exception error) when (error is NpgsqlException or System.IO.IOException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            cause = error;
        }
        finally
        {
            connection.Notice -= OnNotice;
        }

        WriterMeter.Doubts.Add(1);
        log.LogWarning("The reply to COMMIT was lost ({Error}); asking for batch {BatchId}", cause.Message, batchId);
        if (!await WasCommittedAsync(bucket, batchId, cause))
        {
            throw new NpgsqlException("The transaction was not committed.", cause);
        }
    }

    private async Task<bool> WasCommittedAsync(short bucket, long batchId, Exception cause)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                if (await MarkAsync(connection, bucket, batchId))
                {
                    return false;
                }

                // Committed. A marker of our own, committed behind it, waits for whatever replication the old one owed.
                if (!await MarkAsync(connection, bucket, ids.Next()))
                {
                    throw new InvalidOperationException("A fresh batch id was taken.");
                }

                return true;
            }
            catch (Exception error) when (error is NpgsqlException or System.IO.IOException or TimeoutException)
            {
                if (time.GetElapsedTime(started) > TimeSpan.FromMilliseconds(options.DoubtForMs))
                {
                    throw new WriteInDoubtException(cause);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            }
        }
    }

    private static async Task<bool> MarkAsync(NpgsqlConnection connection, short bucket, long id)
    {
        var warned = false;
        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => warned |= e.Notice.SqlState == "01000";
        connection.Notice += OnNotice;
        try
        {
            await using var command = new NpgsqlCommand(
                "INSERT INTO batches (bucket, id, created_at_ms) VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ON CONFLICT DO NOTHING",
                connection)
            {
                // lock_timeout of the writer would cut the wait for the old transaction short; that is an error and asked again.
                CommandTimeout = 0,
                Parameters = { new NpgsqlParameter<short> { TypedValue = bucket }, new NpgsqlParameter<long> { TypedValue = id } },
            };
            var inserted = await command.ExecuteNonQueryAsync() == 1;
            return warned ? throw new NpgsqlException("The marker was not replicated.") : inserted;
        }
        finally
        {
            connection.Notice -= OnNotice;
        }
    }
}
