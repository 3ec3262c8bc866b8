using System.Globalization;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>Keeps, per account and due date, the sum of the entries that fall due then.</summary>
internal static class SettlementDue
{
    /// <summary>The key of the transfer that is the n-th run of a due row.</summary>
    public static string OnceKeyOf(SettlementDueKey key, int run) => string.Create(CultureInfo.InvariantCulture, $"settle:{key.AccountId}:{key.DueDate}:{run}");

    public static void Add(BatchState state, AccountKey account, int dueDate, long amountMinor)
    {
        var key = new SettlementDueKey(account.Bucket, account.Id, dueDate);
        var due = state.SettlementDues.Find(key) ?? new SettlementDueRow { Bucket = account.Bucket, AccountId = account.Id, DueDate = dueDate };
        state.SettlementDues.Put(key, due with { AmountMinor = checked(due.AmountMinor + amountMinor) });
    }
}
