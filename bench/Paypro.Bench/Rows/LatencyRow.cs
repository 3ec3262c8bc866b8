using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>What one merchant sees of an idle server, and what all see of one at a moderate rate.</summary>
internal static class LatencyRow
{
    /// <summary>Well below what either engine can do, requests a second.</summary>
    private const double OpenPerSecond = 1000;

    public static async Task RunAsync(Options options, Report report)
    {
        var batchedDatabase = await BenchDatabase.PostgresAsync("latency_batched");
        var oneDatabase = await BenchDatabase.PostgresAsync("latency_one");
        await using var batched = await ChildProcess.ServerAsync(batchedDatabase);
        await using var one = await ChildProcess.ServerAsync(oneDatabase, ("Paypro__Writer__BatchSize", "1"), ("Paypro__Writer__Lanes", "16"));
        await using var sqlite = await ChildProcess.ServerAsync(await BenchDatabase.SqliteAsync("latency_batched"));
        ChildProcess[] servers = [batched, one, sqlite];
        foreach (var server in servers)
        {
            await new LoadProcess { Port = server.Port, Connections = 16, Seconds = options.FirstWarmSeconds }.RunAsync();
        }

        var alone = await Rounds.RunAsync(
            options.Runs, [.. servers.Select(s => Run(new LoadProcess { Port = s.Port, Connections = 1, Seconds = options.Seconds, Prepare = 20_000 }))]);
        var open = await Rounds.RunAsync(
            options.Runs,
            [.. servers.Select(s => Run(new LoadProcess { Port = s.Port, PerSecond = OpenPerSecond, Seconds = options.Seconds, Prepare = 20_000 }))]);
        var aloneTable = new Table("`payInApi` alone on an idle server, one request at a time", "Variant", "p50", "p99", "Ratio of p50");
        var openTable = new Table(
            $"`payInApi` on a schedule of {Table.Rate(OpenPerSecond)} a second, from the scheduled time", "Variant", "p50", "p99", "Answered a second", "Dropped");
        string[] names = ["PostgreSQL", "PostgreSQL, one transaction per request", "SQLite"];
        for (var i = 0; i < servers.Length; i++)
        {
            var ratio = i == 0 ? Table.AtMost(alone[0].Median(r => r.P50Ms) / alone[1].Median(r => r.P50Ms), 1.3) + " of one per request" : "";
            aloneTable.Add(names[i], alone[i].Spread(r => r.P50Ms, Table.Ms), Table.Ms(alone[i].Median(r => r.P99Ms)), ratio);
            openTable.Add(
                names[i], open[i].Spread(r => r.P50Ms, Table.Ms), open[i].Spread(r => r.P99Ms, Table.Ms), Table.Rate(open[i].Median(r => r.PerSecond)),
                Table.Rate(open[i].Sum(r => r.Dropped)));
        }

        aloneTable.Print(report);
        openTable.Print(report);
        await batched.DisposeAsync();
        await one.DisposeAsync();
        await batchedDatabase.DropAsync();
        await oneDatabase.DropAsync();
    }

    private static Func<Task<LoadResult>> Run(LoadProcess load) => load.RunAsync;
}
