using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>Calls to an account's rail that a person asks for. None of them moves money. Each stands in the audit log.</summary>
internal sealed class AccountActions(AuditedStore store, AccountReads reads, SnapshotStore snapshots, AccountTrial trial, RailCalls calls, ReadBalances balances, IContexts contexts, TimeProvider time)
{
    private const string NoAccount = "account: there is no such channel account";

    /// <summary>Looks whether the account works, and asks its rail about an account of a bank where one is named.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="account">Its number.</param>
    /// <param name="wish">What the rail is asked. The number is told to it and to nobody else.</param>
    /// <param name="answer">Kept with the line of the log.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Change<CheckView>> CheckAsync(Actor by, long account, CheckWish wish, Answer<CheckView> answer, CancellationToken cancellation)
    {
        var offer = reads.OfferOf(account);
        if (offer is null && !snapshots.Current.Unusable.ContainsKey(account))
        {
            return Change<CheckView>.No(NoAccount);
        }

        var findings = await trial.FindAsync(account, activates: false, cancellation);
        if (offer is not null && wish.BankCode.Length + wish.AccountNo.Length > 0)
        {
            findings.Add(Finding(wish.BankCode.Length > 20 || wish.AccountNo.Length is 0 or > 40
                ? new AccountOutcome.Unknown("the account's number is missing or too long") : await calls.VerifyAccountAsync(offer, new AccountEnquiry(wish.BankCode, wish.AccountNo))));
        }

        if (offer?.Session is IListings)
        {
            await using var context = contexts.Create();
            var readAtMs = await context.ChannelCursors.Where(c => c.ChannelAccountId == account).Select(c => c.ReadAtMs).FirstOrDefaultAsync(cancellation);
            findings.Add(readAtMs > time.NowMs() - 600_000 ? new(TrialResult.Right, "Its listing was read within the last ten minutes.") : new(TrialResult.Attention, "Its listing was not read within the last ten minutes."));
        }

        var view = View(findings);
        await store.SaveAsync((context, trail) =>
        {
            trail.Add(by, "channel.check", AccountSettings.SubjectOf(account), after: view);
            answer.Keep(context, view);
            return Task.FromResult(true);
        });
        return Change<CheckView>.Of(view);
    }

    /// <summary>Registers the account at its rail: addresses for callbacks, public keys. The intent is written down before, the outcome afterwards.</summary>
    public async Task<Change<CheckView>> ActivateAsync(Actor by, long account, string reason, Answer<CheckView> answer)
    {
        if (reads.OfferOf(account) is not { } offer)
        {
            return Change<CheckView>.No("account: there is no such channel account, or it is left out");
        }

        if (offer.Session is not IActivation)
        {
            var nothing = View([new TrialFinding(TrialResult.Attention, "This channel has nothing to register.")]);
            await store.SaveAsync((context, trail) =>
            {
                answer.Keep(context, nothing);
                return AddAsync(trail, "channel.activate", nothing);
            });
            return Change<CheckView>.Of(nothing);
        }

        await store.SaveAsync((_, trail) => AddAsync(trail, "channel.activate", null));
        var view = View(await trial.FindAsync(account, activates: true, CancellationToken.None));
        await store.SaveAsync((context, trail) =>
        {
            answer.Keep(context, view);
            return AddAsync(trail, "channel.activated", view);
        });
        return Change<CheckView>.Of(view);

        Task<bool> AddAsync(AuditTrail trail, string action, object? after)
        {
            trail.Add(by, action, AccountSettings.SubjectOf(account), after: after, reason: reason);
            return Task.FromResult(true);
        }
    }

    /// <summary>Asks the rail what the account's pots hold, now.</summary>
    public async Task<Change<DoneView>> ReadAsync(Actor by, long account, Answer<DoneView> answer, CancellationToken cancellation)
    {
        if (reads.OfferOf(account) is not { } offer)
        {
            return Change<DoneView>.No("account: there is no such channel account, or it is left out");
        }

        if (offer.Session is not IBalances)
        {
            return Change<DoneView>.No("account: its rail tells no balances; finance tells them by hand");
        }

        var view = new DoneView(await balances.ReadNowAsync(offer, cancellation));
        await store.SaveAsync((context, trail) =>
        {
            trail.Add(by, "balance.read", AccountSettings.SubjectOf(account), after: view);
            answer.Keep(context, view);
            return Task.FromResult(true);
        });
        return Change<DoneView>.Of(view);
    }

    /// <summary>Without the holder's name: whoever checks an account need not know whose it is.</summary>
    private static TrialFinding Finding(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Found => new(TrialResult.Right, "The rail knows the account that was asked about, and it takes money."),
        AccountOutcome.NotFound none => new(TrialResult.Wrong, $"The rail does not know the account that was asked about: {none.Reason}"),
        AccountOutcome.Unknown unknown => new(TrialResult.NoAnswer, $"The rail did not say anything about the account: {unknown.Reason}"),
        _ => new(TrialResult.Attention, "This channel is not asked about accounts."),
    };

    private static CheckView View(IReadOnlyList<TrialFinding> findings) => new([.. findings.Select(static finding => new FindingView(AccountTrial.Word(finding.Result), finding.Says))]);
}
