using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Paypro.Bench.Ground;

namespace Paypro.Bench.Load;

/// <summary>One run of the generator in a process of its own: what it is told on its command line, and what it prints as JSON.</summary>
internal sealed record LoadProcess
{
    public required int Port { get; init; }
    public RequestKind Kind { get; init; } = RequestKind.PayIn;
    public int Connections { get; init; } = 64;
    public double WarmSeconds { get; init; } = 1;
    public double Seconds { get; init; } = 5;

    /// <summary>Open loop at this rate; 0 is closed loop.</summary>
    public double PerSecond { get; init; }

    /// <summary>How many orders <see cref="OrderLoader"/> stored, for queries.</summary>
    public long Stored { get; init; }

    /// <summary>Requests made before the clock starts.</summary>
    public int Prepare { get; init; } = 100_000;

    /// <summary>Starts a generator, waits and returns what it saw. A run in which most answers are refusals measures nothing and throws.</summary>
    public async Task<LoadResult> RunAsync()
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!, ["load", JsonSerializer.Serialize(this)]) { RedirectStandardOutput = true };
        using var process = Process.Start(info) ?? throw new InvalidOperationException("The generator did not start.");
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The generator ended with code {process.ExitCode}.");
        }

        var result = JsonSerializer.Deserialize<LoadResult>(printed)!;
        return result.Refused * 100L <= result.Accepted
            ? result
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{result.Refused} of {result.Refused + result.Accepted} requests were refused, the first one with:\n{result.FirstRefusal}"));
    }

    /// <summary>What the generator's process does.</summary>
    public static void Generate(string json)
    {
        var run = JsonSerializer.Deserialize<LoadProcess>(json)!;
        var generator = new LoadGenerator(run.Port, run.Connections, new Requests(run.Port, run.Kind, run.Stored, run.Prepare));
        GC.Collect();
        var (warm, measured) = (TimeSpan.FromSeconds(run.WarmSeconds), TimeSpan.FromSeconds(run.Seconds));
        var result = run.PerSecond > 0 ? generator.RunOpen(run.PerSecond, warm, measured) : generator.RunClosed(warm, measured);
        Console.WriteLine(JsonSerializer.Serialize(result));
    }
}
