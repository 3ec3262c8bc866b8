using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What ends with somebody who leaves a business, or is disabled: his open proposals, his files of payouts that are not released, his schedules of withdrawals.</summary>
internal static class Leavers
{
    /// <summary>Ends it all, in the transaction that takes his access.</summary>
    /// <param name="context">What is saved.</param>
    /// <param name="trail">The audit log.</param>
    /// <param name="by">Who takes it.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="businessId">Of this business alone; null for all.</param>
    /// <param name="why">What the proposals and files say.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static async Task EndAsync(PayproContext context, AuditTrail trail, Actor by, long userId, long? businessId, string why, long nowMs)
    {
        await context.Proposals.Where(p => p.MadeByUserId == userId && p.State == ProposalState.Open && (businessId == null || p.BusinessId == businessId))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.State, ProposalState.Ended).SetProperty(p => p.DecidedAtMs, nowMs).SetProperty(p => p.Outcome, why));
        var merchants = context.Merchants.Where(m => businessId == null || m.BusinessId == businessId).Select(m => m.MerchantNo);
        await EndFilesAsync(context, trail, by, userId, merchants, why, nowMs);
        foreach (var schedule in await context.WithdrawalSchedules.AsNoTracking().Where(s => s.MadeByUserId == userId && merchants.Contains(s.MerchantNo)).ToListAsync())
        {
            if (await context.WithdrawalSchedules.Where(s => s.MerchantNo == schedule.MerchantNo && s.MadeByUserId == userId).ExecuteDeleteAsync() == 1)
            {
                trail.Add(
                    by, "withdrawal.schedule-end", SubjectOf(schedule.MerchantNo), new { schedule.DestinationId, schedule.Weekday, schedule.MinimumMinor, schedule.StaysMinor }, reason: why,
                    chain: Platform.Buckets.Of(schedule.MerchantNo.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>
    /// A file's own row is changed first, where it is in the state before, and says whether anything is: one that is handed in or approved at the same moment is
    /// released, and stays whole, or ends, and none of its rows is lost between the two.
    /// </summary>
    private static async Task EndFilesAsync(PayproContext context, AuditTrail trail, Actor by, long userId, IQueryable<long> merchants, string why, long nowMs)
    {
        var files = await context.PayoutBatches.AsNoTracking()
            .Where(b => b.MadeByUserId == userId && (b.State == PayoutFileState.Checked || b.State == PayoutFileState.Waits) && merchants.Contains(b.MerchantNo)).OrderBy(b => b.Id).ToListAsync();
        foreach (var file in files)
        {
            var action = "payout-file.give-up";
            if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Checked).ExecuteDeleteAsync() == 1)
            {
                await context.PayoutLines.Where(l => l.BatchId == file.Id).ExecuteDeleteAsync();
            }
            else if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Waits).ExecuteUpdateAsync(s => s
                .SetProperty(b => b.State, PayoutFileState.Ended).SetProperty(b => b.EndedAtMs, nowMs).SetProperty(b => b.Remark, why)) == 1)
            {
                action = "payout-file.lapse";
            }
            else
            {
                continue;
            }

            trail.Add(by, action, SubjectOf(file.MerchantNo), after: new { file = file.Id, file.Name }, reason: why, chain: file.Bucket);
        }
    }

    private static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");
}
