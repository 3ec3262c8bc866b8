using System.Runtime.ExceptionServices;
using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>What a batch inserts first: its place and its own mark.</summary>
internal readonly record struct BatchId(short Bucket, long Id, long Mark);

/// <summary>
/// Finds out what became of a COMMIT whose reply was lost. Each batch first inserted its own id with its own mark; a probe inserts that
/// id again, with the mark of a probe, which waits for the old transaction. Afterwards one of the two stands there for good, and its
/// mark says which: the batch, which is committed, or a probe, and then the old transaction can never commit. It does not matter how
/// many answers to probes were lost before.
/// </summary>
internal sealed class CommitFate(NpgsqlDataSource source, IdSource ids, TimeProvider time, WriterOptions options, ILogger log)
{
    private readonly CommitDoubt _doubt = new(time, TimeSpan.FromMilliseconds(options.DoubtForMs));

    /// <param name="connection">In the transaction.</param>
    /// <param name="transaction">To be committed.</param>
    /// <param name="last">Statements that go to the server together with COMMIT; null when all is written.</param>
    /// <param name="batch">What the batch inserted first.</param>
    /// <exception cref="WriteInDoubtException">Could not be found out in time. Whatever else is thrown: certainly not committed.</exception>
    public async Task CommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlBatch? last, BatchId batch)
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

            cause = new NpgsqlException("COMMIT came back with warning 01000.");
        }
        catch (PostgresException error) when (error.InvariantSeverity == "ERROR" && !error.SqlState.StartsWith("08", StringComparison.Ordinal))
        {
            // The transaction is rolled back, by a statement or by COMMIT itself. FATAL, which ends the session, says nothing about it, and
            // class 08 comes from a pooler that has lost the server.
            throw;
        }
#pragma warning disable CA1031 // Whatever it was, COMMIT may have been heard: nothing may call it a failure before somebody has asked.
        catch (Exception error)
#pragma warning restore CA1031
        {
            cause = error;
        }
        finally
        {
            connection.Notice -= OnNotice;
        }

        log.LogWarning("The reply to COMMIT was lost ({Error}); asking for batch {BatchId}", cause.Message, batch.Id);

        // Where COMMIT has not left this process, the transaction is still open and the probe would wait for it.
        await CloseAsync(connection, transaction);
        if (await _doubt.WasCommittedAsync(cause, () => WasCommittedAsync(batch)))
        {
            return;
        }

        if (cause is NpgsqlException or System.IO.IOException or TimeoutException or ObjectDisposedException)
        {
            throw new NpgsqlException("The transaction was not committed.", cause);
        }

        ExceptionDispatchInfo.Throw(cause);
    }

    /// <summary>Gives up a connection. A fault on the way must not hide what became of the batch, so it is only logged.</summary>
    public async Task CloseAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction)
    {
        try
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync();
            }

            await connection.DisposeAsync();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "A connection of the writer could not be closed in order");
        }
    }

    private async Task<bool> WasCommittedAsync(BatchId batch)
    {
        await using var connection = await source.OpenConnectionAsync();
        await InsertAsync(connection, batch with { Mark = BatchMark.Probe });
        if (!BatchMark.IsOf(batch.Mark, await ReadAsync(connection, batch)))
        {
            return false;
        }

        // Committed. A row of our own, committed behind it, waits for whatever replication the old one owed.
        if (!await InsertAsync(connection, new BatchId(batch.Bucket, ids.Next(), BatchMark.Probe)))
        {
            throw new InvalidOperationException("A fresh batch id was taken.");
        }

        return true;
    }

    /// <summary>False when the place is taken, by a row that is committed.</summary>
    private static async Task<bool> InsertAsync(NpgsqlConnection connection, BatchId batch)
    {
        var warned = false;
        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => warned |= e.Notice.SqlState == "01000";
        connection.Notice += OnNotice;
        try
        {
            await using var command = new NpgsqlCommand(
                "INSERT INTO batches (bucket, id, created_at_ms, mark) VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $3) ON CONFLICT DO NOTHING",
                connection)
            {
                // lock_timeout of the writer would cut the wait for the old transaction short; that is an error and asked again.
                CommandTimeout = 0,
                Parameters =
                {
                    new NpgsqlParameter<short> { TypedValue = batch.Bucket }, new NpgsqlParameter<long> { TypedValue = batch.Id }, new NpgsqlParameter<long> { TypedValue = batch.Mark },
                },
            };
            var inserted = await command.ExecuteNonQueryAsync() == 1;
            return warned ? throw new NpgsqlException("The row was not replicated.") : inserted;
        }
        finally
        {
            connection.Notice -= OnNotice;
        }
    }

    /// <summary>A statement of its own, so that it sees what the insert has met, whatever isolation the database has by default.</summary>
    private static async Task<long> ReadAsync(NpgsqlConnection connection, BatchId batch)
    {
        await using var command = new NpgsqlCommand("SELECT mark FROM batches WHERE bucket = $1 AND id = $2", connection)
        {
            Parameters = { new NpgsqlParameter<short> { TypedValue = batch.Bucket }, new NpgsqlParameter<long> { TypedValue = batch.Id } },
        };
        return await command.ExecuteScalarAsync() is long mark ? mark : throw new BatchMarkGoneException();
    }
}
