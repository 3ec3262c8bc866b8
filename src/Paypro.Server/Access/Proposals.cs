using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>One kind of change that needs a second person.</summary>
internal interface IProposalKind
{
    /// <summary>Short and stable: <c>terms.add</c>.</summary>
    string Kind { get; }

    /// <summary>What one must be allowed to propose and to approve.</summary>
    string Permission { get; }

    /// <summary>How far one must be allowed to go to approve it.</summary>
    Grant ApprovedFrom => Grant.Approves;

    /// <summary>False for what is true for less than a day: where nobody else is entitled it is refused, since it could never be carried out.</summary>
    bool TakesEffectAlone => true;

    /// <summary>Whether every node keeps a picture of what it changes.</summary>
    bool IsConfiguration { get; }

    /// <summary>What the subject is now, as text: the proposal is carried out on this alone. Null when there is no such subject.</summary>
    Task<string?> NowAsync(PayproContext context, string subject);

    /// <summary>Why the change cannot be, in a sentence; null when it can.</summary>
    Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal);

    /// <summary>Carries it out in the transaction that marks the proposal, with its line in the audit log.</summary>
    /// <returns>Why it could not be, in a sentence; null when it is done.</returns>
    Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by);
}

/// <summary>
/// Changes by two people. A proposal is the exact change and what it was made against; another person approves it; it is carried out once, in the transaction
/// that marks it. Where nobody else is entitled it takes effect after a day, unless it is taken back. Until the installation has seen its first order its
/// operators are being set up, and one person does what later needs two.
/// </summary>
internal sealed partial class Proposals(IContexts contexts, AuditedStore store, RaiseCases cases, AccessMails mails, IdSource ids, TimeProvider time, IEnumerable<IProposalKind> kinds)
{
    public static readonly TimeSpan EndsAfter = TimeSpan.FromHours(72), AloneAfter = TimeSpan.FromHours(24), OwnersAloneAfter = TimeSpan.FromHours(1), NewcomersWait = TimeSpan.FromHours(24), Every = TimeSpan.FromMinutes(1);

    /// <summary>The kind of the case of a change that one person makes alone.</summary>
    public const string AloneCase = "proposal-alone";

    private readonly Dictionary<string, IProposalKind> _kinds = kinds.ToDictionary(k => k.Kind, StringComparer.Ordinal);

    /// <summary>Proposes a change, or carries it out at once for a person while the installation is being set up. A program only proposes.</summary>
    /// <param name="by">Who.</param>
    /// <param name="grant">How far he may go.</param>
    /// <param name="kind">What kind of change.</param>
    /// <param name="subject">To what.</param>
    /// <param name="change">The exact change, JSON.</param>
    /// <param name="reason">Why.</param>
    /// <param name="also">What is stored in the same transaction, such as the answer of a call.</param>
    /// <param name="businessId">Whose people decide; 0 for operators.</param>
    /// <param name="beside">Stores what the change needs and its text must not say, such as a sealed secret.</param>
    public async Task<ProposalResult> ProposeAsync(
        Actor by, Grant grant, string kind, string subject, string change, string reason, Action<PayproContext, ProposalResult>? also = null, long businessId = 0,
        Action<PayproContext, ProposalRow>? beside = null)
    {
        var changes = _kinds[kind];
        var result = await SaveAsync(changes, async (context, trail) =>
        {
            if (await changes.NowAsync(context, subject) is not { } now)
            {
                return ProposalResult.No($"{subject}: there is no such thing");
            }

            var nowMs = time.NowMs();
            var others = await ApproversAsync(context, changes, by.UserId, businessId);
            var isSetUp = businessId == 0 && await IsBeingSetUpAsync(context);
            var aloneAfter = businessId == 0 ? AloneAfter : OwnersAloneAfter;
            if (others == 0 && grant < changes.ApprovedFrom)
            {
                return ProposalResult.No("nobody is entitled to approve this; invite a second person first");
            }

            var atOnce = isSetUp && grant == Grant.Approves && by.SessionId != 0;
            if (others == 0 && !changes.TakesEffectAlone && !atOnce)
            {
                return ProposalResult.No("nobody else is entitled to approve this, and it is not true for long enough to take effect alone; invite a second person first");
            }

            var row = new ProposalRow
            {
                Id = ids.Next(), Kind = kind, Subject = subject, BusinessId = businessId, Change = change, Against = now, Reason = OutsideText.Line(reason, 500), MadeByUserId = by.UserId, MadeBy = by.Text,
                MadeAtMs = nowMs, EndsAtMs = nowMs + (long)EndsAfter.TotalMilliseconds, AloneAtMs = others == 0 ? nowMs + (long)aloneAfter.TotalMilliseconds : 0, State = ProposalState.Open,
            };
            if (await changes.ProblemAsync(context, row) is { } problem)
            {
                return ProposalResult.No(problem);
            }

            beside?.Invoke(context, row);
            if (atOnce)
            {
                if (await changes.CarryOutAsync(context, trail, row, by) is { } failed)
                {
                    throw new ProposalFailedException(failed);
                }

                (row.State, row.DecidedBy, row.DecidedAtMs, row.Outcome) = (ProposalState.CarriedOut, by.Text, nowMs, "while the installation was being set up");
            }
            else
            {
                trail.Add(by, "proposal.make", Subject(row), after: new { row.Kind, row.Subject, change = JsonSerializer.Deserialize<JsonElement>(row.Change) }, reason: reason);
            }

            context.Proposals.Add(row);
            if (row is { State: ProposalState.Open, AloneAtMs: > 0 })
            {
                await mails.ProposalAloneAsync(context, row);
            }

            var made = new ProposalResult(row.Id, row.State, null);
            also?.Invoke(context, made);
            return made;
        });
        if (businessId == 0 && result is { Problem: null, State: ProposalState.Open } && await AloneAtAsync(result.Id) > 0)
        {
            await cases.RaiseAsync(AloneCase, result.Id.ToString(CultureInfo.InvariantCulture), $"Proposal {result.Id} ({kind}, {subject}) by {by.Text} takes effect after 24 hours without a second person, since there is none. Take it back if it is wrong.");
        }

        return result;
    }

    /// <summary>Approves or refuses what somebody else proposed.</summary>
    /// <param name="by">Who.</param>
    /// <param name="roles">His, where it counts.</param>
    /// <param name="raisedAtMs">When he was added or given a role.</param>
    /// <param name="id">The proposal.</param>
    /// <param name="approves">Or refuses.</param>
    /// <param name="reason">His remark.</param>
    /// <param name="businessId">Whose proposals he sees; 0 for an operator.</param>
    public async Task<ProposalResult> DecideAsync(Actor by, IReadOnlyCollection<Role> roles, long raisedAtMs, long id, bool approves, string reason, long businessId = 0)
    {
        if (await FindAsync(id) is not { } found || found.BusinessId != businessId || !_kinds.TryGetValue(found.Kind, out var changes))
        {
            return ProposalResult.No("proposal: there is no such proposal");
        }

        if (!MayDecide(roles, found))
        {
            return ProposalResult.No("proposal: your roles do not approve this");
        }

        if (found.MadeByUserId == by.UserId)
        {
            return ProposalResult.No("proposal: is your own; somebody else must decide");
        }

        if (raisedAtMs > time.NowMs() - (long)NewcomersWait.TotalMilliseconds && !(businessId == 0 && await IsBeingSetUpAsync()))
        {
            return ProposalResult.No("proposal: who was added or given a role within the last 24 hours decides nothing yet");
        }

        return await EndAsync(changes, found, by, approves, reason);
    }

    /// <summary>Whether roles decide a proposal of somebody else.</summary>
    public bool MayDecide(IReadOnlyCollection<Role> roles, ProposalRow proposal) =>
        _kinds.TryGetValue(proposal.Kind, out var changes) && Permissions.Of(roles, changes.Permission) >= changes.ApprovedFrom;

    /// <summary>Takes one's own proposal back.</summary>
    public async Task<ProposalResult> TakeBackAsync(Actor by, long id) => await store.SaveAsync(async (context, trail) =>
    {
        var own = await context.Proposals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.MadeByUserId == by.UserId);
        if (own is null || !await MarkAsync(context, context.Proposals.Where(p => p.Id == id), ProposalState.Ended, by.Text, "taken back"))
        {
            return ProposalResult.No("proposal: is not one of yours that is open");
        }

        trail.Add(by, "proposal.take-back", Subject(own));
        return new ProposalResult(id, ProposalState.Ended, null);
    });

    public async Task<ProposalRow?> FindAsync(long id)
    {
        await using var context = contexts.Create();
        return await context.Proposals.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id);
    }

    /// <summary>Until the first order one person sets the installation up.</summary>
    public static async Task<bool> IsBeingSetUpAsync(PayproContext context) => !await context.Orders.AnyAsync();

    private async Task<bool> IsBeingSetUpAsync()
    {
        await using var context = contexts.Create();
        return await IsBeingSetUpAsync(context);
    }

    /// <summary>A business's own log finds its proposals by the business.</summary>
    private static string Subject(ProposalRow row) => row.BusinessId == 0
        ? string.Create(CultureInfo.InvariantCulture, $"proposal:{row.Id}") : string.Create(CultureInfo.InvariantCulture, $"business:{row.BusinessId}");

    private async Task<long> AloneAtAsync(long id) => (await FindAsync(id))?.AloneAtMs ?? 0;

    private Task<ProposalResult> EndAsync(IProposalKind changes, ProposalRow found, Actor by, bool approves, string reason) => SaveAsync(changes, async (context, trail) =>
    {
        // A node keeps a session for some seconds: whoever was disabled or lost his role meanwhile decides nothing.
        if (!await MayStillAsync(context, changes, by.UserId, found.BusinessId))
        {
            return ProposalResult.No("proposal: you cannot decide this any more");
        }

        var isStale = approves && await changes.NowAsync(context, found.Subject) != found.Against;
        if (approves && !isStale && await changes.ProblemAsync(context, found) is { } problem)
        {
            return new ProposalResult(found.Id, ProposalState.Open, problem);
        }

        var state = approves && !isStale ? ProposalState.CarriedOut : approves ? ProposalState.Ended : ProposalState.Refused;
        if (!await MarkAsync(context, context.Proposals.Where(p => p.Id == found.Id), state, by.Text, isStale ? "what it changes has changed since" : reason))
        {
            return ProposalResult.No("proposal: was decided already, or has ended");
        }

        if (isStale)
        {
            trail.Add(by, "proposal.stale", Subject(found));
            return new ProposalResult(found.Id, state, "proposal: what it changes has changed since; propose it again");
        }

        trail.Add(by, approves ? "proposal.approve" : "proposal.refuse", Subject(found), after: new { found.Kind, found.Subject }, reason: reason);
        return approves && await changes.CarryOutAsync(context, trail, found, by) is { } failed
            ? throw new ProposalFailedException(failed)
            : new ProposalResult(found.Id, state, null);
    });

    private async Task<bool> MarkAsync(PayproContext context, IQueryable<ProposalRow> which, ProposalState state, string by, string outcome)
    {
        var (nowMs, cut) = (time.NowMs(), OutsideText.Line(outcome, 500));
        return await which.Where(p => p.State == ProposalState.Open && (state == ProposalState.Ended || p.EndsAtMs > nowMs)).ExecuteUpdateAsync(s => s
            .SetProperty(p => p.State, state).SetProperty(p => p.DecidedBy, by).SetProperty(p => p.DecidedAtMs, nowMs).SetProperty(p => p.Outcome, cut)) == 1;
    }

    private async Task<ProposalResult> SaveAsync(IProposalKind changes, Func<PayproContext, AuditTrail, Task<ProposalResult>> change)
    {
        try
        {
            return changes.IsConfiguration ? await store.ConfigureAsync(change) : await store.SaveAsync(change);
        }
        catch (ProposalFailedException failed)
        {
            // Nothing of it was stored.
            return ProposalResult.No(failed.Message);
        }
    }

    private static Task<int> ApproversAsync(PayproContext context, IProposalKind changes, long butNot, long businessId) =>
        Entitled(context, changes, businessId).Where(id => id != butNot).Distinct().CountAsync();

    private static Task<bool> MayStillAsync(PayproContext context, IProposalKind changes, long userId, long businessId) =>
        Entitled(context, changes, businessId).AnyAsync(id => id == userId);

    /// <summary>Who approves such a change: operators, or people of the whole business.</summary>
    private static IQueryable<long> Entitled(PayproContext context, IProposalKind changes, long businessId) => Entitlement.Of(context, businessId, 0, changes.Permission, changes.ApprovedFrom);
}

/// <summary>A change could not be carried out; its transaction ends without a trace.</summary>
internal sealed class ProposalFailedException(string sentence) : Exception(sentence);
