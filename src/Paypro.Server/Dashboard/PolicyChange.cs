using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>What a business asks of its own people.</summary>
/// <param name="KeysByTwo">A key is made and opened by two of them.</param>
internal sealed record PolicyWish(bool KeysByTwo);

/// <summary>Changes a business's policy, in either direction by two people.</summary>
internal sealed class PolicyChange : IProposalKind
{
    public const string Name = "policy.edit";

    public string Kind => Name;

    public string Permission => Permissions.PolicyEdit;

    public bool IsConfiguration => false;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = IdOf(subject);
        return await context.Businesses.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id) is { } row ? row.KeysByTwo.ToString() : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) =>
        await NowAsync(context, proposal.Subject) == Read(proposal).KeysByTwo.ToString() ? "policy: is so already" : null;

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var id = IdOf(proposal.Subject);
        var row = await context.Businesses.SingleAsync(b => b.Id == id);
        var before = new PolicyWish(row.KeysByTwo);
        row.KeysByTwo = Read(proposal).KeysByTwo;
        trail.Add(by, Name, proposal.Subject, before, new PolicyWish(row.KeysByTwo), proposal.Reason, BusinessUsers.Chain(id));
        return null;
    }

    private static PolicyWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<PolicyWish>(proposal.Change, AccessJson.Options)!;

    private static long IdOf(string subject) => long.Parse(subject["business:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}
