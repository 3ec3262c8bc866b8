using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <param name="Bank">A code of our list.</param>
/// <param name="Payouts">How many of the last day were tried at the account.</param>
internal sealed record DeclinedBank(string Bank, int Payouts);

/// <summary>Which banks a channel account cannot pay to because its table has no line for them, and what that has cost.</summary>
internal static class LackingBanks
{
    private const int MostBanks = 20;
    private const long LookBackMs = 86_400_000, IdSlackMs = 60_000;

    /// <summary>Of the country's banks those that an account lacks; none where it takes no payouts.</summary>
    public static IReadOnlyList<string> Of(AccountOffer? offer, IEnumerable<string> banks) =>
        offer is null || !offer.Ways.Any(w => w is { Direction: Direction.Payout, Open: true }) ? [] : [.. banks.Where(offer.Session.LacksBankCode)];

    /// <summary>One sentence; empty when it lacks none.</summary>
    public static string Says(int lacking, int all) => lacking == 0 ? "" : $"{lacking} of {all} banks have no line in its table of banks: payouts to them are declined here.";

    /// <summary>Payouts of the last day that were tried at an account and whose bank it lacks, the most frequent first.</summary>
    public static async Task<IReadOnlyList<DeclinedBank>> DeclinedAsync(PayproContext context, long account, IReadOnlyList<string> lacking, long nowMs)
    {
        if (lacking.Count == 0)
        {
            return [];
        }

        var first = IdSource.FirstAt(nowMs - LookBackMs - IdSlackMs);
        var found = await (
            from order in context.Orders.Where(o => Buckets.All.Contains(o.Bucket) && o.Id >= first && o.Direction == Direction.Payout && lacking.Contains(o.BankCode))
            join attempt in context.Attempts.Where(a => Buckets.All.Contains(a.Bucket) && a.ChannelAccountId == account) on new { order.Bucket, OrderId = order.Id } equals new { attempt.Bucket, attempt.OrderId }
            group order by order.BankCode into bank
            select new { Bank = bank.Key, Count = bank.Select(o => o.Id).Distinct().Count() }).ToListAsync();
        return [.. found.OrderByDescending(f => f.Count).ThenBy(f => f.Bank, StringComparer.Ordinal).Take(MostBanks).Select(f => new DeclinedBank(f.Bank, f.Count))];
    }
}
