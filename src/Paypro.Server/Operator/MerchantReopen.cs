using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What a merchant may take again.</summary>
internal sealed record ReopenWish(bool PayIns, bool Payouts);

/// <summary>Lets a stopped merchant take pay-ins or payouts again.</summary>
internal sealed class MerchantReopen : IProposalKind
{
    public const string Name = "merchant.reopen";

    public string Kind => Name;

    public string Permission => Permissions.MerchantsReopen;

    public bool IsConfiguration => true;

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = MerchantChanges.NoOf(subject);
        return await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is { } row ? MerchantView.Of(row).Tag : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (no, wish) = (MerchantChanges.NoOf(proposal.Subject), Read(proposal));
        var row = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no);
        return !row.Open ? "merchantNo: this merchant is closed"
            : !row.Approved ? "merchantNo: this merchant is not approved yet"
            : (wish.PayIns && !row.PayInsOpen) || (wish.Payouts && !row.PayoutsOpen) ? null
            : "merchantNo: nothing of what is to be reopened is stopped";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (no, wish) = (MerchantChanges.NoOf(proposal.Subject), Read(proposal));
        var row = await context.Merchants.SingleAsync(m => m.MerchantNo == no);
        var before = MerchantView.Of(row);
        (row.PayInsOpen, row.PayoutsOpen) = (row.PayInsOpen || wish.PayIns, row.PayoutsOpen || wish.Payouts);
        trail.Add(by, Name, proposal.Subject, before, MerchantView.Of(row), proposal.Reason, row.Bucket);
        return null;
    }

    private static ReopenWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<ReopenWish>(proposal.Change, OperatorJson.Options)!;
}
