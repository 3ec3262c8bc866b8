using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <summary>A PostgreSQL that any number of nodes share.</summary>
internal sealed class PostgresDatabase(NpgsqlDataSource source, IContexts contexts) : IDatabase
{
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
        }
        catch (NpgsqlException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: PostgreSQL cannot be reached: {error.Message}");
        }
    }

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
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
