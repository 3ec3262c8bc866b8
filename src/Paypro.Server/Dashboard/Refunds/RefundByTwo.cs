using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Refunds;

/// <summary>A refund that somebody wants to make.</summary>
internal sealed record RefundWish(long AmountMinor, string Reason);

/// <summary>A refund above what one person gives back alone: proposed by one, approved by another.</summary>
internal sealed class RefundByTwo(RefundOrders orders) : IProposalKind
{
    public const string Name = "payin.refund";

    public string Kind => Name;

    public string Permission => Permissions.PayInsRefund;

    public bool IsConfiguration => false;

    public static string SubjectOf(string number) => $"payin:{number}";

    public static string NumberOf(string subject) => subject["payin:".Length..];

    /// <summary>What the pay-in holds: a return or another refund in between makes the proposal void.</summary>
    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await FindAsync(context, subject) is { } order ? FormattableString.Invariant($"{order.FreeMinor}") : null;

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) =>
        await FindAsync(context, proposal.Subject) is { } order && order.FreeMinor >= Read(proposal).AmountMinor ? null
        : "amount: is more than this pay-in holds";

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (order, wish) = ((await FindAsync(context, proposal.Subject))!, Read(proposal));
        orders.Add(context, trail, by, order, wish, proposal.MadeByUserId, proposal.MadeBy, by.Text);
        return null;
    }

    public static RefundWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<RefundWish>(proposal.Change, AccessJson.Options)!;

    private static Task<OrderRow?> FindAsync(PayproContext context, string subject)
    {
        var (bucket, number) = (OrderNumber.BucketOf(NumberOf(subject)) ?? 0, NumberOf(subject));
        return context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number);
    }
}
