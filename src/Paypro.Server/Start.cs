using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>What happens once, in this order, before the first request: check, migrate, recognise, count, seed, read.</summary>
/// <param name="database">Checked first.</param>
/// <param name="contexts">For the installation's own row.</param>
/// <param name="installation">What the settings say it is.</param>
/// <param name="ids">Begins with the number of this start.</param>
/// <param name="time">The clock.</param>
/// <param name="services">
/// The other rooms open the database or write beside it when they are made, so they are made only after the check: a wrong folder
/// must end in a sentence and leave nothing behind.
/// </param>
internal sealed class Start(
    IDatabase database, IContexts contexts, Installation installation, IdSource ids, TimeProvider time, IServiceProvider services)
{
    /// <summary>Whether <see cref="PrepareAsync"/> has come to its end.</summary>
    public bool IsPrepared { get; private set; }

    /// <exception cref="BadSettingException">The database is of the other kind, not durable or not to be reached.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await database.CheckAsync(cancellation);
        services.GetRequiredService<MasterKeys>();

        // One node after the other: two that start on one empty database must not seed it twice.
        await database.AloneAsync(
            async () =>
            {
                await database.MigrateAsync(cancellation);
                await RecogniseAsync(cancellation);
                ids.Begin(await database.CountStartAsync(cancellation));
                await services.GetRequiredService<Seed>().AddBanksAsync();
                if (installation.IsSandbox)
                {
                    await services.GetRequiredService<SandboxMerchants>().AddAsync();
                }
            },
            cancellation);
        await services.GetRequiredService<SnapshotStore>().RefreshOnceAsync(cancellation);
        IsPrepared = true;
    }

    /// <summary>Live or sandbox is written into a new database and never changed: an old one is refused in the other mode.</summary>
    private async Task RecogniseAsync(CancellationToken cancellation)
    {
        var kind = installation.IsSandbox ? "sandbox" : "live";
        await using var context = contexts.Create();
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO installation (id, kind, node_starts, config_version, created_at_ms) VALUES (1, {kind}, 0, 1, {time.NowMs()}) ON CONFLICT DO NOTHING",
            cancellation);
        var stored = await context.Installation.Select(i => i.Kind).SingleAsync(cancellation);
        if (stored != kind)
        {
            throw new BadSettingException(
                $"Paypro__Sandbox: this database belongs to a {stored} installation and cannot be started as {kind}; set Paypro__Sandbox={(stored == "sandbox" ? "true" : "false")} or use another database.");
        }

        if (installation.IsSandbox && await context.ChannelAccounts.AnyAsync(a => a.Live, cancellation))
        {
            throw new BadSettingException("Paypro__Sandbox: this sandbox has a live channel account; a sandbox must not move real money.");
        }
    }
}
