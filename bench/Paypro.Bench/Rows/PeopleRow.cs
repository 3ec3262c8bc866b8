using System.Globalization;
using System.Net;
using Paypro.Bench.Ground;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Bench.Rows;

/// <summary>What people at screens cost everybody else: the memory of their sessions, and the file of a long list while outcomes are applied.</summary>
internal static class PeopleRow
{
    private const int Sessions = 1_000, Callers = 64, Merchants = 1_000;
    private const long FirstMerchantNo = 3_000_000_000;
    private const double MostMegabytes = 20, LeastShare = 0.95;

    public static async Task RunAsync(Options options, Report report)
    {
        var table = new Table($"Memory of a server when {Table.Rate(Sessions)} sessions more are in use", "Engine", "Before", "The same requests of one session", $"{Table.Rate(Sessions)} sessions", "Added by the sessions");
        table.Add(await MemoryAsync("SQLite", await BenchDatabase.SqliteAsync("sessions")));
        var postgres = await BenchDatabase.PostgresAsync("sessions");
        table.Add(await MemoryAsync("PostgreSQL", postgres));
        await postgres.DropAsync();
        table.Print(report);
        await OutcomesAsync(options, report);
    }

    private static async Task<string[]> MemoryAsync(string engine, BenchDatabase database)
    {
        await PortalGround.MakeAsync(database, 20_000);
        var secrets = await SecretsAsync(database);
        await using var server = await ChildProcess.ServerAsync(database, ("Paypro__RateLimits__PagesPerSecond", "100000"));
        using var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}")) };

        // Requests leave garbage behind too: what one session's requests add is not the sessions' cost.
        await AskAsync(Enumerable.Repeat(secrets[0], 3 * Sessions));
        var before = server.ResidentMegabytes();
        await AskAsync(Enumerable.Repeat(secrets[0], Sessions));
        var one = server.ResidentMegabytes();
        await AskAsync(secrets);
        var all = server.ResidentMegabytes();
        return [engine, Megabytes(before), Megabytes(one - before), Megabytes(all - one), string.Create(CultureInfo.InvariantCulture, $"{all - one:0.0} MB (≤ {MostMegabytes:0} MB: {(all - one <= MostMegabytes ? "met" : "missed")})")];

        async Task AskAsync(IEnumerable<string> of)
        {
            foreach (var secret in of)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/dashboard/payins", UriKind.Relative)) { Headers = { { "Cookie", $"paypro-dashboard={secret}" } } };
                using var answer = await http.SendAsync(request);
                await answer.Content.ReadAsByteArrayAsync();
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"A list answered {(int)answer.StatusCode}.");
                }
            }
        }
    }

    private static string Megabytes(double megabytes) => megabytes.ToString("0.0", CultureInfo.InvariantCulture) + " MB";

    /// <summary>Users of the business of <see cref="PortalGround"/>, each with a session.</summary>
    private static async Task<IReadOnlyList<string>> SecretsAsync(BenchDatabase database)
    {
        await using var app = await database.OpenAsync();
        var (users, sessions) = (app.Services.GetRequiredService<Users>(), app.Services.GetRequiredService<Sessions>());
        var secrets = new List<string>(Sessions);
        while (secrets.Count < Sessions)
        {
            var first = secrets.Count;
            secrets.AddRange(await app.Services.GetRequiredService<AuditedStore>().SaveAsync(async (context, trail) =>
            {
                var some = new List<string>();
                for (var i = first; i < first + 50; i++)
                {
                    var user = await users.GiveAsync(context, trail, new RoleWish(string.Create(CultureInfo.InvariantCulture, $"user{i}@example.com"), Role.MerchantFinance, PortalGround.BusinessId), Actor.Program);
                    (user.State, user.Name) = (UserState.Active, "User");
                    some.Add(sessions.Add(context, user, Caller.Program).Secret);
                }

                return some;
            }));
        }

        return secrets;
    }

    private static async Task OutcomesAsync(Options options, Report report)
    {
        var database = await BenchDatabase.PostgresAsync("files");
        await PortalGround.MakeAsync(database, options.Stored);
        var end = options.Quick ? 150_000L : 400_000L;
        await OrderLoader.LoadAsync(database, end, Merchants, FirstMerchantNo, paid: false);
        await database.SettleAsync();
        var rows = 0L;
        await using (var app = await database.OpenAsync())
        {
            var outcomes = new Outcomes(app.Services.GetRequiredService<BatchWriter>(), Merchants, FirstMerchantNo);
            await outcomes.RunAsync(Callers, options.Seconds, end);
            var results = await Rounds.RunAsync<double>(options.Runs, [() => outcomes.RunAsync(Callers, options.Seconds, end), WithFileAsync]);
            var table = new Table($"Outcomes a second on PostgreSQL while a list of {Table.Rate(options.Stored)} orders is written into a file, {Callers} callers", "Without", "With", "Ratio", "Rows written meanwhile");
            table.Add(results[0].Spread(r => r, Table.Rate), results[1].Spread(r => r, Table.Rate), Table.AtLeast(results[1].Median(r => r) / results[0].Median(r => r), LeastShare), Table.Rate(rows));
            table.Print(report);

            async Task<double> WithFileAsync()
            {
                await AskAsync(app.Services);
                using var stop = new CancellationTokenSource();
                var written = Task.Run(async () =>
                {
                    try
                    {
                        await app.Services.GetRequiredService<ListFileWork>().RunOnceAsync(stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        // The measured time is over before the file is written.
                    }
                });
                var rate = await outcomes.RunAsync(Callers, options.Seconds, end);
                await stop.CancelAsync();
                await written;
                await using var context = app.Services.GetRequiredService<IContexts>().Create();
                rows += context.ListFiles.Select(f => f.Rows).ToList().Sum(r => (long)r);
                return rate;
            }
        }

        await database.DropAsync();
    }

    private static async Task AskAsync(IServiceProvider services) => await services.GetRequiredService<AuditedStore>().SaveAsync(async (context, trail) =>
    {
        context.ListFiles.RemoveRange(context.ListFiles);
        var user = context.Users.OrderBy(u => u.Id).First();
        context.ListFiles.Add(new ListFileRow
        {
            Id = services.GetRequiredService<IdSource>().Next(), UserId = user.Id, Kind = "orders", Address = "/operator/orders?kind=payin", Name = "bench.csv", Language = "en", Zone = "UTC", State = ListFileState.Waiting, AskedAtMs = TimeProvider.System.NowMs(),
        });
        trail.Add(Actor.Program, "bench.file", "orders");
        return await Task.FromResult(true);
    });
}
