using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>The embedded database: one file, one process. A second process on the same file is refused.</summary>
internal sealed class SqliteDatabase(string connectionString, IContexts contexts) : IDatabase, IDisposable
{
    private FileStream? _lock;

    public Task CheckAsync(CancellationToken cancellation)
    {
        var file = Path.GetFullPath(new SqliteConnectionStringBuilder(connectionString).DataSource);
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: the folder '{folder}' does not exist.");
        }

        try
        {
            _lock = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new BadSettingException(
                $"ConnectionStrings__Paypro: '{file}' is in use by another process. One process owns a SQLite file; several nodes need Paypro__Database=Postgres.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: '{file}' cannot be written.");
        }

        try
        {
            // A file that is not in WAL mode yet (killed while it was made, or restored from a copy) is brought there now: EF looks
            // at it through a read-only connection first, which cannot.
            using var connection = new SqliteConnection(connectionString);
            SqliteSettings.Open(connection);
        }
        catch (SqliteException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: '{file}' cannot be used: {error.Message}");
        }

        return Task.CompletedTask;
    }

    /// <summary>We own the file, so nobody else is here.</summary>
    public Task AloneAsync(Func<Task> work, CancellationToken cancellation) => work();

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (!(await context.Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            return;
        }

        // We own the file, so a migration lock that is there belongs to a process that was killed.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await context.Database.MigrateAsync(cancellation);
    }

    public async Task<int> CountStartAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Database.SqlQueryRaw<int>("UPDATE installation SET node_starts = node_starts + 1 RETURNING node_starts AS \"Value\"")
            .AsAsyncEnumerable().SingleAsync(cancellation);
    }

    public void Dispose() => _lock?.Dispose();
}

/// <summary>Gives EF's connections the same settings as the writer's.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set(connection);
        return Task.CompletedTask;
    }

    private static void Set(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = SqliteSettings.Pragmas;
        command.ExecuteNonQuery();
    }
}
