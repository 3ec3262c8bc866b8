using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>Two people say that a dispute is won: it gives money, so one does not suffice.</summary>
internal sealed class WinDispute(DisputeSteps steps) : IProposalKind
{
    public const string Name = "dispute.win";

    public string Kind => Name;

    public string Permission => Permissions.DisputesEdit;

    /// <summary>No node keeps a picture of it.</summary>
    public bool IsConfiguration => false;

    public static string SubjectOf(long id) => DisputeSteps.SubjectOf(id);

    public static long IdOf(string subject) => long.Parse(subject["dispute:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);

    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await FindAsync(context, subject) is { } dispute ? string.Create(CultureInfo.InvariantCulture, $"{(dispute.IsOpen ? "open" : "over")} {dispute.GoneMinor}") : null;

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) =>
        await FindAsync(context, proposal.Subject) is not { } dispute ? DisputeSteps.NoSuch
        : !dispute.IsOpen ? DisputeSteps.Settled
        : await context.DisputeSteps.AnyAsync(s => s.DisputeId == dispute.Id && s.State == DisputeStepState.Decided && (s.Kind == DisputeStepKind.Win || s.Kind == DisputeStepKind.Lose))
            ? "dispute: is being decided; try again in a moment"
        : null;

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        if (await ProblemAsync(context, proposal) is { } problem)
        {
            return problem;
        }

        steps.AddWin(context, trail, (await FindAsync(context, proposal.Subject))!, proposal, by);
        return null;
    }

    private static Task<DisputeRow?> FindAsync(PayproContext context, string subject)
    {
        var id = IdOf(subject);
        return context.Disputes.SingleOrDefaultAsync(d => d.Id == id);
    }
}
