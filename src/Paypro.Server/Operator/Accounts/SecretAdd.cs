using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>
/// Adds a version of a channel account's secret. Its value lies sealed beside the proposal and stands in no change, audit line or answer. Two versions of a
/// name may hold at a time: old and new check what comes in, the newest signs.
/// </summary>
internal sealed class SecretAdd(AccountSettings settings, ChannelSecretMaker secrets, ProposalSecrets kept, TimeProvider time) : IProposalKind
{
    public const string Name = "channel.secret";
    private const int MostAtATime = 2;

    public string Kind => Name;

    public string Permission => Permissions.ChannelsEdit;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var account = AccountSettings.AccountOf(subject);
        if (await context.ChannelAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account) is not { } row)
        {
            return null;
        }

        // Whether the account is open has nothing to do with it; where its secret is sent has.
        var versions = await context.ChannelSecrets.AsNoTracking().Where(s => s.ChannelAccountId == account).OrderBy(s => s.Name).ThenBy(s => s.ValidFromMs).Select(s => new { s.Name, s.ValidFromMs, s.ValidToMs }).ToListAsync();
        return string.Join(' ', versions.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Name}:{v.ValidFromMs}:{v.ValidToMs}")).Prepend((ChannelAccountView.Of(row) with { Open = false }).Tag));
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (account, wish, nowMs) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal), time.NowMs());
        var row = await context.ChannelAccounts.AsNoTracking().SingleAsync(a => a.Id == account);
        if (!settings.Channels.TryGetValue(row.Channel, out var channel) || channel.Secrets.All(s => s.Name != wish.Name))
        {
            return "name: is not a secret of this channel";
        }

        if (wish.ValidFromMs is < 0 or > Clock.LastMs || wish.ValidToMs is < 0 or > Clock.LastMs || (wish.ValidToMs > 0 && wish.ValidToMs <= Math.Max(wish.ValidFromMs, nowMs)))
        {
            return "validToMs: must be 0, or later than now and than validFromMs";
        }

        var held = await context.ChannelSecrets.AsNoTracking().Where(s => s.ChannelAccountId == account && s.Name == wish.Name && (s.ValidToMs == 0 || s.ValidToMs > nowMs)).ToListAsync();
        return held.Count >= MostAtATime ? "name: two versions of this secret hold already; end one first"
            : held.Exists(s => s.ValidFromMs == wish.ValidFromMs && wish.ValidFromMs > 0) ? "validFromMs: a version of this secret begins at that time already"
            : null;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, wish, nowMs) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal), time.NowMs());
        if (await kept.TakeAsync(context, proposal) is not { } value)
        {
            return "value: does not open any more; propose it again";
        }

        var row = await context.ChannelAccounts.AsNoTracking().SingleAsync(a => a.Id == account);
        var version = secrets.Make(row, wish.Name, value, Math.Max(wish.ValidFromMs, nowMs), wish.ValidToMs);
        CryptographicOperations.ZeroMemory(value);

        // What the channel says of the account with it: a key of the wrong form is found here and not at the rail.
        if (await settings.ProblemAsync(context, account, (_, versions) => versions.Add(version)) is { } problem && await settings.ProblemAsync(context, account) is null)
        {
            return problem;
        }

        context.ChannelSecrets.Add(version);
        trail.Add(by, Name, AccountSettings.SubjectOf(account), after: SecretView.Of(version), reason: proposal.Reason);
        return null;
    }

    private static SecretWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<SecretWish>(proposal.Change, OperatorJson.Options)!;
}
