using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>Whether anything gets slower when many orders are stored.</summary>
internal static class StoredRow
{
    private const long Few = 10_000;

    /// <summary>
    /// After a checkpoint the first change of each page logs it whole. A large index has many pages that are hit at random: so long do
    /// most of them take to be over that. It is a matter of half a minute after every checkpoint.
    /// </summary>
    private const double WarmSeconds = 30;

    public static async Task RunAsync(Options options, Report report)
    {
        var fewDatabase = await MakeAsync("stored_few", Few);
        var manyDatabase = await MakeAsync("stored_many", options.Stored);
        await using var few = await ChildProcess.ServerAsync(fewDatabase);
        await using var many = await ChildProcess.ServerAsync(manyDatabase);
        (ChildProcess Server, BenchDatabase Database, long Stored)[] servers = [(few, fewDatabase, Few), (many, manyDatabase, options.Stored)];
        foreach (var (server, _, stored) in servers)
        {
            await Load(server, RequestKind.PayIn, stored, 64, options.Quick ? options.FirstWarmSeconds : WarmSeconds).RunAsync();
            await Load(server, RequestKind.Query, stored, 64, options.Quick ? options.FirstWarmSeconds : WarmSeconds).RunAsync();
        }

        var table = new Table(
            $"With {Table.Rate(options.Stored)} orders stored, against {Table.Rate(Few)} (PostgreSQL)", "Operation", $"{Table.Rate(Few)} stored", $"{Table.Rate(options.Stored)} stored", "Ratio");
        await AddAsync("`payInApi`, time of one of 64 at once", RequestKind.PayIn, 64);
        await AddAsync("`payInApi` alone, p50", RequestKind.PayIn, 1);
        await AddAsync("`queryPayInResult`, time of one of 64 at once", RequestKind.Query, 64);
        await AddAsync("`queryPayInResult` alone, p50", RequestKind.Query, 1);
        table.Print(report);
        if (!options.Quick)
        {
            await SayWorkAsync();
        }

        await few.DisposeAsync();
        await many.DisposeAsync();
        await fewDatabase.DropAsync();
        await manyDatabase.DropAsync();

        // Measured apart from the times: the counters come late.
        async Task SayWorkAsync()
        {
            var work = new Table("What the database does for one of them, 64 at once", ["Operation", "Stored", .. DatabaseWork.Columns]);
            foreach (var (name, kind) in new[] { ("`payInApi`", RequestKind.PayIn), ("`queryPayInResult`", RequestKind.Query) })
            {
                foreach (var (server, database, stored) in servers)
                {
                    var before = await DatabaseWork.SoFarAsync(database);
                    var load = await (Load(server, kind, stored, 64, options.Seconds) with { WarmSeconds = 0 }).RunAsync();
                    work.Add([name, Table.Rate(stored), .. (await DatabaseWork.SoFarAsync(database)).Since(before).Each(load.Accepted)]);
                }
            }

            work.Print(report);
        }

        async Task AddAsync(string name, RequestKind kind, int connections)
        {
            var results = await Rounds.RunAsync(
                options.Runs, [.. servers.Select(s => (Func<Task<LoadResult>>)Load(s.Server, kind, s.Stored, connections, options.Seconds / 2).RunAsync)]);
            Func<LoadResult, double> time = connections == 1 ? r => r.P50Ms : r => connections / r.PerSecond * 1000;
            table.Add(
                name, results[0].Spread(time, Table.Ms), results[1].Spread(time, Table.Ms), Table.AtMost(results[1].Median(time) / results[0].Median(time), 1.3));
        }
    }

    private static async Task<BenchDatabase> MakeAsync(string name, long count)
    {
        var database = await BenchDatabase.PostgresAsync(name);
        await OrderLoader.LoadAsync(database, count, BenchMerchants.Count, BenchMerchants.FirstNo, paid: true);
        await database.SettleAsync();
        return database;
    }

    private static LoadProcess Load(ChildProcess server, RequestKind kind, long stored, int connections, double seconds) =>
        new() { Port = server.Port, Kind = kind, Stored = stored, Connections = connections, Seconds = seconds, Prepare = (int)(seconds * (connections == 1 ? 3000 : 20_000)) };
}
