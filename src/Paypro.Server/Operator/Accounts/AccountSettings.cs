using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>Reads and checks what people type of a channel account. What is wrong with the settings its channel says.</summary>
internal sealed class AccountSettings(
    ChannelSecretMaker secrets, CountryCatalog countries, IReadOnlyDictionary<string, IChannel> channels, ChannelSessions sessions, OwnAddress address, Installation installation)
{
    public const int LongestSecret = 16 * 1024;
    private const int MostSettings = 60, LongestName = 60, LongestValue = 2000;
    private const string Base64 = "base64:";

    public IReadOnlyDictionary<string, IChannel> Channels => channels;

    public static string SubjectOf(long account) => string.Create(CultureInfo.InvariantCulture, $"channel:{account}");

    public static long AccountOf(string subject) => long.Parse(subject["channel:".Length..].Split('/')[0], CultureInfo.InvariantCulture);

    /// <summary>Null for what is no flat object of texts.</summary>
    public static IReadOnlyDictionary<string, string>? Of(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, string>>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Json(IReadOnlyDictionary<string, string> settings) => JsonSerializer.Serialize(new SortedDictionary<string, string>(settings.ToDictionary(), StringComparer.Ordinal));

    /// <summary>One setting a line, <c>name = value</c>; null when a line is not so.</summary>
    public static IReadOnlyDictionary<string, string>? Lines(string text)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !found.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim()))
            {
                return null;
            }
        }

        return found;
    }

    public static string Text(IReadOnlyDictionary<string, string> settings) => string.Join('\n', settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} = {s.Value}"));

    /// <summary>The bytes of a secret as it was typed; null when they cannot be.</summary>
    public static byte[]? Value(string typed)
    {
        try
        {
            var value = typed.StartsWith(Base64, StringComparison.Ordinal) ? Convert.FromBase64String(typed[Base64.Length..].Trim()) : Encoding.UTF8.GetBytes(typed);
            return value.Length is > 0 and <= LongestSecret ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string? ProblemOf(string name, IReadOnlyDictionary<string, string> settings) =>
        name.Length is 0 or > 100 || !OutsideText.IsClean(name) ? "name: must have 1 to 100 characters"
        : settings.Count > MostSettings || settings.Any(s => s.Key.Length is 0 or > LongestName || s.Value is null || s.Value.Length > LongestValue || !OutsideText.IsClean(s.Key) || !OutsideText.IsClean(s.Value))
            ? "settings: there are too many, or one is too long"
        : null;

    /// <summary>A name that the channel does not have is a slip: it would be as if nothing had been set. Null when there is none.</summary>
    public static string? UnknownOf(IChannel channel, IReadOnlyDictionary<string, string> settings)
    {
        if (channel.Settings is not { } all || settings.Keys.FirstOrDefault(key => !all.Any(name => name.EndsWith('.') ? key.Length > name.Length && key.StartsWith(name, StringComparison.Ordinal) : key == name)) is not { } unknown)
        {
            return null;
        }

        var names = string.Join(", ", all.Order(StringComparer.Ordinal));
        return $"settings: {unknown}: is none of this channel, which has {names}";
    }

    /// <summary>What is wrong with an account as it is stored, or as it would be; null when nothing is.</summary>
    public string? ProblemOf(ChannelAccountRow row, IEnumerable<ChannelSecretRow> versions, IEnumerable<ChannelBankCodeRow> bankCodes) =>
        new AccountReader(secrets, countries, channels, sessions, installation, address.Root(), []).ProblemOf(row, versions, bankCodes) is { } problem ? $"settings: {problem.TrimEnd('.')}" : null;

    /// <summary>What is wrong with a stored account after a change of it; null when nothing is. Nothing is stored.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, long account, Action<ChannelAccountRow, List<ChannelSecretRow>>? change = null)
    {
        var row = await context.ChannelAccounts.AsNoTracking().SingleAsync(a => a.Id == account);
        var versions = await context.ChannelSecrets.AsNoTracking().Where(s => s.ChannelAccountId == account).ToListAsync();
        try
        {
            change?.Invoke(row, versions);
        }
        catch (CryptographicException)
        {
            return "secrets: one of this account does not open; end it and give it anew";
        }

        return ProblemOf(row, versions, await context.ChannelBankCodes.AsNoTracking().Where(c => c.ChannelAccountId == account).ToListAsync());
    }
}

/// <summary>Changes an account's settings and its place. Its secrets are bound to what it is then.</summary>
internal sealed class SettingsChange(AccountSettings settings, ChannelSecretMaker secrets) : IProposalKind
{
    public const string Name = "channel.settings";

    public string Kind => Name;

    public string Permission => Permissions.ChannelsEdit;

    public bool IsConfiguration => true;

    public Task<string?> NowAsync(PayproContext context, string subject) => TagAsync(context, AccountSettings.AccountOf(subject));

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (account, wish) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        return AccountSettings.ProblemOf("-", wish.Settings)
            ?? (wish.Priority is < 0 or > 1000 ? "priority: must be from 0 to 1000" : null)
            ?? await UnknownAsync(context, account, wish)
            ?? await settings.ProblemAsync(context, account, (row, versions) => secrets.Change(row, versions, a => a.SettingsJson = AccountSettings.Json(wish.Settings)));
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, wish) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        var row = await context.ChannelAccounts.SingleAsync(a => a.Id == account);
        var before = ChannelAccountView.Of(row);
        try
        {
            secrets.Change(row, await context.ChannelSecrets.Where(s => s.ChannelAccountId == account).ToListAsync(), a => (a.SettingsJson, a.Priority) = (AccountSettings.Json(wish.Settings), wish.Priority));
        }
        catch (CryptographicException)
        {
            return "secrets: one of this account does not open; end it and give it anew";
        }

        trail.Add(by, Name, proposal.Subject, before, ChannelAccountView.Of(row), proposal.Reason);
        return null;
    }

    public static async Task<string?> TagAsync(PayproContext context, long account) =>
        await context.ChannelAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account) is { } row ? ChannelAccountView.Of(row).Tag : null;

    private async Task<string?> UnknownAsync(PayproContext context, long account, SettingsWish wish) =>
        settings.Channels.TryGetValue(await context.ChannelAccounts.Where(a => a.Id == account).Select(a => a.Channel).SingleAsync(), out var channel) ? AccountSettings.UnknownOf(channel, wish.Settings) : null;

    private static SettingsWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<SettingsWish>(proposal.Change, OperatorJson.Options)!;
}

/// <summary>Lets a closed account take orders.</summary>
internal sealed class AccountReopen(AccountSettings settings) : IProposalKind
{
    public const string Name = "channel.reopen";

    public string Kind => Name;

    public string Permission => Permissions.ChannelsSwitch;

    public bool IsConfiguration => true;

    public Task<string?> NowAsync(PayproContext context, string subject) => SettingsChange.TagAsync(context, AccountSettings.AccountOf(subject));

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var account = AccountSettings.AccountOf(proposal.Subject);
        return await context.ChannelAccounts.AnyAsync(a => a.Id == account && a.Open) ? "account: is open already" : await settings.ProblemAsync(context, account);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var account = AccountSettings.AccountOf(proposal.Subject);
        var row = await context.ChannelAccounts.SingleAsync(a => a.Id == account);
        var before = ChannelAccountView.Of(row);
        row.Open = true;
        trail.Add(by, Name, proposal.Subject, before, ChannelAccountView.Of(row), proposal.Reason);
        return null;
    }
}
