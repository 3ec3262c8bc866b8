using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>
/// One node against two on the same PostgreSQL. The second one brings no processor of its own here, so that this shows what
/// nodes cost each other: the locks they wait for and the guesses they lose.
/// </summary>
internal static class NodesRow
{
    public static async Task RunAsync(Options options, Report report)
    {
        var oneDatabase = await BenchDatabase.PostgresAsync("nodes_one");
        var twoDatabase = await BenchDatabase.PostgresAsync("nodes_two");
        await using var alone = await ChildProcess.ServerAsync(oneDatabase);
        await using var first = await ChildProcess.ServerAsync(twoDatabase);
        await using var second = await ChildProcess.ServerAsync(twoDatabase);
        await Load(alone, 64, options.FirstWarmSeconds).RunAsync();
        await BothAsync(options.FirstWarmSeconds);
        var results = await Rounds.RunAsync(options.Runs, [() => Load(alone, 64, options.Seconds).RunAsync(), () => BothAsync(options.Seconds)]);
        var table = new Table("`payInApi` on PostgreSQL, 64 connections to one node, or 32 to each of two", "Variant", "Requests a second", "p50", "p99", "Ratio");
        Add("one node", 0, "");
        Add("two nodes on the same processors", 1, Table.Times(results[1].Median(r => r.PerSecond) / results[0].Median(r => r.PerSecond)) + " of one");
        table.Print(report);
        await alone.DisposeAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();
        await oneDatabase.DropAsync();
        await twoDatabase.DropAsync();

        void Add(string name, int i, string ratio) => table.Add(
            name, results[i].Spread(r => r.PerSecond, Table.Rate), Table.Ms(results[i].Median(r => r.P50Ms)), Table.Ms(results[i].Median(r => r.P99Ms)), ratio);

        async Task<LoadResult> BothAsync(double seconds)
        {
            var both = await Task.WhenAll(Load(first, 32, seconds).RunAsync(), Load(second, 32, seconds).RunAsync());
            return both[0] with
            {
                PerSecond = both.Sum(r => r.PerSecond), P50Ms = both.Average(r => r.P50Ms), P99Ms = both.Max(r => r.P99Ms),
                Accepted = both.Sum(r => r.Accepted), Refused = both.Sum(r => r.Refused),
            };
        }
    }

    private static LoadProcess Load(ChildProcess server, int connections, double seconds) =>
        new() { Port = server.Port, Connections = connections, Seconds = seconds, Prepare = (int)(seconds * connections * 230) };
}
