using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>Makes contexts of the chosen engine.</summary>
internal interface IContexts
{
    /// <summary>For reading, and for saving configuration through <see cref="ConfigStore"/>.</summary>
    PayproContext Create();
}

internal sealed class Contexts<TContext>(IDbContextFactory<TContext> factory) : IContexts
    where TContext : PayproContext
{
    public PayproContext Create() => factory.CreateDbContext();
}

/// <summary>The database as a whole: checked, migrated and counted at start.</summary>
internal interface IDatabase
{
    /// <summary>Refuses a server whose commits are not durable. Throws <see cref="Platform.BadSettingException"/>.</summary>
    Task CheckAsync(CancellationToken cancellation);

    /// <summary>Whether a table of ours is there; in a new database none is.</summary>
    Task<bool> HasTableAsync(string table, CancellationToken cancellation);

    /// <summary>Does something that no other node does on this database at the same time; waits for its turn.</summary>
    Task AloneAsync(Func<Task> work, CancellationToken cancellation);

    /// <summary>Brings the schema up to date, if anything is pending. Safe when several nodes start at once.</summary>
    Task MigrateAsync(CancellationToken cancellation);

    /// <summary>Counts this start; the number makes ids unique.</summary>
    Task<int> CountStartAsync(CancellationToken cancellation);
}

/// <summary>Saves configuration: in its turn, bumping the version that every node polls.</summary>
internal sealed class ConfigStore(IContexts contexts, BatchWriter writer)
{
    public Task<T> SaveAsync<T>(Func<PayproContext, Task<T>> change) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var strategy = new DeadlockRetries(context);
        return await strategy.ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            var result = await change(context);
            await context.SaveChangesAsync();
            await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.ConfigVersion, i => i.ConfigVersion + 1));
            await transaction.CommitAsync();
            return result;
        });
    });

    public Task SaveAsync(Func<PayproContext, Task> change) => SaveAsync(async context =>
    {
        await change(context);
        return true;
    });
}
