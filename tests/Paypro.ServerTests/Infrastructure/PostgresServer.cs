using System.Diagnostics;
using Npgsql;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// A PostgreSQL server for tests: the one <c>./test</c> started (<c>PAYPRO_TEST_POSTGRES</c>), or one of our own, started with
/// <c>eng/postgres.sh</c> when a single test is run from an editor, or when a test wants to kill its database.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(GetSharedAsync);
    private readonly string? directory;

    private PostgresServer(string connectionString, string? directory)
    {
        ConnectionString = connectionString;
        this.directory = directory;
    }

    /// <summary>A superuser's connection string to the maintenance database.</summary>
    public string ConnectionString { get; }

    /// <summary>The server that all tests share. It ends with the test program.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a server that belongs to the caller, who may kill it.</summary>
    /// <param name="settings">Lines for postgresql.conf, <c>name=value</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"paypro-postgres-{Guid.NewGuid():N}");
        var connectionString = await RunScriptAsync(["start", directory, .. settings]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunScriptAsync(["stop", directory]).GetAwaiter().GetResult();
        return new PostgresServer(connectionString, directory);
    }

    /// <summary>SIGKILL to the server, as if it had crashed. Only for a server of one's own.</summary>
    public Task KillAsync() => RunScriptAsync(["kill", Own()]);

    /// <summary>Starts the killed server again on its port.</summary>
    public Task ResumeAsync() => RunScriptAsync(["resume", Own()]);

    /// <summary>Creates a database and returns its connection string.</summary>
    /// <param name="name">Lower-case letters, digits and underscores.</param>
    /// <param name="template">Name of the database to copy, or null for an empty one.</param>
    public async Task<string> CreateDatabaseAsync(string name, string? template = null)
    {
        await ExecuteAsync($"CREATE DATABASE {Quote(name)}" + (template is null ? "" : $" TEMPLATE {Quote(template)}"));
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database, ending whoever is still connected to it.</summary>
    public Task DropDatabaseAsync(string name) => ExecuteAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (directory is not null)
        {
            await RunScriptAsync(["stop", directory]);
        }
    }

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

    private async Task ExecuteAsync(string sql)
    {
        // Not pooled: a connection that lingers on the maintenance database helps nobody.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }
}
