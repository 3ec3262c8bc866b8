using System.Diagnostics;
using System.Globalization;
using Paypro.Bench.Ground;
using Paypro.Server.Storage;

namespace Paypro.Bench.Rows;

/// <summary>Delivering notifications that wait, signed, to a receiver on this machine, and recording every delivery.</summary>
internal static class NotificationRow
{
    private const int Goal = 5000;

    public static async Task RunAsync(Options options, Report report)
    {
        var count = options.Quick ? 20_000 : 60_000;
        var results = await Rounds.RunAsync<double>(options.Runs, [() => MeasureAsync(count, dead: false), () => MeasureAsync(count, dead: true)]);
        var table = new Table("Notifications delivered and recorded, 64 merchants (PostgreSQL)", "Variant", "Delivered a second", "Ratio");
        var median = results[0].Median(r => r);
        table.Add("all receivers answer", results[0].Spread(r => r, Table.Rate), $"goal {Table.Rate(Goal)} a second: {(median >= Goal ? "met" : "missed")}");
        table.Add("one of the 64 never answers; the other 63", results[1].Spread(r => r, Table.Rate), Table.Times(results[1].Median(r => r) / median) + " of the above");
        table.Print(report);
    }

    private static async Task<double> MeasureAsync(int count, bool dead)
    {
        var database = await BenchDatabase.PostgresAsync("notify");
        await using var receiver = await ChildProcess.ReceiverAsync();
        string Address(string path) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{receiver.Port}/{path}");
        await OrderLoader.LoadAsync(
            database, count, BenchMerchants.Count, BenchMerchants.FirstNo, paid: false, m => Address(dead && m == 0 ? "dead" : "notify"));
        await using (var app = await database.OpenAsync())
        {
            await new Outcomes(app.Services.GetRequiredService<BatchWriter>(), BenchMerchants.Count, BenchMerchants.FirstNo).RunAsync(256, 300, count);
        }

        await database.SettleAsync();
        var waiting = $"SELECT count(*) FROM notifications WHERE merchant_no <> {(dead ? BenchMerchants.FirstNo : 0).ToString(CultureInfo.InvariantCulture)}";
        var due = await database.ScalarAsync<long>(waiting);
        await using var server = await ChildProcess.ServerAsync(database);

        // The first fifth warms the server up.
        using var client = new HttpClient();
        await UntilAsync(async () => int.Parse(await client.GetStringAsync(Address("count")), CultureInfo.InvariantCulture) >= due / 5, server);
        var left = await database.ScalarAsync<long>(waiting);
        var started = Stopwatch.GetTimestamp();
        await UntilAsync(async () => await database.ScalarAsync<long>(waiting) == 0, server);
        var rate = left / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await server.DisposeAsync();
        await database.DropAsync();
        return rate;
    }

    private static async Task UntilAsync(Func<Task<bool>> reached, ChildProcess server)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await reached())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException($"Notifications were not delivered within a minute. The server printed:\n{server.Printed}");
            }

            await Task.Delay(25);
        }
    }
}
