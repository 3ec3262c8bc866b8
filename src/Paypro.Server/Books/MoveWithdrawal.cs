using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// One move of a withdrawal's money, booked once by its key: reserved on request, then either gone from our bank account or back, and back from the bank after it had gone.
/// One whose money is not there is refused once: whichever node asks later, and whatever came meanwhile, finds it refused.
/// </summary>
internal sealed class MoveWithdrawal(WithdrawalRow row, long nowMs, int valueDate) : WriteCommand<string?>
{
    /// <summary>The answer to one that was given up when its order was there already: it is on its way by the rail.</summary>
    public const string Sent = "withdrawal: is on its way by the rail already";

    private readonly Currency _currency = Currency.Get(row.Currency);

    public override short Bucket => row.Bucket;

    private AccountKey Available => Of(AccountKind.Available);

    private AccountKey Frozen => Of(AccountKind.Frozen);

    private AccountKey Receivable => Of(AccountKind.Receivable);

    private AccountKey Bank => AccountId.Bank(row.Bucket, row.BankAccountId, AccountKind.Bank, _currency);

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(Available);
        needs.Accounts.Add(Frozen);
        needs.Accounts.Add(Receivable);
        if (row.BankAccountId != 0)
        {
            needs.Accounts.Add(Bank);
        }

        needs.Trades.Add(row.TradeKey);
        foreach (var move in Enum.GetValues<WithdrawalMove>())
        {
            needs.OnceKeys.Add(row.KeyOf(move));
        }
    }

    /// <summary>Why it cannot be, in a sentence; null when it is booked, now or before.</summary>
    protected override string? Decide(BatchState state)
    {
        if (IsDone(row.Wants))
        {
            return null;
        }

        var refusal = row.KeyOf(WithdrawalMove.None);
        if (row.Wants == WithdrawalMove.Reserve && state.OnceKeys.Find(refusal) is { } refused)
        {
            return refused.Cause;
        }

        // What is reserved belongs to its order, once there is one: it is sent, and not given back here as well.
        if (row.Wants is WithdrawalMove.Void or WithdrawalMove.Post && state.Trades.Find(row.TradeKey) is not null)
        {
            return row.Wants == WithdrawalMove.Void ? Sent : throw new LedgerException($"Withdrawal {row.Id} goes by a rail and is not booked as paid by hand.");
        }

        // What left is not given back as well, whatever a row says.
        var isRight = row.Wants switch
        {
            WithdrawalMove.Reserve => true,
            WithdrawalMove.Post => IsDone(WithdrawalMove.Reserve) && !IsDone(WithdrawalMove.Void),
            WithdrawalMove.Void => IsDone(WithdrawalMove.Reserve) && !IsDone(WithdrawalMove.Post),
            _ => IsDone(WithdrawalMove.Post),
        };
        if (!isRight)
        {
            throw new LedgerException($"Withdrawal {row.Id} wants {row.Wants}, which does not follow from what was booked.");
        }

        if (row.Wants == WithdrawalMove.Reserve && (state.Accounts.Get(Receivable).BalanceMinor != 0 || state.Accounts.Get(Available).BalanceMinor < row.AmountMinor))
        {
            var why = state.Accounts.Get(Receivable).BalanceMinor != 0 ? Withdrawals.Owes : Withdrawals.TooMuch;
            Journal.Refuse(state, refusal, why, nowMs);
            return why;
        }

        var (repay, credit) = Journal.CreditAvailable(state, Available, Receivable, row.AmountMinor);
        Leg[] legs = row.Wants switch
        {
            WithdrawalMove.Reserve => [new(Available, -row.AmountMinor), new(Frozen, row.AmountMinor)],
            WithdrawalMove.Post => [new(Frozen, -row.AmountMinor), new(Bank, row.AmountMinor)],
            WithdrawalMove.Void => [new(Frozen, -row.AmountMinor), repay, credit],
            _ => [new(Bank, -row.AmountMinor), repay, credit],
        };
        var type = row.Wants switch
        {
            WithdrawalMove.Reserve => TransferType.WithdrawalReserve, WithdrawalMove.Post => TransferType.WithdrawalPost, WithdrawalMove.Void => TransferType.WithdrawalVoid, _ => TransferType.WithdrawalReturn,
        };
        Journal.Post(state, new TransferCause(type, row.DecidedBy.Length > 0 ? row.DecidedBy : row.MadeBy, 0, row.KeyOf(row.Wants).Text, nowMs, valueDate), legs);
        return null;

        bool IsDone(WithdrawalMove move) => state.OnceKeys.Find(row.KeyOf(move)) is not null;
    }

    private AccountKey Of(AccountKind kind) => AccountId.Merchant(row.Bucket, row.MerchantNo, kind, _currency);
}
