using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>What a merchant owes.</summary>
/// <param name="SinceMs">Since when it has owed without a break, Unix milliseconds UTC.</param>
internal sealed record Debt(long MerchantNo, Currency Currency, long AmountMinor, long SinceMs);

/// <summary>Merchants that owe us, the oldest debt first. While one owes, it can withdraw nothing.</summary>
internal sealed class Debts(IContexts contexts)
{
    /// <summary>Debtors that one look shows.</summary>
    public const int Most = 500;

    public async Task<IReadOnlyList<Debt>> ReadAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var debts = new List<Debt>();
        foreach (var account in await context.Accounts.Where(a => a.OwnerType == OwnerType.Merchant && a.Kind == AccountKind.Receivable && a.BalanceMinor < 0).OrderBy(a => a.BalanceMinor).Take(Most).ToListAsync(cancellation))
        {
            if (await SinceAsync(context, account, cancellation) is { } sinceMs)
            {
                debts.Add(new Debt(account.OwnerId, Currency.Get(account.Currency), -account.BalanceMinor, sinceMs));
            }
        }

        return [.. debts.OrderBy(d => d.SinceMs)];
    }

    /// <summary>Since when an account has been below zero without a break, Unix milliseconds UTC; null when it was repaid since it was read.</summary>
    internal static async Task<long?> SinceAsync(PayproContext context, AccountRow account, CancellationToken cancellation)
    {
        var entries = context.Entries.Where(e => e.Bucket == account.Bucket && e.AccountId == account.Id);
        var paid = await entries.Where(e => e.BalanceAfterMinor == 0).OrderByDescending(e => e.Sequence).Select(e => (long?)e.Sequence).FirstOrDefaultAsync(cancellation) ?? 0;
        return await entries.Where(e => e.Sequence == paid + 1).Select(e => (long?)e.BookedAtMs).SingleOrDefaultAsync(cancellation);
    }
}
