using System.Diagnostics;

namespace Paypro.Tests;

/// <summary>The limit that every test of this program has, held by a test that never ends.</summary>
public sealed class TimeLimitTests
{
    [Fact]
    public async Task ATestThatNeverEndsIsNamedAndFailsTheRun()
    {
        var file = Path.GetTempFileName();
        // The program makes this folder, beside itself if it is told no other: there a small container may not write.
        var results = Directory.CreateTempSubdirectory("overdue");
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PAYPRO_TEST_TIME_LIMIT_S"] = "1", ["PAYPRO_TEST_OVERDUE"] = file },
        };
        string[] arguments = [typeof(TimeLimitTests).Assembly.Location,
            "--explicit", "only", "--filter-method", "*.NeverEnds", "--progress", "off", "--no-ansi", "--results-directory", results.FullName];
        foreach (var argument in arguments.Skip(Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? 0 : 1))
        {
            start.ArgumentList.Add(argument);
        }

        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync();
        var errors = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.True(program.ExitCode == TestWatch.ExitCode, $"It ended with {program.ExitCode}: {await output}{errors}");
        Assert.Contains("TimeLimitTests.NeverEnds", errors, StringComparison.Ordinal);
        Assert.Contains("TimeLimitTests.NeverEnds", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        File.Delete(file);
        results.Delete(recursive: true);
    }

    /// <summary>Runs only in the program that the test above starts. It blocks its thread, which no cancellation ends.</summary>
    [Fact(Explicit = true)]
    public void NeverEnds()
    {
        using var never = new ManualResetEvent(false);
        Assert.True(never.WaitOne());
    }
}
