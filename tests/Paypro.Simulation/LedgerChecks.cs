using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>Adds the books up again, entry by entry.</summary>
internal static class LedgerChecks
{
    public static void TakeEntry(Dictionary<AccountKey, AccountRow> accounts, EntryRow entry)
    {
        var key = new AccountKey(entry.Bucket, entry.AccountId);
        var account = accounts.GetValueOrDefault(key) ?? AccountId.Open(key);
        account = account with { BalanceMinor = account.BalanceMinor + entry.AmountMinor, Sequence = account.Sequence + 1 };
        if (entry.Sequence != account.Sequence || entry.BalanceAfterMinor != account.BalanceMinor)
        {
            throw new ViolationException(
                Checks.Balance, $"entry {entry.Sequence} of {account.Kind} says {entry.BalanceAfterMinor}; added up it is entry {account.Sequence} and {account.BalanceMinor}");
        }

        var wrong = account.Kind switch
        {
            AccountKind.Available or AccountKind.Frozen or AccountKind.Unsettled or AccountKind.Held => account.BalanceMinor < 0,
            AccountKind.Receivable => account.BalanceMinor > 0,
            _ => false,
        };
        if (wrong)
        {
            throw new ViolationException(Checks.BelowZero, $"{account.Kind} of {account.OwnerId} stands at {account.BalanceMinor}");
        }

        accounts[key] = account;
    }

    public static void TakeTransfer(Dictionary<short, ChainRow> chains, TransferRow transfer, IReadOnlyList<EntryRow> entries)
    {
        foreach (var currency in entries.GroupBy(e => e.AccountId % 1000))
        {
            if (currency.Sum(e => e.AmountMinor) is var sumMinor and not 0)
            {
                throw new ViolationException(Checks.SumZero, $"transfer {transfer.TransferNo} ({transfer.Type}) sums to {sumMinor}");
            }
        }

        var before = chains.GetValueOrDefault(transfer.Bucket) ?? new ChainRow { Bucket = transfer.Bucket };
        if (transfer.TransferNo != before.LastTransferNo + 1 || !transfer.Hash.AsSpan().SequenceEqual(ChainHash.Of(before.Hash, transfer, entries)))
        {
            throw new ViolationException(Checks.Chain, $"transfer {transfer.TransferNo} of bucket {transfer.Bucket} does not continue the chain after {before.LastTransferNo}");
        }

        chains[transfer.Bucket] = new ChainRow { Bucket = transfer.Bucket, LastTransferNo = transfer.TransferNo, Hash = transfer.Hash };
    }

    public static void CheckAccount(Dictionary<AccountKey, AccountRow> accounts, AccountRow stored)
    {
        var added = accounts.GetValueOrDefault(stored.Key) ?? AccountId.Open(stored.Key);
        if (stored.BalanceMinor != added.BalanceMinor || stored.Sequence != added.Sequence)
        {
            throw new ViolationException(
                Checks.Balance, $"{stored.Kind} of {stored.OwnerId} stands at {stored.BalanceMinor} after {stored.Sequence} entries, which sum to {added.BalanceMinor} in {added.Sequence}");
        }
    }

    public static void CheckEqual(string check, AccountRow account, long expectedMinor, string why)
    {
        if (account.BalanceMinor != expectedMinor)
        {
            throw new ViolationException(check, $"{account.Kind} of merchant {account.OwnerId} stands at {account.BalanceMinor}, not at {expectedMinor}, {why}");
        }
    }
}
