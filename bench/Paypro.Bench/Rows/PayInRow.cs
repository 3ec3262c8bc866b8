using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>Creating pay-ins over HTTP with 64 connections, against the endpoint that stores nothing.</summary>
internal static class PayInRow
{
    public static async Task RunAsync(Options options, Report report)
    {
        await using var reference = await ChildProcess.ReferenceAsync();
        var postgresDatabase = await BenchDatabase.PostgresAsync("payin_batched");
        var postgresOneDatabase = await BenchDatabase.PostgresAsync("payin_one");
        await using var sqlite = await ChildProcess.ServerAsync(await BenchDatabase.SqliteAsync("payin_batched"));
        await using var postgres = await ChildProcess.ServerAsync(postgresDatabase);
        await using var sqliteOne = await ChildProcess.ServerAsync(await BenchDatabase.SqliteAsync("payin_one"), ("Paypro__Writer__BatchSize", "1"));
        await using var postgresOne = await ChildProcess.ServerAsync(
            postgresOneDatabase, ("Paypro__Writer__BatchSize", "1"), ("Paypro__Writer__Lanes", "16"));
        ChildProcess[] servers = [reference, sqlite, postgres, sqliteOne, postgresOne];
        foreach (var server in servers)
        {
            await Load(server, options.FirstWarmSeconds).RunAsync();
        }

        var results = await Rounds.RunAsync(
            options.Runs, [.. servers.Select(s => (Func<Task<LoadResult>>)(() => Load(s, options.Seconds).RunAsync()))]);
        var perSecond = Array.ConvertAll(results, r => r.Median(x => x.PerSecond));
        var table = new Table(
            "`payInApi` over HTTP, signature checked, durable before the answer, 64 connections", "Variant", "Requests a second", "p50", "p99", "Ratio");
        Add("Reference: checks the signature, stores nothing", 0, "1.00×");
        Add("SQLite", 1, Table.AtLeast(perSecond[1] / perSecond[0], 0.30) + " of the reference");
        Add("PostgreSQL", 2, Table.AtLeast(perSecond[2] / perSecond[0], 0.25) + " of the reference");
        Add("SQLite, one transaction per request", 3, $"batched is {Table.Times(perSecond[1] / perSecond[3])}");
        Add("PostgreSQL, one transaction per request, 16 writers", 4, $"batched is {Table.AtLeast(perSecond[2] / perSecond[4], 2.5)}");
        table.Print(report);
        await postgresOne.DisposeAsync();
        await postgres.DisposeAsync();
        await postgresDatabase.DropAsync();
        await postgresOneDatabase.DropAsync();

        void Add(string name, int i, string ratio) => table.Add(
            name, results[i].Spread(r => r.PerSecond, Table.Rate), Table.Ms(results[i].Median(r => r.P50Ms)), Table.Ms(results[i].Median(r => r.P99Ms)), ratio);

        LoadProcess Load(ChildProcess server, double seconds) =>
            new() { Port = server.Port, Seconds = seconds, Prepare = (int)(seconds * (server == reference ? 40_000 : 15_000)) };
    }
}
