using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Paypro.Bench.Ground;

/// <summary>Where things are, and how large the machine is. Set up by <c>bench/run</c>.</summary>
internal static class Place
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Required("PAYPRO_BENCH_ROOT");

    /// <summary>The folder of the published server.</summary>
    public static string Server { get; } = Required("PAYPRO_BENCH_SERVER");

    /// <summary>An empty folder that is thrown away afterwards.</summary>
    public static string Folder { get; } = Required("PAYPRO_BENCH_FOLDER");

    /// <summary>A superuser's connection string.</summary>
    public static string Postgres { get; } = Required("PAYPRO_BENCH_POSTGRES");

    /// <summary>The folder of PostgreSQL's programs, pgbench among them.</summary>
    public static string PostgresPrograms { get; } = Required("PAYPRO_BENCH_POSTGRES_BIN");

    public static string MasterKeyFile
    {
        get
        {
            var path = Path.Combine(Folder, "master.key");
            if (!File.Exists(path))
            {
                File.WriteAllText(path, $"k1 {Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))}\n");
            }

            return path;
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string MachineSize()
    {
        var memory = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var gigabytes = double.Parse(memory, CultureInfo.InvariantCulture) / 1024 / 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {gigabytes:0} GB memory, .NET {Environment.Version}, Linux");
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: start the bench with bench/run.");
}
