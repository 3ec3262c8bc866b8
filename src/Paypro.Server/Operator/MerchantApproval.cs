using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Screening;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>Lets a merchant take live money for the first time, when its papers are settled.</summary>
internal sealed class MerchantApproval(Papers papers, MerchantScreening screening) : IProposalKind
{
    public const string Name = "merchant.approve";

    public string Kind => Name;

    public string Permission => Permissions.KybDecide;

    public bool IsConfiguration => true;

    /// <summary>The merchant and each of its papers: what is approved is what was looked at.</summary>
    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = MerchantChanges.NoOf(subject);
        return await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is { } row
            ? $"{MerchantView.Of(row).Tag} {string.Join(' ', (await papers.ListAsync(context, no, row.Country)).Select(p => $"{p.Code}:{p.State}:{p.Files.Count}"))}"
            : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var no = MerchantChanges.NoOf(proposal.Subject);
        var row = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no);
        var open = string.Join(", ", (await papers.ListAsync(context, no, row.Country)).Where(p => !p.IsSettled).Select(p => p.Code));
        return !row.Open ? "merchantNo: this merchant is closed"
            : row.Approved ? "merchantNo: this merchant is approved already"
            : open.Length > 0 ? $"merchantNo: these papers are not settled yet: {open}"
            : await screening.ProblemAsync(context, no);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var no = MerchantChanges.NoOf(proposal.Subject);
        var row = await context.Merchants.SingleAsync(m => m.MerchantNo == no);
        var before = MerchantView.Of(row);
        (row.Approved, row.PayInsOpen, row.PayoutsOpen) = (true, true, true);
        trail.Add(by, Name, proposal.Subject, before, MerchantView.Of(row), proposal.Reason, row.Bucket);
        return null;
    }
}

/// <summary>
/// Closes a merchant for good. It takes nothing new; what was begun is paid, settled, told, returned and answered as before, and what it owns can still be
/// paid out to it. It cannot be opened again.
/// </summary>
internal sealed class MerchantClose : IProposalKind
{
    public const string Name = "merchant.close";

    public string Kind => Name;

    public string Permission => Permissions.MerchantsClose;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = MerchantChanges.NoOf(subject);
        return await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is { } row ? row.Open ? "open" : "closed" : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var no = MerchantChanges.NoOf(proposal.Subject);
        return await context.Merchants.AnyAsync(m => m.MerchantNo == no && m.Open) ? null : "merchantNo: this merchant is closed";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var no = MerchantChanges.NoOf(proposal.Subject);
        var row = await context.Merchants.SingleAsync(m => m.MerchantNo == no);
        var before = MerchantView.Of(row);
        row.Open = false;
        trail.Add(by, Name, proposal.Subject, before, MerchantView.Of(row), proposal.Reason, row.Bucket);
        return null;
    }
}
