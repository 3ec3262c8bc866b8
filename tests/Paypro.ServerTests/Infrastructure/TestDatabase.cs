using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>A database of a test's own, gone when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static int count;
    private readonly PostgresServer? server;
    private readonly string name;

    private TestDatabase(Engine engine, string connectionString, string name, PostgresServer? server)
    {
        Engine = engine;
        ConnectionString = connectionString;
        this.name = name;
        this.server = server;
    }

    /// <summary>Which engine it is.</summary>
    public Engine Engine { get; }

    /// <summary>For the engine's own provider.</summary>
    public string ConnectionString { get; }

    /// <summary>The environment variables that point a server at it.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Paypro__Database"] = Engine.ToString(),
        ["ConnectionStrings__Paypro"] = ConnectionString,
    };

    /// <summary>Creates one.</summary>
    /// <param name="engine">Where.</param>
    /// <param name="template">
    /// What it holds; by default the newest schema, because migrating takes longer than most tests. On a server of the test's own, which has
    /// no templates, it is empty.
    /// </param>
    /// <param name="server">The PostgreSQL server, when it is not the shared one.</param>
    /// <param name="folder">Where SQLite's file goes; the system's own place for such files by default.</param>
    public static async Task<TestDatabase> CreateAsync(Engine engine, DatabaseTemplate? template = null, PostgresServer? server = null, string? folder = null)
    {
        if (server is null)
        {
            template ??= DatabaseTemplate.Migrated;
        }

        var source = template is null ? null : await template.MakeAsync(engine);
        if (engine == Engine.Sqlite)
        {
            // A folder of its own, because the server keeps further files (its sandbox master key, say) beside the database.
            var own = folder is null ? Directory.CreateTempSubdirectory("paypro-test-").FullName : Directory.CreateDirectory(Path.Combine(folder, "paypro-test")).FullName;
            var file = Path.Combine(own, "paypro.db");
            if (source is not null)
            {
                CopySqliteFiles(source, file);
            }

            return new TestDatabase(engine, new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString, own, null);
        }

        if (server is not null && source is not null)
        {
            throw new ArgumentException("Templates live on the shared server.", nameof(template));
        }

        server ??= await PostgresServer.SharedAsync();
        var number = Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        var name = $"paypro_test_{Environment.ProcessId}_{number}";
        return new TestDatabase(engine, await server.CreateDatabaseAsync(name, source), name, server);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (server is null)
        {
            SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
            Directory.Delete(name, recursive: true);
            return;
        }

        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await server.DropDatabaseAsync(name);
    }

    internal static void DeleteSqliteFiles(string file)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(file + suffix);
        }
    }

    private static void CopySqliteFiles(string source, string target)
    {
        File.Copy(source, target);
        Platform.MasterKeyFile.Own(target);

        // A log that no closing connection has folded in is part of the database; the shared-memory file is made anew.
        if (File.Exists(source + "-wal"))
        {
            File.Copy(source + "-wal", target + "-wal");
            Platform.MasterKeyFile.Own(target + "-wal");
        }
    }
}
