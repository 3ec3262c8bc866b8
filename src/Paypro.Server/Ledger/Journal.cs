using System.Globalization;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>One side of a transfer: plus is in favour of the account's owner.</summary>
internal readonly record struct Leg(AccountKey Account, long AmountMinor, int DueDate = 0);

/// <summary>What a transfer is about.</summary>
internal readonly record struct TransferCause(TransferType Type, string Cause, long OrderId, string? OnceKey, long BookedAtMs, int ValueDate);

/// <summary>
/// The only writer of money. A transfer's legs sum to zero per currency, touch one bucket, and leave no account on the wrong
/// side of zero; anything else is a broken invariant and throws, which fails the command that tried and nothing else.
/// </summary>
internal static class Journal
{
    public static TransferRow Post(BatchState state, in TransferCause cause, params ReadOnlySpan<Leg> legs)
    {
        var bucket = CheckBalanced(legs);
        var transferNo = state.Chains.Get(bucket).LastTransferNo + 1;
        var entries = new List<EntryRow>(legs.Length);
        foreach (var leg in legs)
        {
            if (leg.AmountMinor == 0)
            {
                continue;
            }

            var account = state.Accounts.Get(leg.Account);
            account = account with { BalanceMinor = checked(account.BalanceMinor + leg.AmountMinor), Sequence = account.Sequence + 1 };
            CheckSide(account);
            state.Accounts.Update(leg.Account, account);
            var entry = new EntryRow
            {
                Bucket = bucket,
                AccountId = account.Id,
                Sequence = account.Sequence,
                TransferNo = transferNo,
                Leg = (short)(entries.Count + 1),
                AmountMinor = leg.AmountMinor,
                BalanceAfterMinor = account.BalanceMinor,
                BookedAtMs = cause.BookedAtMs,
                ValueDate = cause.ValueDate,
                DueDate = leg.DueDate,
            };
            state.Entries.Insert(entry.Key, entry);
            entries.Add(entry);
            if (leg.DueDate != 0)
            {
                SettlementDue.Add(state, leg.Account, leg.DueDate, leg.AmountMinor);
            }
        }

        if (entries.Count == 0)
        {
            throw new LedgerException($"A {cause.Type} transfer without entries.");
        }

        return Append(state, bucket, cause, entries);
    }

    /// <summary>
    /// Refuses for good what would have happened once. It is a transfer without entries, in the chain as any other, so that whoever asks again finds it, also a command that another node
    /// began before: what was refused is not booked when the money comes later.
    /// </summary>
    /// <param name="state">The batch.</param>
    /// <param name="key">Of the refusal: another one than that of the booking.</param>
    /// <param name="why">In a sentence.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static void Refuse(BatchState state, OnceKey key, string why, long nowMs) => Append(state, key.Bucket, new TransferCause(TransferType.Refused, why, 0, key.Text, nowMs, 0), []);

    private static TransferRow Append(BatchState state, short bucket, in TransferCause cause, IReadOnlyList<EntryRow> entries)
    {
        var chain = state.Chains.Get(bucket);
        var transfer = new TransferRow
        {
            Bucket = bucket,
            TransferNo = chain.LastTransferNo + 1,
            Type = cause.Type,
            Cause = cause.Cause,
            OrderId = cause.OrderId,
            OnceKey = cause.OnceKey,
            BookedAtMs = cause.BookedAtMs,
        };
        transfer = transfer with { Hash = ChainHash.Of(chain.Hash, transfer, entries) };
        state.Transfers.Insert(transfer.Key, transfer);
        state.Chains.Update(bucket, chain with { LastTransferNo = transfer.TransferNo, Hash = transfer.Hash });
        if (cause.OnceKey is { } once)
        {
            state.OnceKeys.Insert(new OnceKey(bucket, once), transfer);
        }

        return transfer;
    }

    /// <summary>
    /// Credits a merchant's <c>available</c>, repaying what it owes first: the legs to put into the transfer.
    /// </summary>
    public static (Leg Repay, Leg Credit) CreditAvailable(BatchState state, AccountKey available, AccountKey receivable, long amountMinor)
    {
        var owed = -state.Accounts.Get(receivable).BalanceMinor;
        var repaid = Math.Min(owed, amountMinor);
        return (new Leg(receivable, repaid), new Leg(available, amountMinor - repaid));
    }

    /// <summary>
    /// Takes from a merchant's <c>available</c>, and what is not there from <c>receivable</c>. A fee given back can be more than the
    /// last part of a return takes: then it is a credit, and repays what is owed first.
    /// </summary>
    public static (Leg Take, Leg Owe) TakeAvailable(BatchState state, AccountKey available, AccountKey receivable, long amountMinor)
    {
        if (amountMinor < 0)
        {
            var (repay, credit) = CreditAvailable(state, available, receivable, -amountMinor);
            return (credit, repay);
        }

        var taken = Math.Min(state.Accounts.Get(available).BalanceMinor, amountMinor);
        return (new Leg(available, -taken), new Leg(receivable, -(amountMinor - taken)));
    }

    private static short CheckBalanced(ReadOnlySpan<Leg> legs)
    {
        var bucket = legs[0].Account.Bucket;
        for (var i = 0; i < legs.Length; i++)
        {
            if (legs[i].Account.Bucket != bucket)
            {
                throw new LedgerException("A transfer touches one bucket.");
            }

            long sum = 0;
            foreach (var leg in legs)
            {
                if (CurrencyOf(leg) == CurrencyOf(legs[i]))
                {
                    sum = checked(sum + leg.AmountMinor);
                }
            }

            if (sum != 0)
            {
                throw new LedgerException($"A transfer's entries must sum to zero per currency; {CurrencyOf(legs[i])} sums to {sum}.");
            }
        }

        return bucket;

        static long CurrencyOf(Leg leg) => leg.Account.Id % 1000;
    }

    private static void CheckSide(AccountRow account)
    {
        var wrong = account.Kind switch
        {
            AccountKind.Available or AccountKind.Frozen or AccountKind.Unsettled or AccountKind.Held => account.BalanceMinor < 0,
            AccountKind.Receivable => account.BalanceMinor > 0,
            _ => false,
        };
        if (wrong)
        {
            throw new LedgerException(string.Create(CultureInfo.InvariantCulture, $"Account {account.Id} ({account.Kind}) would stand at {account.BalanceMinor}."));
        }
    }
}

/// <summary>A broken invariant of the ledger: a bug, never a user's mistake.</summary>
internal sealed class LedgerException(string message) : Exception(message);
