using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Settlement;

/// <summary>
/// Moves what fell due on one account and date, unsettled or held as a reserve, to available. The due row says how much is left to move, and the
/// transfer's key names the run, so doing it twice moves nothing the second time.
/// </summary>
internal sealed class SettleDue(SettlementDueKey key, long merchantNo, Currency currency, long nowMs, int valueDate) : WriteCommand<long>
{
    private readonly AccountKey _from = new(key.Bucket, key.AccountId);
    private readonly AccountKey _available = AccountId.Merchant(key.Bucket, merchantNo, AccountKind.Available, currency);
    private readonly AccountKey _receivable = AccountId.Merchant(key.Bucket, merchantNo, AccountKind.Receivable, currency);

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(_from);
        needs.Accounts.Add(_available);
        needs.Accounts.Add(_receivable);
        needs.SettlementDues.Add(key);
    }

    /// <summary>Minor units moved.</summary>
    protected override long Decide(BatchState state)
    {
        if (state.SettlementDues.Find(key) is not { } due || due.AmountMinor == due.SettledMinor)
        {
            return 0;
        }

        var amountMinor = due.AmountMinor - due.SettledMinor;
        var run = due.RunCount + 1;
        var (repay, credit) = Journal.CreditAvailable(state, _available, _receivable, amountMinor);
        Journal.Post(
            state,
            new TransferCause(AccountId.Open(_from).Kind == AccountKind.Held ? TransferType.Release : TransferType.Settlement, "clock", 0, SettlementDue.OnceKeyOf(key, run), nowMs, valueDate),
            new Leg(_from, -amountMinor),
            repay,
            credit);
        state.SettlementDues.Update(key, due with { SettledMinor = due.AmountMinor, RunCount = run });
        return amountMinor;
    }
}
