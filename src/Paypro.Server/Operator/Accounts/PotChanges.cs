using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <param name="FloorMinor">What has to stay, minor units.</param>
/// <param name="WarnMinor">Below it somebody has to look today; 0 = never.</param>
/// <param name="AlarmMinor">Below it somebody has to look now; 0 = never.</param>
internal sealed record PotLevels(long FloorMinor, long WarnMinor, long AlarmMinor);

internal sealed record PotLevelsRequest(long FloorMinor, long WarnMinor, long AlarmMinor, string Reason);

/// <summary>
/// What people do to pots: tell what one holds, and say what has to stay there and when to warn. What lets less be sent is done at once by one person; what lets
/// more be sent is proposed (<see cref="BalanceTelling"/>, <see cref="PotLevelsChange"/>).
/// </summary>
internal sealed class PotChanges(AuditedStore store, TellBalance balances, Pots pots, ParkedSignal parked, TimeProvider time)
{
    public const long Most = 1_000_000_000_000_000;

    /// <summary>Said to whoever looked at levels that are others by now.</summary>
    public const string ChangedSince = "pot: its levels have changed since; look again";

    public static string SubjectOf(long account, string pot) => $"{AccountSettings.SubjectOf(account)}/pot:{pot}";

    public static string PotOf(string subject) => subject.Split("/pot:")[1];

    /// <summary>Tells a balance that lets no more be sent than before.</summary>
    public async Task<Change<PotView>> TellAsync(Actor by, long account, string pot, BalanceWish wish, string reason, Answer<PotView> answer)
    {
        try
        {
            var told = await store.SaveAsync(async (context, trail) =>
            {
                if (await PotAsync(context, account, pot) is not { } before)
                {
                    return Change<PotView>.No("pot: there is no such pot of this account");
                }

                await SayAsync(context, balances, account, pot, wish, new DecidedBy(by.Text, "", "", reason));
                var view = (await PotAsync(context, account, pot))!;
                trail.Add(by, "balance.tell", SubjectOf(account, pot), before, view, reason);
                answer.Keep(context, view);
                return Change<PotView>.Of(view);
            });
            parked.Wake();
            return told;
        }
        catch (ProposalFailedException refused)
        {
            return Change<PotView>.No(refused.Message);
        }
    }

    /// <summary>Makes a pot that is counted from now on; its rail, or a person, tells its balance some minutes later.</summary>
    public async Task<Change<PotView>> AddAsync(Actor by, long account, string pot, string reason, Answer<PotView> answer)
    {
        if (pot.Length is 0 or > PotBalance.MostCharacters || !pot.All(char.IsAsciiLetterOrDigit))
        {
            return Change<PotView>.No("pot: must have 1 to 32 letters and digits");
        }

        if (!await store.SaveAsync((context, _) => context.ChannelAccounts.AnyAsync(a => a.Id == account)))
        {
            return Change<PotView>.No("account: there is no such channel account");
        }

        await pots.MakeAsync(account, [pot]);
        return await store.SaveAsync(async (context, trail) =>
        {
            var view = (await PotAsync(context, account, pot))!;
            trail.Add(by, "pot.add", SubjectOf(account, pot), after: view, reason: reason);
            answer.Keep(context, view);
            return Change<PotView>.Of(view);
        });
    }

    /// <summary>Sets the levels while no more may be sent by it than before.</summary>
    public Task<Change<PotView>> SetLevelsAsync(Actor by, long account, string pot, PotLevels wish, string reason, Answer<PotView> answer) => store.SaveAsync(async (context, trail) =>
    {
        if (await PotAsync(context, account, pot) is not { } before)
        {
            return Change<PotView>.No("pot: there is no such pot of this account");
        }

        if (ProblemOf(wish) is { } problem)
        {
            return Change<PotView>.No(problem);
        }

        if (wish.FloorMinor < before.FloorMinor)
        {
            return Change<PotView>.No("floorMinor: is lower than the floor that holds; propose it");
        }

        if (await SetAsync(context, account, pot, before, wish) is not { } view)
        {
            return Change<PotView>.No(ChangedSince);
        }

        trail.Add(by, "pot.levels", SubjectOf(account, pot), before, view, reason);
        answer.Keep(context, view);
        return Change<PotView>.Of(view);
    });

    public static string? ProblemOf(PotLevels wish) =>
        wish.FloorMinor is < 0 or > Most || wish.WarnMinor is < 0 or > Most || wish.AlarmMinor is < 0 or > Most ? "floorMinor: must be 0 or more, and the levels too"
        : wish.AlarmMinor > wish.WarnMinor ? "alarmMinor: must not be above warnMinor"
        : null;

    /// <summary>Sets levels that were looked at. A floor that one person raised meanwhile is not lowered again by what was decided before it.</summary>
    /// <returns>Null when they are others by now.</returns>
    public async Task<PotView?> SetAsync(PayproContext context, long account, string pot, PotView before, PotLevels wish)
    {
        if (await context.ChannelPots.Where(p => p.ChannelAccountId == account && p.Pot == pot && p.FloorMinor == before.FloorMinor && p.WarnMinor == before.WarnMinor && p.AlarmMinor == before.AlarmMinor).ExecuteUpdateAsync(s => s
            .SetProperty(p => p.FloorMinor, wish.FloorMinor).SetProperty(p => p.WarnMinor, wish.WarnMinor).SetProperty(p => p.AlarmMinor, wish.AlarmMinor)) == 0)
        {
            return null;
        }

        parked.Wake();
        return await PotAsync(context, account, pot);
    }

    public async Task<PotView?> PotAsync(PayproContext context, long account, string pot) =>
        await context.ChannelPots.AsNoTracking().SingleOrDefaultAsync(p => p.ChannelAccountId == account && p.Pot == pot) is { } row ? PotView.Of(row, time.NowMs()) : null;

    /// <exception cref="ProposalFailedException">It cannot be told so; nothing of the transaction is stored.</exception>
    public static async Task SayAsync(PayproContext context, TellBalance balances, long account, string pot, BalanceWish wish, DecidedBy by)
    {
        if (await balances.TellAsync(context, account, pot, wish.BalanceMinor, wish.BlockedMinor, wish.AtMs, by) is { } refusal)
        {
            throw new ProposalFailedException(refusal);
        }
    }
}

/// <summary>Tells a balance with which more can be sent than before. It is approved within the hour, or not at all.</summary>
internal sealed class BalanceTelling(PotChanges changes, TellBalance balances, ParkedSignal parked) : IProposalKind
{
    public const string Name = "balance.tell";

    public string Kind => Name;

    public string Permission => Permissions.BalancesTell;

    /// <summary>A balance is told for the last hour.</summary>
    public bool TakesEffectAlone => false;

    public bool IsConfiguration => false;

    /// <summary>What somebody told before; what is sent meanwhile does not matter.</summary>
    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await changes.PotAsync(context, AccountSettings.AccountOf(subject), PotChanges.PotOf(subject)) is { } pot ? FormattableString.Invariant($"{pot.ToldMinor} {pot.ToldAtMs}") : null;

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = Read(proposal);
        return Task.FromResult(balances.ProblemOf(AccountSettings.AccountOf(proposal.Subject), PotChanges.PotOf(proposal.Subject), wish.BalanceMinor, wish.BlockedMinor, wish.AtMs));
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, pot) = (AccountSettings.AccountOf(proposal.Subject), PotChanges.PotOf(proposal.Subject));
        var before = await changes.PotAsync(context, account, pot);

        // Carried out while the installation is set up, or because there is nobody else: the same person stands for both.
        var approver = by.Text == proposal.MadeBy ? $"{by.Text} alone" : by.Text;
        await PotChanges.SayAsync(context, balances, account, pot, Read(proposal), new DecidedBy(proposal.MadeBy, approver, "", proposal.Reason));
        trail.Add(by, Name, proposal.Subject, before, await changes.PotAsync(context, account, pot), proposal.Reason);
        parked.Wake();
        return null;
    }

    private static BalanceWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<BalanceWish>(proposal.Change, OperatorJson.Options)!;
}

/// <summary>Lowers what has to stay in a pot, or sets its levels anew.</summary>
internal sealed class PotLevelsChange(PotChanges changes) : IProposalKind
{
    public const string Name = "pot.levels";

    public string Kind => Name;

    public string Permission => Permissions.ChannelsEdit;

    public bool IsConfiguration => false;

    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await changes.PotAsync(context, AccountSettings.AccountOf(subject), PotChanges.PotOf(subject)) is { } pot ? TextOf(pot) : null;

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => Task.FromResult(PotChanges.ProblemOf(Read(proposal)));

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, pot) = (AccountSettings.AccountOf(proposal.Subject), PotChanges.PotOf(proposal.Subject));
        if (await changes.PotAsync(context, account, pot) is not { } before || TextOf(before) != proposal.Against || await changes.SetAsync(context, account, pot, before, Read(proposal)) is not { } view)
        {
            return PotChanges.ChangedSince;
        }

        trail.Add(by, Name, proposal.Subject, before, view, proposal.Reason);
        return null;
    }

    private static string TextOf(PotView pot) => FormattableString.Invariant($"{pot.FloorMinor} {pot.WarnMinor} {pot.AlarmMinor}");

    private static PotLevels Read(ProposalRow proposal) => JsonSerializer.Deserialize<PotLevels>(proposal.Change, OperatorJson.Options)!;
}
