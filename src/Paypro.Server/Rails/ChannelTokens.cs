using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Rails;

/// <summary>
/// Rails' tokens, sealed in the database, so that all nodes use the same one. The row's lease says which node renews; the others wait for it. A
/// node that ends while it renews is waited for until its lease ends.
/// </summary>
internal sealed class ChannelTokens(IContexts contexts, IBatchEngine engine, MasterKeys keys, TimeProvider time)
{
    /// <summary>How long a renewal may take before another node tries: longer than any call.</summary>
    public const long LeaseMs = 90_000;

    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>What this process has seen last of each row. No token where it was forgotten: a reader that was slower does not bring it back.</summary>
    private readonly ConcurrentDictionary<(long Account, string Name), (RailToken? Token, long RenewFromMs, long Version)> _known = new();

    /// <summary>The tokens of one account.</summary>
    public ITokenStore Of(long accountId) => new Store(this, accountId);

    private async Task<RailToken?> GetAsync(long accountId, string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation)
    {
        if (_known.TryGetValue((accountId, name), out var known) && known.Token is not null && time.NowMs() < known.RenewFromMs)
        {
            return known.Token;
        }

        while (true)
        {
            var row = await ReadAsync(accountId, name, cancellation);
            var nowMs = time.NowMs();
            if (row is not null && nowMs < row.RenewFromMs)
            {
                return Remember(row);
            }

            if (row is null || row.LeaseUntilMs <= nowMs)
            {
                if (await LeaseAsync(accountId, name, row, nowMs))
                {
                    return await RenewAsync(row ?? new ChannelTokenRow { ChannelAccountId = accountId, Name = name }, renew, cancellation);
                }

                // Another has changed the row meanwhile: it may be renewing, or have found the token refused.
                continue;
            }

            if (nowMs < row.ExpiresAtMs)
            {
                // Another node renews it, and it still counts.
                return Open(row);
            }

            await Task.Delay(LooksAgainAfter, time, cancellation);
        }
    }

    private async Task<RailToken?> RenewAsync(ChannelTokenRow leased, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation)
    {
        RailToken? token = null;
        var askedAtMs = time.NowMs();
        try
        {
            token = await renew(cancellation);
        }
        finally
        {
            // The former token stays where there is no new one, unless it was forgotten meanwhile.
            var former = token is null ? await ReadAsync(leased.ChannelAccountId, leased.Name, CancellationToken.None) ?? leased : leased;
            var next = new ChannelTokenRow
            {
                ChannelAccountId = leased.ChannelAccountId,
                Name = leased.Name,
                Version = leased.Version + 2,
                MasterKeyId = former.MasterKeyId,
                Sealed = former.Sealed,
                ExpiresAtMs = former.ExpiresAtMs,
                RenewFromMs = former.RenewFromMs,
            };
            if (token is not null)
            {
                (next.MasterKeyId, next.Sealed) = keys.Seal(Encoding.UTF8.GetBytes(token.Value), BoundTo(leased.ChannelAccountId, leased.Name));
                next.ExpiresAtMs = token.ExpiresAtMs;
                next.RenewFromMs = askedAtMs + (token.ExpiresAtMs - askedAtMs) * 2 / 3;
            }

            await SaveAsync(next, leased.Version + 1);
            leased = next;
        }

        return token is not null ? Remember(leased) : leased.Sealed.Length > 0 && time.NowMs() < leased.ExpiresAtMs ? Open(leased) : null;
    }

    private async Task ForgetAsync(long accountId, string name, RailToken refused, CancellationToken cancellation)
    {
        if (await ReadAsync(accountId, name, cancellation) is not { } row)
        {
            return;
        }

        var version = row.Version;
        if (row.Sealed.Length > 0 && Open(row).Value == refused.Value)
        {
            // One that is being renewed keeps its version: the node that renews it saves on that, and its new token must not be lost.
            version += row.LeaseUntilMs > time.NowMs() ? 0 : 1;
            await SaveAsync(new ChannelTokenRow { ChannelAccountId = accountId, Name = name, Version = version, LeaseUntilMs = row.LeaseUntilMs }, row.Version);
        }

        _known.AddOrUpdate((accountId, name), (null, 0, version), (_, known) => known.Token?.Value == refused.Value || known.Version < version ? (null, 0, Math.Max(version, known.Version)) : known);
    }

    private async Task<ChannelTokenRow?> ReadAsync(long accountId, string name, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.ChannelTokens.AsNoTracking().SingleOrDefaultAsync(t => t.ChannelAccountId == accountId && t.Name == name, cancellation);
    }

    /// <summary>Takes the right to renew; false when another node was quicker.</summary>
    private async Task<bool> LeaseAsync(long accountId, string name, ChannelTokenRow? row, long nowMs) => row is not null
        ? await SaveAsync(
            new ChannelTokenRow
            {
                ChannelAccountId = accountId,
                Name = name,
                MasterKeyId = row.MasterKeyId,
                Sealed = row.Sealed,
                ExpiresAtMs = row.ExpiresAtMs,
                RenewFromMs = row.RenewFromMs,
                LeaseUntilMs = nowMs + LeaseMs,
                Version = row.Version + 1,
            },
            row.Version)
        : await engine.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_tokens (channel_account_id, name, master_key_id, sealed, expires_at_ms, renew_from_ms, lease_until_ms, version)
                VALUES ({accountId}, {name}, {""}, {Array.Empty<byte>()}, 0, 0, {nowMs + LeaseMs}, 1) ON CONFLICT DO NOTHING
                """) == 1;
        });

    private Task<bool> SaveAsync(ChannelTokenRow row, long expectedVersion) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.ChannelTokens
            .Where(t => t.ChannelAccountId == row.ChannelAccountId && t.Name == row.Name && t.Version == expectedVersion)
            .ExecuteUpdateAsync(s => s
                .SetProperty(t => t.MasterKeyId, row.MasterKeyId)
                .SetProperty(t => t.Sealed, row.Sealed)
                .SetProperty(t => t.ExpiresAtMs, row.ExpiresAtMs)
                .SetProperty(t => t.RenewFromMs, row.RenewFromMs)
                .SetProperty(t => t.LeaseUntilMs, row.LeaseUntilMs)
                .SetProperty(t => t.Version, row.Version)) == 1;
    });

    private RailToken Remember(ChannelTokenRow row)
    {
        var token = Open(row);
        _known.AddOrUpdate((row.ChannelAccountId, row.Name), (token, row.RenewFromMs, row.Version), (_, known) => known.Version > row.Version ? known : (token, row.RenewFromMs, row.Version));
        return token;
    }

    private RailToken Open(ChannelTokenRow row) =>
        new(Encoding.UTF8.GetString(keys.Open(row.MasterKeyId, row.Sealed, BoundTo(row.ChannelAccountId, row.Name))), row.ExpiresAtMs);

    /// <summary>What a token is bound to.</summary>
    public static string BoundTo(long accountId, string name) => string.Create(CultureInfo.InvariantCulture, $"channel-token:{accountId}:{name}");

    private sealed class Store(ChannelTokens tokens, long accountId) : ITokenStore
    {
        public Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation) =>
            tokens.GetAsync(accountId, name, renew, cancellation);

        public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation) => tokens.ForgetAsync(accountId, name, refused, cancellation);
    }
}
