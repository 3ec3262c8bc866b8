using System.Diagnostics;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Clients;

/// <summary>The TypeScript client: compiled and tested by Node.js where that is on the machine.</summary>
internal static class TypeScript
{
    /// <summary>What <c>eng/build-typescript</c> says when something that it needs is not there; what is wrong with the code is another number.</summary>
    private const int CannotBuild = 3;

    /// <summary>Compiles it and runs its own tests and its contract test; skipped where there is no Node.js 20 or no compiler.</summary>
    /// <param name="gateway">The running service.</param>
    /// <param name="merchants">For each merchant segment, number, secret and algorithm.</param>
    public static async Task AssertPassesAsync(Uri gateway, string merchants)
    {
        var (built, output) = await RunAsync("bash", ["eng/build-typescript"], new());
        Assert.SkipWhen(built == CannotBuild, output.Trim());
        Assert.True(built == 0, output);
        var tests = Directory.GetFiles(Path.Combine(Repository.Root, "clients", "typescript", "test"), "*.test.mjs");
        var (code, tested) = await RunAsync("node", ["--test", "--test-reporter=tap", .. tests], new() { ["PAYPRO_CONTRACT_URL"] = gateway.AbsoluteUri, ["PAYPRO_CONTRACT_MERCHANTS"] = merchants });
        Assert.True(code == 0, tested);

        // A test that was not found or not run is no test that passed.
        Assert.Contains("# skipped 0", tested, StringComparison.Ordinal);
        Assert.Contains("contract: ", tested, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4), TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
