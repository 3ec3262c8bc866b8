using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>How proposals end that nobody decides.</summary>
internal sealed partial class Proposals
{
    private const int Portion = 100;

    /// <summary>One turn: ends what was not decided in time, and carries out what has waited for nobody. One that cannot be carried out keeps none of the others back.</summary>
    /// <returns>False: all that is due was looked at.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        await store.SaveAsync((context, _) => ProposalSecrets.SweepAsync(context));
        List<ProposalRow> due;
        long after = 0;
        do
        {
            await using (var context = contexts.Create())
            {
                var nowMs = time.NowMs();
                due = await context.Proposals.AsNoTracking().Where(p => p.Id > after && p.State == ProposalState.Open && (p.EndsAtMs <= nowMs || (p.AloneAtMs > 0 && p.AloneAtMs <= nowMs)))
                    .OrderBy(p => p.Id).Take(Portion).ToListAsync(cancellation);
            }

            foreach (var proposal in due)
            {
                after = proposal.Id;
                var changes = _kinds.GetValueOrDefault(proposal.Kind);
                if (proposal.EndsAtMs <= time.NowMs())
                {
                    await LapseAsync(changes, proposal);
                }
                else if (changes is not null)
                {
                    await EndAsync(changes, proposal, new Actor(proposal.MadeBy, proposal.MadeByUserId, 0, Caller.Program), approves: true, "nobody else was entitled");
                }
            }
        }
        while (due.Count == Portion);

        return false;
    }

    /// <summary>Ends the open proposals of a subject, in the transaction of whatever takes away again what they would give: somebody had a new reason for it, which their makers did not know.</summary>
    /// <param name="context">What is saved.</param>
    /// <param name="trail">The audit log.</param>
    /// <param name="by">Who takes it away.</param>
    /// <param name="subject">Of what.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="kinds">Of proposals.</param>
    public static async Task VoidAsync(PayproContext context, AuditTrail trail, Actor by, string subject, long nowMs, params string[] kinds)
    {
        const string outcome = "what it would open was stopped again";
        foreach (var open in await context.Proposals.AsNoTracking().Where(p => p.Subject == subject && p.State == ProposalState.Open && kinds.Contains(p.Kind)).ToListAsync())
        {
            if (await context.Proposals.Where(p => p.Id == open.Id && p.State == ProposalState.Open).ExecuteUpdateAsync(s => s
                .SetProperty(p => p.State, ProposalState.Ended).SetProperty(p => p.DecidedBy, by.Text).SetProperty(p => p.DecidedAtMs, nowMs).SetProperty(p => p.Outcome, outcome)) == 1)
            {
                trail.Add(by, "proposal.stale", Subject(open), reason: outcome);
            }
        }
    }

    private Task<bool> LapseAsync(IProposalKind? changes, ProposalRow proposal) => store.SaveAsync(async (context, trail) =>
    {
        var why = proposal.AloneAtMs > 0 && changes is not null ? await WhyNotAsync(context, changes, proposal) : null;
        var outcome = why is null ? "was not decided in time" : $"could not be carried out: {why}";
        if (await MarkAsync(context, context.Proposals.Where(p => p.Id == proposal.Id), ProposalState.Ended, "program", outcome))
        {
            trail.Add(Actor.Program, "proposal.lapse", Subject(proposal), reason: outcome);
        }

        return true;
    });

    /// <summary>What is in the way of a change that would have taken effect alone; null when nothing is any more.</summary>
    private static async Task<string?> WhyNotAsync(PayproContext context, IProposalKind changes, ProposalRow proposal) =>
        !await MayStillAsync(context, changes, proposal.MadeByUserId, proposal.BusinessId) ? "its maker may not decide this any more"
        : await changes.NowAsync(context, proposal.Subject) != proposal.Against ? "what it changes has changed since"
        : await changes.ProblemAsync(context, proposal);
}
