using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// A filled database that is made once for each engine and then copied, which is much quicker than migrating for each test.
/// Keep one in a static field. What it makes ends with the test program.
/// </summary>
/// <param name="name">Lower-case letters, digits and underscores; part of the template's name.</param>
/// <param name="fill">Gets the engine and the connection string (unpooled) of an empty database and migrates and seeds it.</param>
public sealed class DatabaseTemplate(string name, Func<Engine, string, Task> fill)
{
    private readonly ConcurrentDictionary<Engine, Lazy<Task<string>>> made = new();

    /// <summary>An empty database.</summary>
    public static DatabaseTemplate Empty { get; } = new("empty", (_, _) => Task.CompletedTask);

    /// <summary>The newest schema and no row.</summary>
    public static DatabaseTemplate Migrated { get; } = new("migrated", MigrateAsync);

    /// <summary>The template's database name (PostgreSQL) or file (SQLite); null where the template is empty.</summary>
    internal async Task<string?> MakeAsync(Engine engine) =>
        ReferenceEquals(this, Empty) ? null : await made.GetOrAdd(engine, key => new(() => FillAsync(key))).Value;

    private static async Task MigrateAsync(Engine engine, string connectionString)
    {
        await using PayproContext context = engine == Engine.Sqlite
            ? new SqlitePayproContext(new DbContextOptionsBuilder<SqlitePayproContext>().UseSqlite(connectionString).Options)
            : new PostgresPayproContext(new DbContextOptionsBuilder<PostgresPayproContext>().UseNpgsql(connectionString).Options);
        await context.Database.MigrateAsync();
    }

    private async Task<string> FillAsync(Engine engine)
    {
        if (engine == Engine.Sqlite)
        {
            var file = Path.Combine(Path.GetTempPath(), $"paypro-template-{name}-{Guid.NewGuid():N}.db");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => TestDatabase.DeleteSqliteFiles(file);
            await fill(engine, new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
            return file;
        }

        var server = await PostgresServer.SharedAsync();
        var database = $"paypro_template_{name}_{Environment.ProcessId}";
        await server.DropDatabaseAsync(database);
        var connectionString = await server.CreateDatabaseAsync(database);

        // Unpooled, because PostgreSQL copies only a database that nobody is connected to.
        await fill(engine, new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        return database;
    }
}
