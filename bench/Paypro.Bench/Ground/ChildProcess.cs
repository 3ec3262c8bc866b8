using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Paypro.Bench.Ground;

/// <summary>A server of ours in a process of its own: the one under test, or the reference.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _printed = new();
    private bool _ended;

    private ChildProcess(ProcessStartInfo info, int port)
    {
        Port = port;
        info.RedirectStandardOutput = info.RedirectStandardError = true;
        info.WorkingDirectory = Place.Folder;
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public int Id => _process.Id;

    /// <summary>The published server.</summary>
    /// <param name="database">Its database.</param>
    /// <param name="settings">More environment variables.</param>
    public static async Task<ChildProcess> ServerAsync(BenchDatabase database, params IEnumerable<(string Name, string Value)> settings)
    {
        var child = Server(database, settings);
        await child.WaitUntilListeningAsync();
        return child;
    }

    /// <summary>The same, not yet listening.</summary>
    public static ChildProcess Server(BenchDatabase database, params IEnumerable<(string Name, string Value)> settings)
    {
        var port = Place.FreePort();
        var info = new ProcessStartInfo("dotnet", [Path.Combine(Place.Server, "Paypro.Server.dll")]);
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(n => n.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || n.StartsWith("Paypro__", StringComparison.Ordinal)))
        {
            info.Environment.Remove(name);
        }

        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        info.Environment["ASPNETCORE_CONTENTROOT"] = Place.Server;
        info.Environment["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        foreach (var (name, value) in database.Settings.Select(s => (s.Key, s.Value)).Concat(settings))
        {
            info.Environment[name] = value;
        }

        return new ChildProcess(info, port);
    }

    /// <summary>The frozen endpoint.</summary>
    public static Task<ChildProcess> ReferenceAsync() => OwnAsync("reference");

    /// <summary>A merchant's server.</summary>
    public static Task<ChildProcess> ReceiverAsync() => OwnAsync("receive");

    private static async Task<ChildProcess> OwnAsync(string what)
    {
        var port = Place.FreePort();
        var child = new ChildProcess(new ProcessStartInfo(Environment.ProcessPath!, [what, port.ToString(CultureInfo.InvariantCulture)]), port);
        await child.WaitUntilListeningAsync();
        return child;
    }

    public async Task WaitUntilListeningAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60) && !_process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }

        throw new InvalidOperationException($"A server did not start. It printed:\n{Printed}");
    }

    /// <summary>All it has printed.</summary>
    public string Printed
    {
        get
        {
            lock (_printed)
            {
                return _printed.ToString();
            }
        }
    }

    /// <summary>Its memory in use, MB (resident set).</summary>
    /// <summary>What it has used of the processors since its start.</summary>
    public double ProcessorSeconds()
    {
        using var process = Process.GetProcessById(Id);
        return process.TotalProcessorTime.TotalSeconds;
    }

    public double ResidentMegabytes()
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void KillAtExit(object? sender, EventArgs e) => _process.Kill();

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_printed)
        {
            if (line.Data is not null && _printed.Length < 20_000)
            {
                _printed.AppendLine(line.Data);
            }
        }
    }
}
