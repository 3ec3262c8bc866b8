using System.Data.Common;
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

    private string Kind => installation.IsSandbox ? "sandbox" : "live";

    /// <exception cref="BadSettingException">What keeps this installation from starting, in one sentence; nothing was written then.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            await PrepareDatabaseAsync(cancellation);
        }
        catch (Exception error) when (FaultOfTheDatabase(error) is { } fault)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: the database refused the start: {fault.Message}");
        }

        IsPrepared = true;
    }

    private async Task PrepareDatabaseAsync(CancellationToken cancellation)
    {
        var place = services.GetRequiredService<MasterKeyPlace>();
        if (!place.IsOwn)
        {
            // A file that cannot be used is told before the database is touched.
            services.GetRequiredService<MasterKeys>();
        }

        await database.CheckAsync(cancellation);

        // One node after the other: two that start on one empty database must not seed it twice.
        await database.AloneAsync(
            async () =>
            {
                if (await database.HasTableAsync("installation", cancellation))
                {
                    await CheckKindAsync(cancellation);
                }

                if (place.IsMissing && await InstallationSecrets.AnyAsync(database, contexts, cancellation))
                {
                    throw new BadSettingException(
                        $"Paypro__MasterKeyFile: this sandbox's database is sealed with a key that was in '{place.Path}' and is not there; put it back, name its place, or begin with a new database.");
                }

                var secrets = services.GetRequiredService<InstallationSecrets>();
                await secrets.CheckAsync(cancellation);
                await database.MigrateAsync(cancellation);
                await RecogniseAsync(cancellation);
                await CheckKeysAsync(cancellation);
                await secrets.MakeAsync(cancellation);
                ids.Begin(await database.CountStartAsync(cancellation));
                await services.GetRequiredService<Seed>().AddBanksAsync();
                if (installation.IsSandbox)
                {
                    await services.GetRequiredService<SandboxMerchants>().AddAsync();
                }
            },
            cancellation);
        await services.GetRequiredService<SnapshotStore>().RefreshOnceAsync(cancellation);
    }

    private async Task CheckKeysAsync(CancellationToken cancellation)
    {
        if (installation.IsSandbox)
        {
            return;
        }

        var snapshots = services.GetRequiredService<SnapshotStore>();
        await snapshots.RefreshOnceAsync(cancellation);
        if (WeakKeys.Problem(snapshots.Current) is { } weak)
        {
            throw new BadSettingException(weak);
        }
    }

    private async Task CheckKindAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (await context.Installation.Select(i => i.Kind).SingleOrDefaultAsync(cancellation) is { } stored && stored != Kind)
        {
            throw new BadSettingException(
                $"Paypro__Sandbox: this database belongs to a {stored} installation and cannot be started as {Kind}; set Paypro__Sandbox={(stored == "sandbox" ? "true" : "false")} or use another database.");
        }
    }

    private static DbException? FaultOfTheDatabase(Exception error)
    {
        var cause = error;
        while (cause is not null and not DbException)
        {
            cause = cause.InnerException;
        }

        return cause as DbException;
    }

    /// <summary>Live or sandbox is written into a new database and never changed: an old one is refused in the other mode.</summary>
    private async Task RecogniseAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        await context.Database.ExecuteSqlAsync(
            $"INSERT INTO installation (id, kind, node_starts, config_version, created_at_ms) VALUES (1, {Kind}, 0, 1, {time.NowMs()}) ON CONFLICT DO NOTHING",
            cancellation);
        await CheckKindAsync(cancellation);
        if (installation.IsSandbox && await context.ChannelAccounts.AnyAsync(a => a.Live, cancellation))
        {
            throw new BadSettingException("Paypro__Sandbox: this sandbox has a live channel account; a sandbox must not move real money.");
        }
    }
}
