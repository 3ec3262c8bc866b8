using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>Asks the screening service about merchants that are not approved yet. What it said is kept, and an approval looks at it.</summary>
internal sealed class MerchantScreening(IContexts contexts, ScreenedApprovals approvals)
{
    /// <summary>The kind of its cases; the subject is the merchant's number.</summary>
    public const string Kind = ScreenedApprovals.MerchantCase;

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int PerTurn = 20;

    /// <summary>One turn: those that nobody has asked about, and those without an answer for a while.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        if (!approvals.IsOn)
        {
            return false;
        }

        var beforeMs = approvals.AgainBeforeMs;
        await using var context = contexts.Create();
        var due = await (
            from merchant in context.Merchants.AsNoTracking().Where(m => m.Open && !m.Approved)
            join business in context.Businesses on merchant.BusinessId equals business.Id
            where !context.Screenings.Any(s => s.Kind == ScreenedKind.Merchant && s.Id == merchant.MerchantNo && (s.Verdict != Verdict.NoAnswer || s.AtMs > beforeMs))
            orderby merchant.MerchantNo
            select new { merchant.MerchantNo, merchant.Country, merchant.Name, Business = business.Name }).Take(PerTurn).ToListAsync(cancellation);
        foreach (var one in due)
        {
            await approvals.AskAsync(
                Of(one.MerchantNo),
                new ScreeningQuestion
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"merchant:{one.MerchantNo}"),
                    Kind = "merchant",
                    MerchantNo = one.MerchantNo, Country = one.Country, Name = one.Name, Business = one.Business,
                },
                cancellation);
        }

        return due.Count == PerTurn;
    }

    /// <summary>Why a merchant may not be approved; null when it may.</summary>
    public Task<string?> ProblemAsync(PayproContext context, long merchantNo) => approvals.ProblemAsync(context, Of(merchantNo));

    private static Screenable Of(long merchantNo) => new(ScreenedKind.Merchant, merchantNo, Kind, "merchant")
    {
        NotAsked = "merchantNo: the screening service has not been asked about this merchant yet; that is done within seconds",
        NotCleared = "merchantNo: the screening service has not cleared this merchant; resolve its case first",
    };
}
