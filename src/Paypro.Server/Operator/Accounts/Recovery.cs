using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>
/// Begins recovery after a copy of the database was put back: every channel account takes pay-ins and sends nothing, since the copy does not know what has left since it
/// was made. Done before the first node is started. It ends account by account (<see cref="RecoveryEnd"/>).
/// </summary>
internal sealed class RecoveryBegin(AuditedStore store, TimeProvider time)
{
    /// <summary>Begins it. Again it begins anew, also where it had ended: whoever proposed to end it before knew nothing of this copy.</summary>
    /// <returns>The channel accounts.</returns>
    public Task<IReadOnlyList<long>> RunAsync() => store.ConfigureAsync<IReadOnlyList<long>>(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        var ids = new List<long>();
        foreach (var account in await context.ChannelAccounts.OrderBy(a => a.Id).ToListAsync())
        {
            var before = ChannelAccountView.Of(account);

            // Two restores of one millisecond are two.
            account.RecoverySinceMs = Math.Max(nowMs, account.RecoverySinceMs + 1);
            trail.Add(Actor.Program, "channel.recovery", AccountSettings.SubjectOf(account.Id), before, ChannelAccountView.Of(account), "a copy of the database was put back");
            ids.Add(account.Id);
        }

        return ids;
    });
}

/// <summary>Ends the recovery of one channel account: what waits there is sent again.</summary>
internal sealed class RecoveryEnd : IProposalKind
{
    public const string Name = "channel.end-recovery";

    public string Kind => Name;

    public string Permission => Permissions.ChannelsSwitch;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var account = AccountSettings.AccountOf(subject);
        return await context.ChannelAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account) is { } row ? row.RecoverySinceMs.ToString(CultureInfo.InvariantCulture) : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var account = AccountSettings.AccountOf(proposal.Subject);
        return await context.ChannelAccounts.AnyAsync(a => a.Id == account && a.RecoverySinceMs > 0) ? null : "account: is not in recovery";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var account = AccountSettings.AccountOf(proposal.Subject);
        var row = await context.ChannelAccounts.SingleAsync(a => a.Id == account);
        var before = ChannelAccountView.Of(row);
        row.RecoverySinceMs = 0;
        trail.Add(by, Name, proposal.Subject, before, ChannelAccountView.Of(row), proposal.Reason);
        return null;
    }
}
