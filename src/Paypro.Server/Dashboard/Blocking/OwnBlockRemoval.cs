using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Blocking;

/// <summary>Takes an entry off a merchant's own block list: by two of its people.</summary>
internal sealed class OwnBlockRemoval : IProposalKind
{
    public const string Name = "policy.unblock";

    public string Kind => Name;

    public string Permission => Permissions.OwnBlockListEdit;

    public bool IsConfiguration => true;

    /// <param name="merchantNo">Whose entry.</param>
    /// <param name="entry">Its number.</param>
    public static string SubjectOf(long merchantNo, long entry) => string.Create(CultureInfo.InvariantCulture, $"{Prefix(merchantNo)}{entry}");

    /// <summary>What the subjects of a merchant number begin with.</summary>
    public static string Prefix(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}/block:");

    public async Task<string?> NowAsync(PayproContext context, string subject) => await FindAsync(context, subject) is null ? null : "listed";

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => Task.FromResult<string?>(null);

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var row = (await FindAsync(context, proposal.Subject))!;
        var bucket = await context.Merchants.Where(m => m.MerchantNo == row.MerchantNo).Select(m => m.Bucket).SingleAsync();
        context.BlockEntries.Remove(row);
        trail.Add(by, Name, OwnBlockScreen.SubjectOf(row.MerchantNo), before: OwnBlockScreen.Described(row), reason: proposal.Reason, chain: bucket);
        return null;
    }

    /// <summary>One of this merchant's own: what the operator has listed is none.</summary>
    public static async Task<BlockEntryRow?> FindAsync(PayproContext context, string subject)
    {
        var parts = subject["merchant:".Length..].Split("/block:");
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var no) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await context.BlockEntries.SingleOrDefaultAsync(b => b.Id == id && b.MerchantNo == no && b.IsOwn) : null;
    }
}
