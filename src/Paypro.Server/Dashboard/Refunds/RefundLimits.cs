using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Refunds;

/// <summary>What one person may give back alone; null = as much as he likes.</summary>
internal sealed record RefundLimitWish(long? PaymentMinor, long? PersonDayMinor, bool ByApi)
{
    public static readonly RefundLimitWish None = new(null, null, false);

    public static RefundLimitWish Of(RefundLimitRow? row) => row is null ? None : new(row.PaymentMinor, row.PersonDayMinor, row.ByApi);

    /// <summary>Whether it allows nothing that the other one does not.</summary>
    public bool IsWithin(RefundLimitWish other) => AtMost(PaymentMinor, other.PaymentMinor) && AtMost(PersonDayMinor, other.PersonDayMinor) && (ByApi || !other.ByApi);

    private static bool AtMost(long? one, long? other) => other is null || one <= other;
}

/// <summary>
/// A merchant's limits of what one person gives back alone. Lowering one takes something away and is done at once by one person; raising or removing one needs
/// two.
/// </summary>
internal sealed class RefundLimits(AuditedStore store) : IProposalKind
{
    public const string Name = "policy.refunds";

    public string Kind => Name;

    public string Permission => Permissions.PolicyEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    public static async Task<RefundLimitWish> ReadAsync(PayproContext context, long merchantNo) =>
        RefundLimitWish.Of(await context.RefundLimits.AsNoTracking().SingleOrDefaultAsync(l => l.MerchantNo == merchantNo));

    /// <summary>Lowers what one person may do, at once.</summary>
    /// <returns>Why it could not be; null when it is done.</returns>
    public Task<string?> LowerAsync(Actor by, MerchantRow merchant, RefundLimitWish wish, string reason) => store.ConfigureAsync(async (context, trail) =>
    {
        var now = await ReadAsync(context, merchant.MerchantNo);
        if ((wish == now ? "limit: is so already" : wish.IsWithin(now) ? ProblemOf(wish) : "limit: allows more than the one that holds; propose it") is { } problem)
        {
            return problem;
        }

        await SetAsync(context, trail, by, merchant.MerchantNo, merchant.Bucket, now, wish, reason);
        return null;
    });

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var no = NoOf(subject);
        return await context.Merchants.AnyAsync(m => m.MerchantNo == no) ? JsonSerializer.Serialize(await ReadAsync(context, no), AccessJson.Options) : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = Read(proposal);
        return await ReadAsync(context, NoOf(proposal.Subject)) == wish ? "limit: is so already" : ProblemOf(wish);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var no = NoOf(proposal.Subject);
        var bucket = await context.Merchants.Where(m => m.MerchantNo == no).Select(m => m.Bucket).SingleAsync();
        await SetAsync(context, trail, by, no, bucket, await ReadAsync(context, no), Read(proposal), proposal.Reason);
        return null;
    }

    private static string? ProblemOf(RefundLimitWish wish) =>
        wish.PaymentMinor is < 0 or > AmountReader.MaxMinor || wish.PersonDayMinor is < 0 or > AmountReader.MaxMinor ? "limit: must be an amount from 0"
        : wish is { ByApi: true, PaymentMinor: null } ? "limit: a program's refunds are measured against the limit of one refund; set it first"
        : null;

    private static async Task SetAsync(PayproContext context, AuditTrail trail, Actor by, long no, short bucket, RefundLimitWish before, RefundLimitWish wish, string reason)
    {
        if (await context.RefundLimits.SingleOrDefaultAsync(l => l.MerchantNo == no) is not { } row)
        {
            context.RefundLimits.Add(row = new RefundLimitRow { MerchantNo = no });
        }

        (row.PaymentMinor, row.PersonDayMinor, row.ByApi) = (wish.PaymentMinor, wish.PersonDayMinor, wish.ByApi);
        trail.Add(by, "refund.limit", SubjectOf(no), before, wish, reason, bucket);
    }

    private static RefundLimitWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<RefundLimitWish>(proposal.Change, AccessJson.Options)!;

    private static long NoOf(string subject) => long.Parse(subject["merchant:".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
}
