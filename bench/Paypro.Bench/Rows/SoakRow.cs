using System.Globalization;
using Npgsql;
using Paypro.Bench.Ground;
using Paypro.Bench.Load;
using Paypro.Server.Storage;

namespace Paypro.Bench.Rows;

/// <summary>
/// Whether anything decays. Two servers live the same life on PostgreSQL for an hour: pay-ins on a schedule, payments, notifications.
/// Beside one of them a read transaction stays open all the time, so that no row that it could see may be cleaned up. In between
/// both are driven as fast as they go.
/// </summary>
internal static class SoakRow
{
    private const int Slices = 12;
    private const double PayInsPerSecond = 150;
    private const double OutcomesPerSecond = 100;
    private const double BurstSeconds = 5;
    private const double MostOutcomesPerSecond = 12_000;

    public static async Task RunAsync(Options options, Report report)
    {
        await using var receiver = await ChildProcess.ReceiverAsync();
        var seconds = options.Minutes * 60.0 / Slices;
        var end = (long)(((Slices + 2) * BurstSeconds * MostOutcomesPerSecond) + (Slices * seconds * OutcomesPerSecond));
        await using var free = await Life.BeginAsync("soak_free", receiver.Port, end, held: false);
        await using var held = await Life.BeginAsync("soak_held", receiver.Port, end, held: true);
        await free.BurstAsync();
        await held.BurstAsync();
        var table = new Table(
            $"{options.Minutes.ToString(CultureInfo.InvariantCulture)} minutes of {Table.Rate(PayInsPerSecond)} pay-ins and {Table.Rate(OutcomesPerSecond)} payments a second, each notified (PostgreSQL): without, and with a read transaction open all the time",
            "After", "`payInApi` a second, 64 connections", "Outcomes a second, 64 callers", "`payInApi` p99 on schedule", "Notifications waiting", "Memory (resident)");
        for (var slice = 1; slice <= Slices; slice++)
        {
            var steady = await Task.WhenAll(free.SteadyAsync(seconds), held.SteadyAsync(seconds));
            var (first, second) = slice % 2 == 0 ? (free, held) : (held, free);
            var burst = new Dictionary<Life, (double PayIns, double Outcomes)> { [first] = await first.BurstAsync(), [second] = await second.BurstAsync() };
            table.Add(
                (slice * seconds / 60).ToString("0.#", CultureInfo.InvariantCulture) + " min",
                Both(l => Table.Rate(burst[l].PayIns)),
                Both(l => Table.Rate(burst[l].Outcomes)),
                $"{Table.Ms(steady[0].P99Ms)}, {Table.Ms(steady[1].P99Ms)}",
                $"{Table.Rate(await free.WaitingAsync())}, {Table.Rate(await held.WaitingAsync())}",
                Both(l => Table.Rate(l.Server.ResidentMegabytes()) + " MB"));
            await Console.Error.WriteLineAsync($"{DateTimeOffset.UtcNow:HH:mm:ss} {table.Last}");
        }

        table.Print(report);

        string Both(Func<Life, string> text) => $"{text(free)}, {text(held)}";
    }

    /// <summary>One database, its server, and whoever pays its orders.</summary>
    private sealed class Life(BenchDatabase database, ChildProcess server, WebApplication app, NpgsqlConnection? reader, long end) : IAsyncDisposable
    {
        private readonly Outcomes _outcomes = new(app.Services.GetRequiredService<BatchWriter>(), BenchMerchants.Count, BenchMerchants.FirstNo);

        public ChildProcess Server => server;

        public static async Task<Life> BeginAsync(string name, int receiverPort, long end, bool held)
        {
            var database = await BenchDatabase.PostgresAsync(name);
            var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{receiverPort}/notify");
            await OrderLoader.LoadAsync(database, end, BenchMerchants.Count, BenchMerchants.FirstNo, paid: false, _ => url);
            await database.SettleAsync();
            var server = await ChildProcess.ServerAsync(database);
            var app = await database.OpenAsync();
            return new Life(database, server, app, held ? await HoldAsync(database) : null, end);
        }

        /// <summary>What the merchants and the payers do all the time.</summary>
        public async Task<LoadResult> SteadyAsync(double seconds)
        {
            var load = new LoadProcess { Port = server.Port, PerSecond = PayInsPerSecond, Connections = 16, Seconds = seconds - 1, Prepare = (int)(seconds * PayInsPerSecond) };
            var payIns = load.RunAsync();
            await _outcomes.PaceAsync(OutcomesPerSecond, seconds, end);
            return await payIns;
        }

        /// <summary>As fast as it goes.</summary>
        public async Task<(double PayIns, double Outcomes)> BurstAsync()
        {
            var load = new LoadProcess { Port = server.Port, Seconds = BurstSeconds, Prepare = (int)(BurstSeconds * 15_000) };
            return ((await load.RunAsync()).PerSecond, await _outcomes.RunAsync(64, BurstSeconds, end));
        }

        public Task<long> WaitingAsync() => database.ScalarAsync<long>("SELECT count(*) FROM notifications");

        public async ValueTask DisposeAsync()
        {
            await (reader?.DisposeAsync() ?? ValueTask.CompletedTask);
            await app.DisposeAsync();
            await server.DisposeAsync();
            await database.DropAsync();
        }

        private static async Task<NpgsqlConnection> HoldAsync(BenchDatabase database)
        {
            var reader = new NpgsqlConnection(database.ConnectionString);
            await reader.OpenAsync();
            await using var begin = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM merchants", reader);
            await begin.ExecuteNonQueryAsync();
            return reader;
        }
    }
}
