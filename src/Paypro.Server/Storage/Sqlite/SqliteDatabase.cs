using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>
/// The embedded database: one file, one process. The file itself is locked and not one beside it, so that a second process is refused
/// by whatever name, link or mount it comes.
/// </summary>
/// <param name="connectionString">Where it is.</param>
/// <param name="ownerOnly">Whether a file that others may read is refused.</param>
/// <param name="contexts">For migrating.</param>
internal sealed class SqliteDatabase(string connectionString, bool ownerOnly, IContexts contexts) : IDatabase, IDisposable
{
    /// <summary>What a lock that another process holds is called by Linux, by macOS and by Windows.</summary>
    private static readonly int[] LockedErrors = [11, 35, unchecked((int)0x80070020)];

    /// <summary>
    /// Kept open until the end: closing it gives up the locks of SQLite as well, which belong to the process.
    /// </summary>
    private FileStream? _owned;

    public Task CheckAsync(CancellationToken cancellation)
    {
        var source = new SqliteConnectionStringBuilder(connectionString);
        if (source.Mode == SqliteOpenMode.Memory || source.DataSource is "" or ":memory:" || source.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadSettingException("ConnectionStrings__Paypro: Data Source must be the path of a file.");
        }

        var file = Path.GetFullPath(source.DataSource);
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: the folder '{folder}' does not exist.");
        }

        _owned = Own(file);
        if (ownerOnly && (FileSecrecy.Problem(_owned) ?? FileSecrecy.Problem(file + "-wal") ?? FileSecrecy.Problem(file + "-shm")) is { } open)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: {open}");
        }

        try
        {
            // A file that is not in WAL mode yet (killed while it was made, or restored from a copy) is brought there now: EF looks
            // at it through a read-only connection first, which cannot.
            using var connection = new SqliteConnection(connectionString);
            SqliteSettings.Open(connection);

            // SQLite opens for reading what it may not write, and says so at the first write only.
            using var write = connection.CreateCommand();
            write.CommandText = "BEGIN IMMEDIATE; CREATE TABLE may_be_written (id INTEGER); ROLLBACK;";
            write.ExecuteNonQuery();
        }
        catch (SqliteException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: '{file}' cannot be used: {error.Message}");
        }

        return Task.CompletedTask;
    }

    public async Task<bool> HasTableAsync(string table, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Database.SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM sqlite_master WHERE type = 'table' AND name = {table}").SingleAsync(cancellation) > 0;
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

    public void Dispose()
    {
        if (_owned is not null)
        {
            using var connection = new SqliteConnection(connectionString);
            SqliteConnection.ClearPool(connection);
            _owned.Dispose();
        }
    }

    /// <summary>Opens the file, making an empty one for its owner alone where there is none, and locks it. SQLite's own files beside it get the same rights.</summary>
    private static FileStream Own(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileSecrecy.Own;
        }

        try
        {
            return new FileStream(file, options);
        }
        catch (IOException error) when (LockedErrors.Contains(error.HResult))
        {
            throw new BadSettingException(
                $"ConnectionStrings__Paypro: '{file}' is in use by another process. One process owns a SQLite file; several nodes need Paypro__Database=Postgres.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: '{file}' cannot be written: {error.Message}");
        }
    }
}

/// <summary>Gives EF's connections the same settings as the writer's.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => SqliteSettings.Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        SqliteSettings.Set(connection);
        return Task.CompletedTask;
    }
}
