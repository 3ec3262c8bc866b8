using System.Diagnostics;
using System.Globalization;
using System.Net;
using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>The first page of each list of a merchant's people and of operators, both first screens, and what the index of the lists costs a new order.</summary>
internal static class PortalsRow
{
    private const double ListGoalMs = 50, HomeGoalMs = 100;

    private static readonly IReadOnlyList<(string Name, string Path, double GoalMs)> Screens =
    [
        ("Home", "/dashboard", HomeGoalMs),
        ("Pay-ins", "/dashboard/payins", ListGoalMs),
        ("Pay-ins of one merchant", $"/dashboard/payins?merchant={PortalGround.MerchantNo}", ListGoalMs),
        ("Pay-ins, pending", $"/dashboard/payins?merchant={PortalGround.MerchantNo}&state=pending", ListGoalMs),
        ("Pay-ins, a filter that fits nothing", $"/dashboard/payins?merchant={PortalGround.MerchantNo}&way=va", ListGoalMs),
        ("Pay-ins, found by the merchant's number", "/dashboard/payins?find=portal-9", ListGoalMs),
        ("Payouts", "/dashboard/payouts", ListGoalMs),
        ("Notifications", "/dashboard/notifications", ListGoalMs),
        ("Refunds", "/dashboard/refunds", ListGoalMs),
        ("Statement", $"/dashboard/statement?merchant={PortalGround.MerchantNo}", ListGoalMs),
        ("Settlements", "/dashboard/settlements", ListGoalMs),
        ("Withdrawals", "/dashboard/withdrawals", ListGoalMs),
        ("Payment links", "/dashboard/links", ListGoalMs),
        ("Disputes", "/dashboard/disputes", ListGoalMs),
        ("Log of calls", $"/dashboard/developers/{PortalGround.MerchantNo}", ListGoalMs),
        ("Users", "/dashboard/users", ListGoalMs),
        ("Back office: overview", "/operator/overview", HomeGoalMs),
        ("Back office: orders of all merchants", "/operator/orders", ListGoalMs),
        ("Back office: orders, pending", "/operator/orders?state=pending", ListGoalMs),
        ("Back office: cases", "/operator/cases", ListGoalMs),
        ("Back office: find by the merchant's number", "/operator/find?text=portal-9", HomeGoalMs),
        ("Back office: merchants", "/operator/merchants", ListGoalMs),
        ("Back office: held payouts", "/operator/held-payouts", ListGoalMs),
        ("Back office: channels", "/operator/channels", ListGoalMs),
        ("Back office: proposals", "/operator/proposals", ListGoalMs),
        ("Back office: disputes", "/operator/disputes", ListGoalMs),
        ("Back office: withdrawals", "/operator/withdrawals", ListGoalMs),
        ("Back office: settlement runs", "/operator/settlements", ListGoalMs),
        ("Back office: trial balance", "/operator/ledger", HomeGoalMs),
        ("Back office: cover", "/operator/cover", HomeGoalMs),
        ("Back office: audit log", "/operator/audit", ListGoalMs),
        ("Back office: users", "/operator/users", ListGoalMs),
    ];

    public static async Task RunAsync(Options options, Report report)
    {
        var table = new Table($"Screens of a merchant's people with {Table.Rate(options.Stored)} orders stored, one after the other", "Screen", "SQLite p50", "p95", "PostgreSQL p50", "p95");
        var sqlite = await MeasureAsync(await BenchDatabase.SqliteAsync("portals"), options);
        var postgresDatabase = await BenchDatabase.PostgresAsync("portals");
        var postgres = await MeasureAsync(postgresDatabase, options);
        await postgresDatabase.DropAsync();
        for (var i = 0; i < Screens.Count; i++)
        {
            table.Add(Screens[i].Name, At(sqlite[i], 0.5), Goal(sqlite[i], Screens[i].GoalMs), At(postgres[i], 0.5), Goal(postgres[i], Screens[i].GoalMs));
        }

        table.Print(report);
        await PayInsAsync(options, report);

        static string At(List<double> sorted, double share) => Table.Ms(sorted[(int)((sorted.Count - 1) * share)]);

        static string Goal(List<double> sorted, double goalMs) =>
            string.Create(CultureInfo.InvariantCulture, $"{At(sorted, 0.95)} (≤ {goalMs:0} ms: {(sorted[(int)((sorted.Count - 1) * 0.95)] <= goalMs ? "met" : "missed")})");
    }

    /// <returns>For each screen its times in milliseconds, the shortest first.</returns>
    private static async Task<List<List<double>>> MeasureAsync(BenchDatabase database, Options options)
    {
        var (owner, admin) = await PortalGround.MakeAsync(database, options.Stored);
        await using var server = await ChildProcess.ServerAsync(database);
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}")) };
        http.DefaultRequestHeaders.Add("Cookie", $"paypro-dashboard={owner}; paypro-operator={admin}");
        var (warm, measured) = options.Quick ? (10, 40) : (50, 200 * options.Runs);
        var all = new List<List<double>>();
        foreach (var (_, path, _) in Screens)
        {
            var times = new List<double>(measured);
            for (var i = -warm; i < measured; i++)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                await answer.Content.ReadAsByteArrayAsync();
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}.");
                }

                if (i >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }

            times.Sort();
            all.Add(times);
        }

        return all;
    }

    private static async Task PayInsAsync(Options options, Report report)
    {
        var table = new Table("`payInApi` with the index of the lists and without, 64 connections", "Engine", "Without", "With", "Ratio");
        foreach (var engine in (string[])["SQLite", "PostgreSQL"])
        {
            BenchDatabase[] databases = [await NewAsync(engine, "index_without"), await NewAsync(engine, "index_with")];
            await PortalGround.DropIndexAsync(databases[0]);
            await using (var without = await ChildProcess.ServerAsync(databases[0]))
            await using (var with = await ChildProcess.ServerAsync(databases[1]))
            {
                ChildProcess[] servers = [without, with];
                foreach (var server in servers)
                {
                    await Load(server, options.FirstWarmSeconds).RunAsync();
                }

                var results = await Rounds.RunAsync(options.Runs, [.. servers.Select(s => (Func<Task<LoadResult>>)(() => Load(s, options.Seconds).RunAsync()))]);
                table.Add(
                    engine, results[0].Spread(r => r.PerSecond, Table.Rate), results[1].Spread(r => r.PerSecond, Table.Rate),
                    Table.AtLeast(results[1].Median(r => r.PerSecond) / results[0].Median(r => r.PerSecond), 0.95));
            }

            foreach (var database in databases.Where(d => d.Engine == "Postgres"))
            {
                await database.DropAsync();
            }
        }

        table.Print(report);

        static LoadProcess Load(ChildProcess server, double seconds) => new() { Port = server.Port, Seconds = seconds, Prepare = (int)(seconds * 15_000) };

        static Task<BenchDatabase> NewAsync(string engine, string name) => engine == "SQLite" ? BenchDatabase.SqliteAsync(name) : BenchDatabase.PostgresAsync(name);
    }
}
