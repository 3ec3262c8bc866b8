using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>Keeps, per account and due date, the sum of the entries that fall due then.</summary>
internal static class SettlementDue
{
    public static void Add(BatchState state, AccountKey account, int dueDate, long amountMinor)
    {
        var key = new SettlementDueKey(account.Bucket, account.Id, dueDate);
        var due = state.SettlementDues.Find(key) ?? new SettlementDueRow { Bucket = account.Bucket, AccountId = account.Id, DueDate = dueDate };
        state.SettlementDues.Put(key, due with { AmountMinor = checked(due.AmountMinor + amountMinor) });
    }
}
