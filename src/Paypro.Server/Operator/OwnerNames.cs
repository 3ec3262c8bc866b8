using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What the owners of accounts are called.</summary>
internal sealed class OwnerNames(IContexts contexts)
{
    /// <summary>By the account's number; nothing for the platform's own.</summary>
    public async Task<IReadOnlyDictionary<long, string>> OfAsync(IReadOnlyCollection<AccountRow> accounts)
    {
        await using var context = contexts.Create();
        var merchants = Ids(OwnerType.Merchant);
        var channels = Ids(OwnerType.Channel);
        var banks = Ids(OwnerType.Bank);
        var found = new Dictionary<(OwnerType, long), string>();
        foreach (var (owner, rows) in (IEnumerable<(OwnerType, IQueryable<Named>)>)
        [
            (OwnerType.Merchant, context.Merchants.Where(m => merchants.Contains(m.MerchantNo)).Select(m => new Named(m.MerchantNo, m.Name))),
            (OwnerType.Channel, context.ChannelAccounts.Where(c => channels.Contains(c.Id)).Select(c => new Named(c.Id, c.Name))),
            (OwnerType.Bank, context.BankAccounts.Where(b => banks.Contains(b.Id)).Select(b => new Named(b.Id, b.Name))),
        ])
        {
            foreach (var row in accounts.Any(a => a.OwnerType == owner) ? await rows.ToListAsync() : [])
            {
                found[(owner, row.Id)] = row.Name;
            }
        }

        return accounts.DistinctBy(a => a.Id).Where(a => found.ContainsKey((a.OwnerType, a.OwnerId))).ToDictionary(a => a.Id, a => found[(a.OwnerType, a.OwnerId)]);

        List<long> Ids(OwnerType owner) => [.. accounts.Where(a => a.OwnerType == owner).Select(a => a.OwnerId).Distinct()];
    }

    private sealed record Named(long Id, string Name);
}
