using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <content>What was booked.</content>
internal sealed partial class Mirror
{
    private void TakeMovements(BatchState state)
    {
        foreach (var receipt in Changed(state.Statements).Where(s => s is { Kind: ObservationKind.Paid, BookedAtMs: > 0 }))
        {
            if (Receipts.TryGetValue(receipt.Movement, out var known) && known.OrderId != 0)
            {
                throw new ViolationException(Checks.AppliedOnce, $"the movement {receipt.DedupeKey} was booked twice");
            }

            rail.CheckReal(receipt.ChannelAccountId, receipt.Direction, receipt.DedupeKey, receipt.AmountMinor, wentBack: false);
            Receipts[receipt.Movement] = receipt;
            if (receipt.OrderId != 0)
            {
                var key = new OrderKey(receipt.Bucket, receipt.OrderId);
                _receivedMinor[key] = _receivedMinor.GetValueOrDefault(key) + receipt.AmountMinor;
            }
        }

        foreach (var back in Changed(state.Statements).Where(s => s is { Kind: ObservationKind.Returned, BookedAtMs: > 0 }))
        {
            if (!Returns.TryAdd(back.Movement, back))
            {
                throw new ViolationException(Checks.AppliedOnce, $"the return {back.DedupeKey} was booked twice");
            }

            rail.CheckReal(back.ChannelAccountId, back.Direction, back.DedupeKey, back.AmountMinor, wentBack: true);
            if (back is { Direction: Direction.PayIn, OrderId: not 0 })
            {
                var key = new OrderKey(back.Bucket, back.OrderId);
                _wentBackMinor[key] = _wentBackMinor.GetValueOrDefault(key) + back.AmountMinor;
            }
        }
    }

    private void TakeMoney(BatchState state)
    {
        var entries = state.Entries.With(RowFate.Inserted);
        foreach (var entry in entries)
        {
            LedgerChecks.TakeEntry(_accounts, entry);
        }

        var byTransfer = entries.ToLookup(e => (e.Bucket, e.TransferNo));
        foreach (var transfer in state.Transfers.With(RowFate.Inserted).OrderBy(t => t.TransferNo))
        {
            List<EntryRow> legs = [.. byTransfer[(transfer.Bucket, transfer.TransferNo)].OrderBy(e => e.Leg)];
            LedgerChecks.TakeTransfer(_chains, transfer, legs);
            TakeBooked(transfer, legs);
            TransferCount++;
        }

        EntryCount += entries.Count;
        foreach (var due in Changed(state.SettlementDues))
        {
            var account = new AccountKey(due.Bucket, due.AccountId);
            var before = _dues.GetValueOrDefault(due.Key);
            _dueMinor[account] = _dueMinor.GetValueOrDefault(account) + (due.AmountMinor - due.SettledMinor) - (before is null ? 0 : before.AmountMinor - before.SettledMinor);
            _dues[due.Key] = due;
        }

        foreach (var account in Changed(state.Accounts))
        {
            LedgerChecks.CheckAccount(_accounts, account);
            if (account.Kind == AccountKind.Frozen)
            {
                LedgerChecks.CheckEqual(Checks.Frozen, account, _reservedMinor.GetValueOrDefault(account.Key), "what its payouts under way and its withdrawals have reserved");
            }
            else if (account.Kind == AccountKind.Unsettled)
            {
                LedgerChecks.CheckEqual(Checks.Unsettled, account, _dueMinor.GetValueOrDefault(account.Key), "what is still to be settled");
            }
            else if (account.Kind == AccountKind.Held)
            {
                LedgerChecks.CheckEqual(Checks.Held, account, _dueMinor.GetValueOrDefault(account.Key) + DisputedMinor(account.Key), "what is still to be released of the reserve, and what disputes hold");
            }
            else if (account.Kind == AccountKind.TaxWithheld)
            {
                _terms.CheckWithheld(account);
            }
        }
    }
}
