using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// A PostgreSQL server for tests: the one <c>./test</c> started (<c>PAYPRO_TEST_POSTGRES</c>), or one of our own, started with
/// <c>eng/postgres.sh</c> when a single test is run from an editor, or when a test wants to kill its database.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(GetSharedAsync);
    private string? directory;
    private string? standby;

    private PostgresServer(string connectionString, string? directory, string? standby = null) =>
        (ConnectionString, this.directory, this.standby) = (connectionString, directory, standby);

    /// <summary>A superuser's connection string to the maintenance database.</summary>
    public string ConnectionString { get; }

    /// <summary>The server that all tests share. It ends with the test program.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a server that belongs to the caller, who may kill it.</summary>
    /// <param name="settings">Lines for postgresql.conf, <c>name=value</c>.</param>
    public static Task<PostgresServer> StartAsync(params string[] settings) => StartInAsync(Path.GetTempPath(), settings);

    /// <summary>The same in a folder, such as that of a small disk.</summary>
    public static async Task<PostgresServer> StartInAsync(string folder, params string[] settings)
    {
        var directory = NewDirectory(folder);
        return new PostgresServer(await RunScriptAsync(["start", directory, .. settings]), directory);
    }

    /// <summary>Starts a primary and a standby without which it commits nothing. The connection string names both and asks for the primary.</summary>
    public static async Task<PostgresServer> StartPairAsync()
    {
        var (primary, standby) = (NewDirectory(Path.GetTempPath()), NewDirectory(Path.GetTempPath()));
        var first = new NpgsqlConnectionStringBuilder(await RunScriptAsync(["start", primary]));
        var second = new NpgsqlConnectionStringBuilder(await RunScriptAsync(["standby", standby, primary]));
        await ExecuteAsync(first.ConnectionString, SetSynchronous("standby"), "SELECT pg_reload_conf()");
        first.Host = string.Create(CultureInfo.InvariantCulture, $"{first.Host}:{first.Port},{second.Host}:{second.Port}");
        first.Remove("Port");
        (first.TargetSessionAttributes, first.HostRecheckSeconds) = ("primary", 0);
        return new PostgresServer(first.ConnectionString, primary, standby);
    }

    /// <summary>SIGKILL to the server, as if it had crashed. Only for a server of one's own.</summary>
    public Task KillAsync() => RunScriptAsync(["kill", Own()]);

    /// <summary>Starts the killed server again on its port.</summary>
    public Task ResumeAsync() => RunScriptAsync(["resume", Own()]);

    /// <summary>
    /// The primary is killed and never comes back, the standby becomes the primary and commits alone, until a new standby of it runs
    /// in the old one's place and is waited for again. Only for a pair.
    /// </summary>
    public async Task FailOverAsync()
    {
        var (old, next) = (Own(), standby ?? throw new InvalidOperationException("Only a pair has a standby."));
        var port = (await File.ReadAllTextAsync(Path.Combine(old, "port"))).Trim();
        await RunScriptAsync(["kill", old]);
        await RunScriptAsync(["promote", next]);
        await RunScriptAsync(["stop", old]);
        (directory, standby) = (next, NewDirectory(Path.GetTempPath()));
        await RunScriptAsync(["standby", standby, next, port]);
        await ExecuteAsync(ConnectionString, SetSynchronous("standby"), "SELECT pg_reload_conf()");
    }

    /// <summary>Creates a database and returns its connection string.</summary>
    /// <param name="name">Lower-case letters, digits and underscores.</param>
    /// <param name="template">Name of the database to copy, or null for an empty one.</param>
    public async Task<string> CreateDatabaseAsync(string name, string? template = null)
    {
        await ExecuteAsync(ConnectionString, $"CREATE DATABASE {Quote(name)}" + (template is null ? "" : $" TEMPLATE {Quote(template)}"));
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database, ending whoever is still connected to it.</summary>
    public Task DropDatabaseAsync(string name) => ExecuteAsync(ConnectionString, $"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var own in (string?[])[directory, standby])
        {
            if (own is not null)
            {
                await RunScriptAsync(["stop", own]);
            }
        }
    }

    /// <summary>A name for a server of a test's own, which is stopped with the test program at the latest.</summary>
    private static string NewDirectory(string folder)
    {
        var directory = Path.Combine(folder, $"paypro-postgres-{Guid.NewGuid():N}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunScriptAsync(["stop", directory]).GetAwaiter().GetResult();
        return directory;
    }

    private static string SetSynchronous(string names) => $"ALTER SYSTEM SET synchronous_standby_names = '{names}'";

    private static async Task<PostgresServer> GetSharedAsync() =>
        Environment.GetEnvironmentVariable("PAYPRO_TEST_POSTGRES") is { Length: > 0 } given ? new PostgresServer(given, null) : await StartAsync();

    private static async Task<string> RunScriptAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "eng", "postgres.sh"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("eng/postgres.sh did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"eng/postgres.sh {arguments[0]} failed: {await errors}");
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private string Own() => directory ?? throw new InvalidOperationException("The shared server is every test's: start one with PostgresServer.StartAsync to kill it.");

    private static async Task ExecuteAsync(string connectionString, params string[] statements)
    {
        // Not pooled: a connection that lingers on the maintenance database helps nobody.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
            await command.ExecuteNonQueryAsync();
        }
    }
}
