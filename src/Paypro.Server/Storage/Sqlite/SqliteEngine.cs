using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>
/// A batch on SQLite: one connection, one write transaction at a time, WAL with <c>synchronous=FULL</c>. A COMMIT that fails is in doubt:
/// its pages may stand in the log, whole and with their end mark, and only their flush has failed. Nobody sees them now, but whoever
/// recovers the log after a crash would. The next transaction is written over them, so that its COMMIT decides: before it, the mark is
/// read that the batch wrote (<see cref="SqliteSession.WriteMark"/>).
/// </summary>
internal sealed class SqliteEngine : IBatchEngine, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TradeGuess _trades = new();
    private readonly string _connectionString;
    private readonly IRandomness _random;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteEngine> _log;
    private readonly CommitDoubt _doubt;
    private SqliteSession _session;
    private bool _isBroken;

    public SqliteEngine(string connectionString, WriterOptions options, IRandomness random, TimeProvider time, ILogger<SqliteEngine> log)
    {
        (_connectionString, _random, _time, _log) = (connectionString, random, time, log);
        _doubt = new CommitDoubt(time, TimeSpan.FromMilliseconds(options.DoubtForMs));
        _session = new SqliteSession(connectionString);
    }

    public async Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        Turn.ThrowIfHeld();
        await _turn.WaitAsync();
        try
        {
            return await Turn.HoldAsync(change);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task RunAsync(IReadOnlyList<WriteCommand> commands)
    {
        await _turn.WaitAsync();
        try
        {
            await BatchRun.RunAsync(commands, TransactAsync, _log);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _turn.Dispose();
    }

    private async Task TransactAsync(IReadOnlyList<WriteCommand> commands)
    {
        var assumeNew = _trades.AssumeNew();
        while (true)
        {
            try
            {
                await RunOnceAsync(commands, assumeNew);
                return;
            }
            catch (TradesKnownException) when (assumeNew)
            {
                _trades.WasWrong();
                assumeNew = false;
            }
            catch (SqliteException error) when (IsOfTheDatabase(error))
            {
                throw new WriteFailedException(error);
            }
        }
    }

    /// <summary>Whether the file, its disk or another user of it is the reason, and no command: each would meet it anew.</summary>
    private static bool IsOfTheDatabase(SqliteException error) => error.SqliteErrorCode is
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_NOMEM or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_INTERRUPT
        or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_NOTADB;

    private async Task RunOnceAsync(IReadOnlyList<WriteCommand> commands, bool assumeNew)
    {
        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        var state = new BatchState { NowMs = _time.NowMs(), TradesAssumed = assumeNew && needs.NewTrades.Count + needs.CreationSigns.Count > 0 };
        var mark = BatchMark.Draw(_random);
        if (Write(commands, needs, state, mark) is { } failed && !await WasCommittedAsync(mark, failed))
        {
            ExceptionDispatchInfo.Throw(failed);
        }
    }

    /// <returns>What COMMIT failed with; null when it did not. Whatever is thrown: certainly not committed.</returns>
    private Exception? Write(IReadOnlyList<WriteCommand> commands, Needs needs, BatchState state, long mark)
    {
        if (_isBroken)
        {
            Reopen();
        }

        Exception? failed = null;
        var transaction = _session.Connection.BeginTransaction(deferred: false);
        try
        {
            _session.Loader.Load(_session.Connection, transaction, needs, state);
            foreach (var command in commands)
            {
                command.Run(state);
            }

            if (state.TradesWanted)
            {
                throw new TradesKnownException();
            }

            _session.Saver.Save(_session.Connection, state);
            _session.WriteMark(transaction, state.NowMs, mark);
            failed = Commit(transaction);
        }
        finally
        {
            RollBack(transaction);
        }

        return failed;
    }

    private static Exception? Commit(SqliteTransaction transaction)
    {
        try
        {
            transaction.Commit();
            return null;
        }
#pragma warning disable CA1031 // Whatever it was, the pages may be in the log: it is found out.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error;
        }
    }

    /// <summary>Ends what was not committed. A fault on the way must not hide what became of the batch; its connection is not used again.</summary>
    private void RollBack(SqliteTransaction transaction)
    {
        try
        {
            transaction.Dispose();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _log.LogWarning(error, "The writer's connection could not roll back and will be opened again");
            _isBroken = true;
        }
    }

    private Task<bool> WasCommittedAsync(long mark, Exception failed)
    {
        _log.LogError(failed, "COMMIT failed; finding out what the log holds");
        return _doubt.WasCommittedAsync(failed, () =>
        {
            Reopen();
            using var transaction = _session.Connection.BeginTransaction(deferred: false);
            var committed = BatchMark.IsOf(mark, _session.ReadMark(transaction));
            _session.WriteMark(transaction, _time.NowMs(), committed ? mark : BatchMark.Probe);
            transaction.Commit();
            return Task.FromResult(committed);
        });
    }

    /// <summary>Nothing that the failed connection may hold is trusted; the pool would give the same one again.</summary>
    private void Reopen()
    {
        _isBroken = true;
        SqliteConnection.ClearPool(_session.Connection);
        _session.Dispose();
        _session = new SqliteSession(_connectionString);
        _isBroken = false;
    }
}
