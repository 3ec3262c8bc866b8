using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>
/// Mails the owners of a business that held payouts of it end soon, one mail for all that are new in a turn. That they were told is a row for each payout, stored with the
/// mail: of two nodes that look at once one stores it.
/// </summary>
internal sealed class HoldWarnings(HeldReads reads, AccessMails mails, AuditedStore store, IContexts contexts, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1), Before = TimeSpan.FromHours(12), KeptFor = TimeSpan.FromDays(60);

    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var ending = await reads.EndingAsync(nowMs + (long)Before.TotalMilliseconds, cancellation);
        if (ending.Count == 0)
        {
            return false;
        }

        await using var context = contexts.Create();
        var nos = ending.Select(o => o.MerchantNo).Distinct().ToList();
        var businesses = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.BusinessId, cancellation);
        foreach (var payouts in ending.GroupBy(o => o.MerchantNo))
        {
            await store.SaveAsync(async (saved, trail) =>
            {
                foreach (var payout in payouts)
                {
                    saved.HoldWarnings.Add(new HoldWarningRow { Bucket = payout.Bucket, OrderId = payout.Id, AtMs = nowMs });
                }

                var oldMs = nowMs - (long)KeptFor.TotalMilliseconds;
                await saved.HoldWarnings.Where(w => w.AtMs < oldMs).ExecuteDeleteAsync(CancellationToken.None);
                trail.Add(Actor.Program, "payout.ends-soon", string.Create(CultureInfo.InvariantCulture, $"merchant:{payouts.Key}"), after: new { payouts = payouts.Count() }, chain: payouts.First().Bucket);
                await mails.HeldPayoutsAsync(saved, businesses[payouts.Key], payouts.Key, payouts.Count(), payouts.Min(o => o.TimerDueMs));
                return true;
            });
        }

        return ending.Count == HeldReads.Most;
    }
}
