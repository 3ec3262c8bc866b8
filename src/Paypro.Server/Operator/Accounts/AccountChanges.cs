using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>
/// What one person does to channel accounts: adds one, which starts closed, calls it otherwise, and takes away. What gives something is proposed
/// (<see cref="SettingsChange"/>, <see cref="SecretAdd"/>, <see cref="AccountReopen"/>).
/// </summary>
internal sealed class AccountChanges(AuditedStore store, AccountSettings settings, ChannelSecretMaker secrets, CountryCatalog countries, Installation installation, TimeProvider time)
{
    private const string NoAccount = "account: there is no such channel account";

    public Task<Change<ChannelAccountView>> AddAsync(Actor by, AccountWish wish, Answer<ChannelAccountView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        var country = countries.FindCountry(wish.Country);
        if (country is null || !settings.Channels.TryGetValue(wish.Channel, out var channel))
        {
            return Change<ChannelAccountView>.No(country is null ? "country: is not one of this installation" : "channel: is not one of this installation");
        }

        var values = wish.Secrets.Where(s => s.Value.Length > 0).ToDictionary(s => s.Key, s => AccountSettings.Value(s.Value));
        var problem = AccountSettings.ProblemOf(wish.Name, wish.Settings) ?? (wish.Priority is < 0 or > 1000 ? "priority: must be from 0 to 1000" : null)
            ?? AccountSettings.UnknownOf(channel, wish.Settings)
            ?? (values.Keys.Any(name => channel.Secrets.All(s => s.Name != name)) ? "secrets: one is not a secret of this channel" : null)
            ?? (values.Values.Any(value => value is null) ? "secrets: a value must have 1 to 16384 bytes; what begins with base64: must be base64" : null)
            ?? (channel.Ways.Any(w => w.Country == country.IsoCode) ? null : "country: this channel has no way there");
        if (problem is not null)
        {
            return Change<ChannelAccountView>.No(problem);
        }

        var row = new ChannelAccountRow
        {
            Id = (await context.ChannelAccounts.MaxAsync(a => (long?)a.Id) ?? 0) + 1, Channel = channel.Name, Name = wish.Name, Country = country.IsoCode, Currency = country.Currency.Code, Live = !installation.IsSandbox,
            Open = false, Priority = wish.Priority, SettingsJson = AccountSettings.Json(wish.Settings), CallbackKey = secrets.CallbackKey(),
        };
        List<ChannelSecretRow> versions = [.. values.Select(v => secrets.Make(row, v.Key, v.Value, time.NowMs()))];
        if (settings.ProblemOf(row, versions, []) is { } wrong)
        {
            return Change<ChannelAccountView>.No(wrong);
        }

        context.ChannelAccounts.Add(row);
        context.ChannelSecrets.AddRange(versions);
        context.ChannelWays.AddRange(channel.Ways.Where(w => w.Country == country.IsoCode).DistinctBy(w => (w.Direction, w.Way)).Select(w => new ChannelWayRow
        {
            ChannelAccountId = row.Id, Direction = w.Direction, Way = w.Way, TimeToLiveMinutes = w.Direction == Direction.PayIn ? (int)(country.FindWay(w.Way)?.TimeToLive.TotalMinutes ?? 0) : 0,
        }));
        var view = ChannelAccountView.Of(row);
        trail.Add(by, "channel.add", AccountSettings.SubjectOf(row.Id), after: new { account = view, secrets = versions.ConvertAll(v => v.Name) });
        answer.Keep(context, view);
        return Change<ChannelAccountView>.Of(view);
    });

    public Task<Change<ChannelAccountView>> RenameAsync(Actor by, long account, string name, string reason, Answer<ChannelAccountView> answer) =>
        ChangeAsync(by, account, "channel.rename", reason, answer, row =>
        {
            row.Name = name;
            return AccountSettings.ProblemOf(name, new Dictionary<string, string>());
        });

    /// <summary>Closes an account at once: it takes no new orders. Its rail is asked about the old ones and may tell of them. Who stops it again ends what would open it.</summary>
    public Task<Change<ChannelAccountView>> StopAsync(Actor by, long account, string reason, Answer<ChannelAccountView> answer) =>
        ChangeAsync(
            by, account, "channel.stop", reason, answer,
            row =>
            {
                row.Open = false;
                return null;
            },
            AccountReopen.Name);

    /// <summary>Closes a way of an account at once.</summary>
    public Task<Change<WayView>> StopWayAsync(Actor by, long account, Direction direction, string way, string reason, Answer<WayView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.ChannelWays.SingleOrDefaultAsync(w => w.ChannelAccountId == account && w.Direction == direction && w.Way == way) is not { } row)
        {
            return Change<WayView>.No("way: there is no such way of this account");
        }

        var before = WayView.Of(row);
        row.Open = false;
        await Proposals.VoidAsync(context, trail, by, WayChange.SubjectOf(account, direction, way), time.NowMs(), WayChange.Name);
        var view = WayView.Of(row);
        trail.Add(by, "channel.stop-way", WayChange.SubjectOf(account, direction, way), before, view, reason);
        answer.Keep(context, view);
        return Change<WayView>.Of(view);
    });

    /// <summary>Ends a version of a secret at once, and forgets it.</summary>
    public Task<Change<SecretView>> EndSecretAsync(Actor by, long account, SecretEndWish wish, Answer<SecretView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.ChannelSecrets.SingleOrDefaultAsync(s => s.ChannelAccountId == account && s.Name == wish.Name && s.ValidFromMs == wish.ValidFromMs) is not { } row)
        {
            return Change<SecretView>.No("secret: there is no such version of this account");
        }

        var before = SecretView.Of(row);
        context.ChannelSecrets.Remove(row);
        var view = before with { ValidToMs = time.NowMs() };
        trail.Add(by, "channel.end-secret", AccountSettings.SubjectOf(account), before, view, wish.Reason);
        answer.Keep(context, view);
        return Change<SecretView>.Of(view);
    });

    private Task<Change<ChannelAccountView>> ChangeAsync(Actor by, long account, string action, string reason, Answer<ChannelAccountView> answer, Func<ChannelAccountRow, string?> change, string? voids = null) =>
        store.ConfigureAsync(async (context, trail) =>
        {
            if (await context.ChannelAccounts.SingleOrDefaultAsync(a => a.Id == account) is not { } row)
            {
                return Change<ChannelAccountView>.No(NoAccount);
            }

            var before = ChannelAccountView.Of(row);
            if (change(row) is { } problem)
            {
                context.ChangeTracker.Clear();
                return Change<ChannelAccountView>.No(problem);
            }

            if (voids is not null)
            {
                await Proposals.VoidAsync(context, trail, by, AccountSettings.SubjectOf(account), time.NowMs(), voids);
            }

            var view = ChannelAccountView.Of(row);
            trail.Add(by, action, AccountSettings.SubjectOf(account), before, view, reason);
            answer.Keep(context, view);
            return Change<ChannelAccountView>.Of(view);
        });
}
