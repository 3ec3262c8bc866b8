using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>A PostgreSQL that any number of nodes share.</summary>
internal sealed class PostgresDatabase(NpgsqlDataSource source, IContexts contexts) : IDatabase
{
    /// <summary>Key of the advisory lock, any constant that is ours: "paypro" in ASCII.</summary>
    private const long StartLock = 0x70617970726F;

    public async Task CheckAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var setting in new[] { "fsync", "full_page_writes", "synchronous_commit" })
            {
                await using var command = source.CreateCommand($"SHOW {setting}");
                if ((string?)await command.ExecuteScalarAsync(cancellation) == "off")
                {
                    throw new BadSettingException($"ConnectionStrings__Paypro: the server runs with {setting}=off, which loses acknowledged payments; turn it on.");
                }
            }

            await using var readOnly = source.CreateCommand("SHOW transaction_read_only");
            if ((string?)await readOnly.ExecuteScalarAsync(cancellation) == "on")
            {
                throw new BadSettingException("ConnectionStrings__Paypro: the server takes no writes (transaction_read_only=on); name the primary, or a user that may write.");
            }
        }
        catch (NpgsqlException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: PostgreSQL cannot be reached: {error.Message}");
        }
    }

    public async Task<bool> HasTableAsync(string table, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        command.Parameters.Add(new() { Value = table });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The lock belongs to the session: a node that is killed here gives it up with its connection.</summary>
    public async Task AloneAsync(Func<Task> work, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new() { Value = StartLock } }, CommandTimeout = 0 })
        {
            await take.ExecuteNonQueryAsync(cancellation);
        }

        try
        {
            await work();
        }
        finally
        {
            // The connection goes back to the pool, not to the server.
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection) { Parameters = { new() { Value = StartLock } } };
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();

        // In an empty database EF would ask for the history first and log the error as a failure; it is made before it is asked for.
        await context.Database.ExecuteSqlRawAsync(context.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(), cancellation);
        if ((await context.Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            await context.Database.MigrateAsync(cancellation);
        }
    }

    public async Task<int> CountStartAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE installation SET node_starts = node_starts + 1 RETURNING node_starts");
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
