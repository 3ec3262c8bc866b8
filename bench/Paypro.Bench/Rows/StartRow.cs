using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Paypro.Bench.Ground;
using Paypro.Bench.Load;

namespace Paypro.Bench.Rows;

/// <summary>From starting the built program on a migrated database to its first answered request, and what it takes when idle: memory, and the processor.</summary>
internal static class StartRow
{
    private const double IdleSeconds = 5;

    /// <summary>How long an idle node is watched, behind the seconds in which it settles.</summary>
    private const double WatchedSeconds = 20;

    public static async Task RunAsync(Options options, Report report)
    {
        BenchDatabase[] databases = [await BenchDatabase.SqliteAsync("start"), await BenchDatabase.PostgresAsync("start")];
        var results = await Rounds.RunAsync(options.Runs, [.. databases.Select(d => (Func<Task<(double Seconds, double Megabytes, double Processor)>>)(() => StartAsync(d, options.Quick ? IdleSeconds : WatchedSeconds)))]);
        var table = new Table("The built program on a migrated database", "Engine", "First answered `payInApi` after", "Memory when idle (resident)", "Processor when idle, of one core");
        for (var i = 0; i < databases.Length; i++)
        {
            table.Add(
                databases[i].Engine,
                results[i].Spread(r => r.Seconds, v => v.ToString("0.00", CultureInfo.InvariantCulture) + " s") + Goal(results[i].Median(r => r.Seconds), 2, "s"),
                results[i].Spread(r => r.Megabytes, v => v.ToString("0", CultureInfo.InvariantCulture) + " MB") + Goal(results[i].Median(r => r.Megabytes), 150, "MB"),
                results[i].Spread(r => r.Processor, v => v.ToString("0.0", CultureInfo.InvariantCulture) + " %") + Goal(results[i].Median(r => r.Processor), 1, "%"));
        }

        table.Print(report);
        await databases[1].DropAsync();
    }

    private static string Goal(double value, int goal, string unit) => $" (≤ {goal} {unit}: {(value <= goal ? "met" : "missed")})";

    private static async Task<(double Seconds, double Megabytes, double Processor)> StartAsync(BenchDatabase database, double watchedSeconds)
    {
        var started = Stopwatch.GetTimestamp();
        await using var server = ChildProcess.Server(database);
        var requests = new Requests(server.Port, RequestKind.PayIn, 0, 1);
        Connection? connection = null;
        while (connection is null)
        {
            try
            {
                connection = new Connection(server.Port);
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(2);
            }
        }

        using (connection)
        {
            connection.Send(requests.Next(), started);
            while (!connection.Receive())
            {
                // The rest of the answer is on its way.
            }

            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (!connection.Accepted)
            {
                throw new InvalidOperationException($"The first request was refused: {connection.Text}");
            }

            await Task.Delay(TimeSpan.FromSeconds(IdleSeconds));
            var megabytes = server.ResidentMegabytes();
            var before = server.ProcessorSeconds();
            await Task.Delay(TimeSpan.FromSeconds(watchedSeconds));
            return (seconds, megabytes, (server.ProcessorSeconds() - before) * 100 / watchedSeconds);
        }
    }
}
