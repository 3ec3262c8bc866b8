using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>A merchant takes payouts with an MD5 key again: that gives something back, so two of its people decide.</summary>
internal sealed class AllowMd5 : IProposalKind
{
    public const string Name = "payouts.allow-md5";

    public string Kind => Name;

    public string Permission => Permissions.PolicyEdit;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject) => await FindAsync(context, subject) is { } row ? row.PayoutsNeedHmac.ToString() : null;

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) =>
        await FindAsync(context, proposal.Subject) is { PayoutsNeedHmac: true } ? null : "Payouts are taken with any key already.";

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var row = (await FindAsync(context, proposal.Subject))!;
        row.PayoutsNeedHmac = false;
        trail.Add(by, Name, proposal.Subject, new { payoutsNeedHmac = true }, new { payoutsNeedHmac = false }, proposal.Reason, row.Bucket);
        return null;
    }

    private static Task<MerchantRow?> FindAsync(PayproContext context, string subject)
    {
        var no = long.Parse(subject["merchant:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
        return context.Merchants.SingleOrDefaultAsync(m => m.MerchantNo == no);
    }
}
