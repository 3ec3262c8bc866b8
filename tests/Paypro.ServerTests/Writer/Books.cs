using Microsoft.EntityFrameworkCore;

namespace Paypro.ServerTests.Writer;

/// <summary>Adds the whole ledger up again, by no code of the server's own.</summary>
internal static class Books
{
    /// <summary>Every transfer and currency sums to zero, every account stands where its entries say, and no number is missing.</summary>
    public static async Task AssertRightAsync(Node node)
    {
        var (accounts, entries, transfers) = await node.ReadAsync(async c =>
            (await c.Accounts.ToListAsync(), await c.Entries.ToListAsync(), await c.Transfers.ToListAsync()));
        Assert.All(entries.GroupBy(e => (e.Bucket, e.TransferNo, e.AccountId % 1000)), legs => Assert.Equal(0, legs.Sum(e => e.AmountMinor)));
        Assert.All(accounts.GroupBy(a => a.Currency), all => Assert.Equal(0, all.Sum(a => a.BalanceMinor)));
        var byAccount = entries.ToLookup(e => (e.Bucket, e.AccountId));
        Assert.All(accounts, account =>
        {
            var own = byAccount[(account.Bucket, account.Id)].OrderBy(e => e.Sequence).ToList();
            var runningMinor = 0L;
            for (var i = 0; i < own.Count; i++)
            {
                Assert.Equal(i + 1, own[i].Sequence);
                Assert.Equal(runningMinor += own[i].AmountMinor, own[i].BalanceAfterMinor);
            }

            Assert.Equal((own.Count, runningMinor), (account.Sequence, account.BalanceMinor));
        });
        Assert.Equal(entries.Select(e => (e.Bucket, e.AccountId)).Distinct().Count(), accounts.Count(a => a.Sequence > 0));
        Assert.All(transfers.GroupBy(t => t.Bucket), chain =>
            Assert.Equal(Enumerable.Range(1, chain.Count()).Select(n => (long)n), chain.Select(t => t.TransferNo).Order()));
    }
}
