using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>Reads channel accounts for screens and programs.</summary>
internal sealed class AccountReads(SnapshotStore snapshots, ChannelHealth health, TimeProvider time)
{
    private const int Most = 10_000;

    /// <summary>Accounts after a number, by number.</summary>
    /// <param name="context">The database.</param>
    /// <param name="country">ISO 3166; empty for all.</param>
    /// <param name="state">As <see cref="AccountState.State"/>; empty for all.</param>
    /// <param name="after">The last number of the page before.</param>
    /// <param name="count">At most so many.</param>
    public async Task<List<AccountState>> ListAsync(PayproContext context, string country, string state, long after, int count)
    {
        var rows = await context.ChannelAccounts.AsNoTracking().Where(a => a.Id > after && (country == "" || a.Country == country)).OrderBy(a => a.Id).Take(Most).ToListAsync();
        var found = rows.Select(r => (Row: r, State: StateOf(r))).Where(r => state.Length == 0 || r.State.State == state).Take(count).ToList();
        return await StatesAsync(context, found);
    }

    public async Task<AccountState?> FindAsync(PayproContext context, long account) =>
        await context.ChannelAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account) is { } row ? (await StatesAsync(context, [(row, StateOf(row))]))[0] : null;

    /// <summary>As the nodes use it; null while it is left out.</summary>
    public AccountOffer? OfferOf(long account) => snapshots.Current.Accounts.GetValueOrDefault(account);

    private async Task<List<AccountState>> StatesAsync(PayproContext context, List<(ChannelAccountRow Row, (string State, string? Problem) State)> found)
    {
        var nowMs = time.NowMs();
        var ids = found.ConvertAll(f => f.Row.Id);
        var pots = (await context.ChannelPots.AsNoTracking().Where(p => ids.Contains(p.ChannelAccountId)).ToListAsync()).ToLookup(p => p.ChannelAccountId);
        var callbacks = await context.ChannelCallbacks.AsNoTracking().Where(c => ids.Contains(c.ChannelAccountId)).ToDictionaryAsync(c => c.ChannelAccountId, c => c.AtMs);

        // Of each name the newest that holds is the one that signs.
        var secrets = (await context.ChannelSecrets.Where(s => ids.Contains(s.ChannelAccountId) && s.ValidFromMs <= nowMs && (s.ValidToMs == 0 || s.ValidToMs > nowMs))
            .GroupBy(s => new { s.ChannelAccountId, s.Name }).Select(g => new { g.Key.ChannelAccountId, FromMs = g.Max(s => s.ValidFromMs) }).ToListAsync()).ToLookup(s => s.ChannelAccountId, s => s.FromMs);
        var countries = found.Select(f => f.Row.Country).Distinct().ToList();
        var banks = (await context.Banks.Where(b => countries.Contains(b.Country) && b.Open).Select(b => new { b.Country, b.Code }).ToListAsync()).ToLookup(b => b.Country, b => b.Code);
        return found.ConvertAll(f => new AccountState(
            ChannelAccountView.Of(f.Row), f.State.State, f.State.Problem, health.Of(f.Row.Id, Direction.PayIn), health.Of(f.Row.Id, Direction.Payout),
            [.. pots[f.Row.Id].OrderBy(p => p.Pot, StringComparer.Ordinal).Select(p => PotView.Of(p, nowMs))],
            LackingBanks.Says(LackingBanks.Of(OfferOf(f.Row.Id), banks[f.Row.Country]).Count, banks[f.Row.Country].Count()), callbacks.GetValueOrDefault(f.Row.Id), secrets[f.Row.Id].DefaultIfEmpty(0).Min()));
    }

    private (string State, string? Problem) StateOf(ChannelAccountRow row)
    {
        var snapshot = snapshots.Current;
        return snapshot.Unusable.TryGetValue(row.Id, out var unusable) ? ("unusable", (string?)unusable.Problem)
            : !row.Open ? ("closed", null)
            : row.RecoverySinceMs > 0 ? ("recovery", null)
            : snapshot.Accounts.TryGetValue(row.Id, out var offer) && offer.Maintenance.Any(w => w.IsNow(time.NowMs())) ? ("maintenance", null)
            : ("open", null);
    }
}
