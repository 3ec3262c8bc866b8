using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// What a pay-in brought that is not available yet: its share of what is unsettled, then of the reserve. What goes back is taken from there first.
/// </summary>
/// <param name="accounts">Of its merchant.</param>
/// <param name="shares">As they were read; settlement may have moved them since.</param>
internal readonly struct PayInShares(OrderAccounts accounts, IReadOnlyList<TakenShare> shares)
{
    public void Declare(Needs needs)
    {
        foreach (var share in shares)
        {
            needs.Accounts.Add(AccountOf(share));
            needs.SettlementDues.Add(DueOf(share));
        }
    }

    /// <summary>Takes as much as is still there.</summary>
    /// <returns>What was taken of each, the amount at most together.</returns>
    public List<TakenShare> Take(BatchState state, long amountMinor)
    {
        var taken = new List<TakenShare>();
        foreach (var share in shares)
        {
            var due = state.SettlementDues.Find(DueOf(share));
            var minor = Math.Min(Math.Min(share.AmountMinor, amountMinor), due is null ? 0 : due.AmountMinor - due.SettledMinor);
            if (minor > 0)
            {
                taken.Add(share with { AmountMinor = minor });
                amountMinor -= minor;
            }
        }

        return taken;
    }

    /// <summary>A leg that takes a share.</summary>
    public Leg Out(TakenShare share) => new(AccountOf(share), -share.AmountMinor, share.DueDate);

    /// <summary>A leg that gives a share back, due on its old date.</summary>
    public Leg Back(TakenShare share) => new(AccountOf(share), share.AmountMinor, share.DueDate);

    private AccountKey AccountOf(TakenShare share) => share.IsReserve ? accounts.Held : accounts.Unsettled;

    private SettlementDueKey DueOf(TakenShare share)
    {
        var account = AccountOf(share);
        return new(account.Bucket, account.Id, share.DueDate);
    }
}
