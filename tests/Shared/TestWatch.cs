using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace Paypro.Tests;

/// <summary>
/// Looks every second at what runs. A test that takes longer than <c>PAYPRO_TEST_TIME_LIMIT_S</c> (seconds, default 300) ends the
/// program with its name, and so does a program in which nothing begins or ends for a minute longer. The names also go to the file
/// <c>PAYPRO_TEST_OVERDUE</c>, because the program's report is lost with it.
/// </summary>
internal sealed class TestWatch
{
    /// <summary>The program's exit code when it ends itself.</summary>
    public const int ExitCode = 70;

    /// <summary>128 and the signal's number, as a shell says it.</summary>
    private const int TerminatedCode = 143;

    private const int DefaultLimitS = 300;

    /// <summary>What finding the tests and a fixture that starts servers may take beyond a test's limit.</summary>
    private static readonly TimeSpan BetweenTests = TimeSpan.FromMinutes(1);

    /// <summary>What the end of the program may take: it stops servers and databases.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("PAYPRO_TEST_TIME_LIMIT_S"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : DefaultLimitS);

    /// <summary>An editor keeps the program and lets it wait for the next run.</summary>
    private readonly bool _mayBeIdle = Environment.GetCommandLineArgs().Contains("--server");

    private readonly ConcurrentDictionary<string, (string Name, long Since)> _tests = new();
    private readonly ConcurrentDictionary<string, (string Name, long Since)> _classes = new();
    private long _lastChange = Stopwatch.GetTimestamp();
    private PosixSignalRegistration? _terminated;
    private string _stage = "before the first test";

    /// <summary>Begins to watch this program.</summary>
    public static TestWatch Begin()
    {
        var watch = new TestWatch();

        // A thread of its own: it must look even when no thread of the pool is free.
        new Thread(watch.Look) { IsBackground = true, Name = "time limit of tests" }.Start();

        // Ended from outside, by the limit of the whole run for instance: what was under way is worth knowing. Without a handler the
        // runtime would end at once, and leave behind what the tests have started.
        watch._terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Tell("The test program was ended while these ran", watch._tests.Values.Select(Describe));
            new Thread(static () => Leave(TerminatedCode)) { IsBackground = true }.Start();
        });
        return watch;
    }

    public void See(IMessageSinkMessage message)
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastChange, now);
        switch (message)
        {
            case ITestStarting test:
                _tests[test.TestUniqueID] = (test.TestDisplayName, now);
                break;
            case ITestFinished test:
                _tests.TryRemove(test.TestUniqueID, out var ended);
                _stage = $"after {ended.Name}";
                break;
            case ITestClassStarting of:
                _classes[of.TestClassUniqueID!] = (of.TestClassName, now);
                break;
            case ITestClassFinished of:
                _classes.TryRemove(of.TestClassUniqueID!, out _);
                break;
            case ITestAssemblyFinished:
                _stage = "after the last test";
                break;
        }
    }

    private static string Describe((string Name, long Since) what) =>
        string.Create(CultureInfo.InvariantCulture, $"{what.Name} ({Stopwatch.GetElapsedTime(what.Since).TotalSeconds:F0} s)");

    private void Look()
    {
        using var never = new ManualResetEvent(false);
        while (!never.WaitOne(TimeSpan.FromSeconds(1)))
        {
            var overdue = _tests.Values.Where(t => Stopwatch.GetElapsedTime(t.Since) > _limit).Select(Describe).Order(StringComparer.Ordinal).ToList();
            if (overdue.Count == 0 && !_mayBeIdle && Stopwatch.GetElapsedTime(Volatile.Read(ref _lastChange)) > _limit + BetweenTests)
            {
                // No test is late, so it is what lies between them: finding them, a fixture, the end.
                overdue = [.. _tests.Values.Concat(_classes.Values).Select(Describe).Order(StringComparer.Ordinal)];
                overdue.Insert(0, $"nothing began or ended {_stage}");
            }

            if (overdue.Count > 0 && !Debugger.IsAttached)
            {
                End(overdue);
                return;
            }
        }
    }

    private static void Tell(string what, IEnumerable<string> names)
    {
        var line = $"{what}: {string.Join(", ", names)}";
        Console.Error.WriteLine(line);
        if (Environment.GetEnvironmentVariable("PAYPRO_TEST_OVERDUE") is { Length: > 0 } file)
        {
            File.AppendAllText(file, $"  {line}{Environment.NewLine}");
        }
    }

    private void End(List<string> overdue)
    {
        Tell(
            string.Create(CultureInfo.InvariantCulture, $"Longer than {_limit.TotalSeconds:F0} s (PAYPRO_TEST_TIME_LIMIT_S), with {ThreadPool.ThreadCount} threads and {ThreadPool.PendingWorkItemCount} items waiting for one"),
            overdue);

        Leave(ExitCode);
    }

    /// <summary>In order, so that what the tests started ends too; by force when that does not come to an end either.</summary>
    private static void Leave(int code)
    {
        var exit = new Thread(() => Environment.Exit(code)) { IsBackground = true };
        exit.Start();
        exit.Join(Farewell);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
