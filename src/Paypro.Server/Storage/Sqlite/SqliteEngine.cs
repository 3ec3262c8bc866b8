using Microsoft.Data.Sqlite;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>
/// A batch on SQLite: one connection, one write transaction at a time, WAL with <c>synchronous=FULL</c>. COMMIT is a local call
/// whose return is its fate, so there is no doubt to resolve.
/// </summary>
internal sealed class SqliteEngine : IBatchEngine, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SqliteConnection _connection;
    private readonly SqliteLoader _loader = new();
    private readonly SqliteSaver _saver = new();
    private readonly TradeGuess _trades = new();
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteEngine> _log;

    public SqliteEngine(string connectionString, TimeProvider time, ILogger<SqliteEngine> log)
    {
        (_time, _log) = (time, log);
        _connection = new SqliteConnection(connectionString);
        SqliteSettings.Open(_connection);
    }

    public async Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        await _turn.WaitAsync();
        try
        {
            return await change();
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
            RunOnce(commands);
        }
        catch (Exception error) when (error is SqliteException or BatchConflictException)
        {
            if (commands.Count == 1 || error is SqliteException { SqliteErrorCode: not SqliteConstraint })
            {
                throw new WriteFailedException(error);
            }

            WriterMeter.DataErrors.Add(1);
            _log.LogError(error, "A batch of {Count} met a data error; each command runs alone", commands.Count);
            OneByOne(commands);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _loader.Dispose();
        _saver.Dispose();
        _connection.Dispose();
        _turn.Dispose();
    }

    private const int SqliteConstraint = 19;

    private void OneByOne(IReadOnlyList<WriteCommand> commands)
    {
        foreach (var command in commands)
        {
            try
            {
                RunOnce([command]);
            }
            catch (Exception error) when (error is SqliteException or BatchConflictException)
            {
                command.Fault(new WriteFailedException(error));
            }
        }
    }

    private void RunOnce(IReadOnlyList<WriteCommand> commands)
    {
        var (assumeNew, assumeUnknown) = (_trades.AssumeNew(), true);
        while (true)
        {
            try
            {
                RunOnce(commands, assumeNew, assumeUnknown);
                return;
            }
            catch (TradesKnownException) when (assumeNew)
            {
                _trades.WasWrong();
                assumeNew = false;
            }
            catch (MovementsKnownException) when (assumeUnknown)
            {
                assumeUnknown = false;
            }
        }
    }

    private void RunOnce(IReadOnlyList<WriteCommand> commands, bool assumeNew, bool assumeUnknown)
    {
        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        var state = new BatchState { NowMs = _time.NowMs(), TradesAssumed = assumeNew && needs.NewTrades.Count + needs.CreationSigns.Count > 0, MovementsAssumed = assumeUnknown };

        using var transaction = _connection.BeginTransaction(deferred: false);
        _loader.Load(_connection, transaction, needs, state);
        foreach (var command in commands)
        {
            command.Run(state);
        }

        if (state.TradesWanted)
        {
            throw new TradesKnownException();
        }

        _saver.Save(_connection, state);
        transaction.Commit();
    }
}
