using System.Diagnostics;
using Npgsql;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Kills;

/// <summary>Nodes on one database, of which any part can be struck. On PostgreSQL the nodes' connections may lead through a proxy that cuts them.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>How long a full disk may go unnoticed: a node that is starting writes nothing.</summary>
    private static readonly TimeSpan UntilFelt = TimeSpan.FromSeconds(60);

    /// <summary>Longer than a payout's lease of 90 s and a notification's.</summary>
    private static readonly TimeSpan Oversleep = TimeSpan.FromSeconds(100);

    private readonly string _keyFile;
    private readonly PostgresServer? _postgres;
    private readonly CuttingProxy? _proxy;
    private readonly SmallDisk? _disk;
    private readonly ServerProcess[] _nodes;

    private Installation(TestDatabase database, string keyFile, PostgresServer? postgres, CuttingProxy? proxy, SmallDisk? disk, ServerProcess[] nodes) =>
        (Database, _keyFile, _postgres, _proxy, _disk, _nodes) = (database, keyFile, postgres, proxy, disk, nodes);

    public TestDatabase Database { get; }

    public IReadOnlyList<ServerProcess> Nodes => _nodes;

    /// <summary>How many connections were cut around COMMIT.</summary>
    public int Cuts => _proxy is null ? 0
        : new[] { Cut.BeforeCommit, Cut.BeforeReply, Cut.CommitLate, Cut.Stall }.Sum(cut => _proxy.Count(CutAt.Commit, cut) + _proxy.Count(CutAt.Probe, cut));

    /// <param name="engine">Where.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="keyFile">The master key that they share.</param>
    /// <param name="kinds">The blows to come, which decide what PostgreSQL it needs.</param>
    /// <param name="disk">Where the database lies, when that is to be filled.</param>
    /// <param name="cut">What becomes of each COMMIT and of each question for its fate; null lets the nodes connect directly.</param>
    public static async Task<Installation> StartAsync(Engine engine, int nodes, string keyFile, IReadOnlyCollection<Blow> kinds, SmallDisk? disk, Func<CutAt, Cut>? cut)
    {
        var postgres = engine == Engine.Sqlite ? null
            : disk is not null ? await PostgresServer.StartInAsync(disk.Folder, "restart_after_crash=on", "shared_buffers=64MB", "max_wal_size=100MB")
            : kinds.Contains(Blow.FailOver) ? await PostgresServer.StartPairAsync()
            : kinds.Contains(Blow.KillPostgres) ? await PostgresServer.StartAsync("restart_after_crash=on") : null;
        var database = await TestDatabase.CreateAsync(engine, server: postgres, folder: disk?.Folder);
        var environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = keyFile };
        CuttingProxy? proxy = null;
        if (cut is not null)
        {
            var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            proxy = new CuttingProxy(settings.Port, "enable_hashjoin=off", cut);
            (settings.Port, settings.SslMode) = (proxy.Port, SslMode.Disable);
            environment["ConnectionStrings__Paypro"] = settings.ConnectionString;
        }

        var start = new ServerStart { Database = database, Environment = environment };
        return new Installation(database, keyFile, postgres, proxy, disk, await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => ServerProcess.StartAsync(start))));
    }

    /// <summary>Strikes, and sees to it that what was killed is started again.</summary>
    /// <param name="blow">How.</param>
    /// <param name="victim">Which node, and for how long in milliseconds.</param>
    /// <param name="missed">How many calls of merchants have found no answer so far.</param>
    public async Task StrikeAsync(Blow blow, int victim, Func<int> missed)
    {
        var node = _nodes[victim % _nodes.Length];
        switch (blow)
        {
            case Blow.KillNode:
                await AgainAsync(victim % _nodes.Length, kill: true);
                break;
            case Blow.RenewMasterKey:
                Platform.MasterKeyFile.Renew(_keyFile);
                await node.StopAsync();
                await AgainAsync(victim % _nodes.Length, kill: false);
                break;
            case Blow.PauseNode:
                await PauseAsync(node, TimeSpan.FromMilliseconds(victim % 3000));
                break;
            case Blow.OversleepNode:
                await PauseAsync(node, Oversleep);
                break;
            case Blow.KillPostgres:
                await _postgres!.KillAsync();
                await _postgres.ResumeAsync();
                break;
            case Blow.KillSession:
                var session = await ScalarAsync("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'paypro' ORDER BY random() LIMIT 1");
                if (session is int pid)
                {
                    using var process = Process.GetProcessById(pid);
                    process.Kill();
                }

                break;
            case Blow.FailOver:
                await _postgres!.FailOverAsync();
                break;
            case Blow.FillDisk:
                await FillAsync(missed, TimeSpan.FromMilliseconds(victim % 3000));
                break;
            case Blow.EndSessions:
                await ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'paypro'");
                break;
        }
    }

    public Task StopAsync() => Task.WhenAll(_nodes.Select(n => n.StopAsync()));

    /// <summary>Starts every node again on its port.</summary>
    public async Task StartAgainAsync()
    {
        for (var i = 0; i < _nodes.Length; i++)
        {
            await AgainAsync(i, kill: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private async Task AgainAsync(int index, bool kill)
    {
        if (kill)
        {
            _nodes[index].Kill();
        }

        await _nodes[index].DisposeAsync();
        _nodes[index] = await ServerProcess.StartAsync(_nodes[index].Start);
    }

    private static async Task PauseAsync(ServerProcess node, TimeSpan pause)
    {
        node.Pause();
        await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        node.Continue();
    }

    /// <summary>
    /// Full until a merchant has missed an answer, and then for a pause: PostgreSQL has pages and logs in stock, and for how long they last
    /// depends on the load. Filled again and again, because what it gives back meanwhile would be room.
    /// </summary>
    private async Task FillAsync(Func<int> missed, TimeSpan pause)
    {
        var (before, started) = (missed(), TimeProvider.System.GetTimestamp());
        do
        {
            _disk!.Fill();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
        while (missed() == before && TimeProvider.System.GetElapsedTime(started) < UntilFelt);

        await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        _disk.MakeRoom();
        if (_postgres is not null)
        {
            // It gives up when it cannot write its log, and is started by whoever has made room.
            await _postgres.ResumeAsync();
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync();
#pragma warning disable CA2100 // The statements above.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            return await command.ExecuteScalarAsync();
        }
        catch (NpgsqlException)
        {
            // Still recovering from the last blow.
            return null;
        }
    }
}
