using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// What stands beside the entries: balances, what is due of them, and the chain's end. Each question is one statement, because only one statement sees
/// an account and its entries at the same moment.
/// </summary>
internal static class LedgerCheckBalances
{
    /// <summary>What is not right in a bucket, or null.</summary>
    public static async Task<string?> CheckAsync(PayproContext context, short bucket, CancellationToken cancellation)
    {
        var account = await context.Accounts
            .Where(a => a.Bucket == bucket
                && ((a.Sequence == 0 && a.BalanceMinor != 0)
                    || (a.Sequence != 0 && !context.Entries.Any(e =>
                        e.Bucket == bucket && e.AccountId == a.Id && e.Sequence == a.Sequence && e.BalanceAfterMinor == a.BalanceMinor))
                    || context.Entries.Any(e => e.Bucket == bucket && e.AccountId == a.Id && e.Sequence > a.Sequence)))
            .OrderBy(a => a.Id).FirstOrDefaultAsync(cancellation);
        if (account is not null)
        {
            return $"account {account.Id} stands at {account.BalanceMinor} after entry {account.Sequence}, its entries say otherwise";
        }

        var uneven = await context.Accounts.Where(a => a.Bucket == bucket).GroupBy(a => a.Currency)
            .Select(g => new { Currency = g.Key, SumMinor = g.Sum(a => a.BalanceMinor) }).Where(g => g.SumMinor != 0).FirstOrDefaultAsync(cancellation);
        if (uneven is not null)
        {
            return $"the balances in {uneven.Currency} sum to {uneven.SumMinor}";
        }

        // A reserve stands inside what is held, where there may be more. Only what is still due is read, whatever was settled before.
        var open = context.SettlementDues.Where(d => d.Bucket == bucket && d.AmountMinor != d.SettledMinor)
            .GroupBy(d => d.AccountId).Select(g => new { AccountId = g.Key, DueMinor = g.Sum(d => d.AmountMinor - d.SettledMinor) });
        var due = await context.Accounts
            .Where(a => a.Bucket == bucket && a.OwnerType == OwnerType.Merchant && (a.Kind == AccountKind.Unsettled || a.Kind == AccountKind.Held))
            .LeftJoin(open, a => a.Id, d => d.AccountId, (a, d) => new { a.Id, a.Kind, a.BalanceMinor, DueMinor = (long?)d!.DueMinor ?? 0 })
            .Where(a => a.DueMinor > a.BalanceMinor || (a.Kind == AccountKind.Unsettled && a.DueMinor != a.BalanceMinor))
            .OrderBy(a => a.Id).FirstOrDefaultAsync(cancellation);
        if (due is not null)
        {
            return $"account {due.Id} stands at {due.BalanceMinor}, and {due.DueMinor} of it are still to become available";
        }

        var chain = await context.Chains
            .Where(c => c.Bucket == bucket
                && ((c.LastTransferNo != 0 && !context.Transfers.Any(t => t.Bucket == bucket && t.TransferNo == c.LastTransferNo && t.Hash == c.Hash))
                    || context.Transfers.Any(t => t.Bucket == bucket && t.TransferNo > c.LastTransferNo)))
            .FirstOrDefaultAsync(cancellation);
        return chain is null ? null : $"the chain ends at transfer {chain.LastTransferNo}, the transfers do not";
    }
}
