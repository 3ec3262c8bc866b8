using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>How to start a server.</summary>
public sealed record ServerStart
{
    /// <summary>Its database; null leaves the setting away.</summary>
    public TestDatabase? Database { get; init; }

    /// <summary>Further environment variables; they win over the defaults (Development, <c>Paypro__Sandbox=true</c>).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Command-line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>TCP port on 127.0.0.1; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Files and connections that it may open at once; null leaves it the limit of the tests.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>How long it may take until <c>/health/ready</c> answers 200; default 300 s, as a loaded test machine is slow.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What became of a server that ended by itself.</summary>
/// <param name="Code">Its exit code; 128 plus the signal when one killed it.</param>
/// <param name="Output">All it printed, both streams.</param>
public sealed record ServerExit(int Code, string Output);

/// <summary>The built Paypro.Server as a process of its own, which can be stopped, paused and killed as an operator's could.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output;
    private readonly string folder;
    private readonly EventHandler killAtExit;
    private bool isDisposed;

    private ServerProcess(ServerStart start)
    {
        var port = start.Port ?? FreePort.Take();
        Start = start with { Port = port };
        BaseAddress = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
        Http = new HttpClient { BaseAddress = BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        output = new StringBuilder();
        folder = Directory.CreateTempSubdirectory("paypro-server-").FullName;
        process = new Process { StartInfo = Describe(Start, folder, BaseAddress) };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        killAtExit = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>How it was started, with the port it got: start another with it to get the same server again.</summary>
    public ServerStart Start { get; }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri BaseAddress { get; }

    /// <summary>A client with <see cref="BaseAddress"/>.</summary>
    public HttpClient Http { get; }

    /// <summary>The operating system's number of the process.</summary>
    public int ProcessId => process.Id;

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>All it has printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message holds what it printed.</exception>
    public static async Task<ServerProcess> StartAsync(ServerStart start)
    {
        var server = new ServerProcess(start);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server that is expected to end by itself: <c>--migrate-only</c>, or a setting that it refuses.</summary>
    /// <exception cref="TimeoutException">It still ran after <see cref="ServerStart.ReadyWithin"/> and was killed.</exception>
    public static async Task<ServerExit> RunToExitAsync(ServerStart start)
    {
        await using var server = new ServerProcess(start);
        return await server.WaitForExitAsync(start.ReadyWithin);
    }

    /// <summary>SIGKILL: nothing is finished, flushed or said.</summary>
    public void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.WaitForExit();
    }

    /// <summary>
    /// SIGSTOP: the process holds its connections and locks and does nothing, as one on a stalled machine. Returns when its last thread stands still:
    /// the signal is only delivered by the call, and a thread that runs at that moment may still answer a request.
    /// </summary>
    public void Pause()
    {
        Signal(19);
        SpinWait.SpinUntil(() => Directory.EnumerateFiles($"/proc/{process.Id}/task", "stat", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).All(IsStopped));
    }

    /// <summary>SIGCONT after <see cref="Pause"/>.</summary>
    public void Continue() => Signal(18);

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <exception cref="TimeoutException">It still ran after <paramref name="within"/> (default 30 s) and was killed.</exception>
    public Task<ServerExit> StopAsync(TimeSpan? within = null)
    {
        Signal(15);
        return WaitForExitAsync(within ?? TimeSpan.FromSeconds(30));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            // One that did not become ready is gone already; its fault is what the test has to say.
            return ValueTask.CompletedTask;
        }

        isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        Kill();
        Http.Dispose();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static ProcessStartInfo Describe(ServerStart start, string folder, Uri address)
    {
        var project = Path.Combine(Repository.Root, "src", "Paypro.Server");
        var program = Path.Combine(project, "bin", Repository.Configuration, "net10.0", "Paypro.Server.dll");
        string[] command = start.OpenFiles is { } files ? ["/bin/sh", "-c", $"ulimit -n {files}; exec dotnet \"$@\"", "sh"] : ["dotnet"];
        var info = new ProcessStartInfo(command[0], [.. command[1..], program, .. start.Arguments])
        {
            // Whatever the server writes without being told where lands here and not among the sources.
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The settings of whoever runs the tests are not the server's.
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key))
        {
            if (name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Paypro__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase))
            {
                info.Environment.Remove(name);
            }
        }

        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        info.Environment["ASPNETCORE_CONTENTROOT"] = project;
        info.Environment["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority);
        info.Environment["Paypro__Sandbox"] = "true";
        foreach (var (name, value) in (start.Database?.Settings ?? new Dictionary<string, string>()).Concat(start.Environment))
        {
            info.Environment[name] = value;
        }

        return info;
    }

    // Declared here and not in the runtime: .NET can send SIGKILL only.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private async Task WaitUntilReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Start.ReadyWithin && !process.HasExited)
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri("health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Nothing listens yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        var state = process.HasExited ? $"ended with code {process.ExitCode}" : $"was not ready within {Start.ReadyWithin}";
        throw new InvalidOperationException($"The server {state}. It printed:\n{Output}");
    }

    private async Task<ServerExit> WaitForExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ServerExit(process.ExitCode, Output);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"The server still ran after {within}. It printed:\n{Output}");
        }
    }

    private void Signal(int signal)
    {
        if (SendSignal(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach the server: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    // The state is the letter behind the name in brackets, which may itself hold brackets; see proc(5).
    private static bool IsStopped(string statFile)
    {
        var stat = File.ReadAllText(statFile);
        return stat[stat.LastIndexOf(')') + 2] == 'T';
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }
    }
}
