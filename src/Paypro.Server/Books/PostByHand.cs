using System.Globalization;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>What came of booking a transfer by hand.</summary>
/// <param name="TransferNo">The first transfer; 0 when it was refused.</param>
/// <param name="Refusal">Why, in a sentence; null when it is booked.</param>
/// <param name="IsAgain">Whether an account that was read has moved since: read it again. No caller sees it.</param>
internal sealed record PostedByHand(long TransferNo, string? Refusal, bool IsAgain = false);

/// <summary>
/// Books a transfer by hand, both parts of a conversion together, or refuses it. The key of its decision makes either happen once, and never both, however often and on however many nodes it is asked for.
/// </summary>
/// <param name="order">The decision.</param>
/// <param name="wish">As it was decided.</param>
/// <param name="place">Where.</param>
/// <param name="template">Of the wish.</param>
/// <param name="lacks">Why it cannot be, by what all buckets together hold; null when it can.</param>
/// <param name="guarded">An account whose last entry must still be this one, since more than its balance was looked at; null for none.</param>
/// <param name="receipt">Of suspense: the statement that brought it; null otherwise.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class PostByHand(
    LedgerOrderRow order, TransferWish wish, TransferPlace place, TransferTemplate template, string? lacks, (AccountKey Account, long Sequence)? guarded, StatementRow? receipt, long nowMs) : WriteCommand<PostedByHand>
{
    private readonly IReadOnlyList<AccountKey> _accounts = [.. template.Legs(wish, place, _ => 0).SelectMany(t => t.Legs).Select(l => l.Account).Distinct()];

    public override short Bucket => place.Bucket;

    private OnceKey First => new(Bucket, LedgerOrderKey.Of(order.Id, 1));

    private OnceKey Refusal => new(Bucket, LedgerOrderKey.Of(order.Id, 0));

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.OnceKeys.Add(First);
        needs.OnceKeys.Add(Refusal);
        foreach (var account in _accounts)
        {
            needs.Accounts.Add(account);
        }

        if (guarded is { } one)
        {
            needs.Accounts.Add(one.Account);
        }

        if (receipt is not null)
        {
            needs.Statements.Add(receipt.Key);
        }
    }

    protected override PostedByHand Decide(BatchState state)
    {
        if (state.OnceKeys.Find(First) is { } booked)
        {
            return new PostedByHand(booked.TransferNo, null);
        }

        if (state.OnceKeys.Find(Refusal) is { } refused)
        {
            return new PostedByHand(0, refused.Cause);
        }

        if (lacks is not null)
        {
            return Refuse(state, lacks);
        }

        if (guarded is { } one && state.Accounts.Get(one.Account).Sequence != one.Sequence)
        {
            return new PostedByHand(0, null, IsAgain: true);
        }

        if (receipt is not null && !IsWaiting(state))
        {
            return Refuse(state, "dedupeKey: this receipt is not in suspense any more, or only a part of it");
        }

        // Ours are spread over the buckets, and were looked at together; a merchant's are all here.
        var plan = template.Legs(wish, place, key => state.Accounts.Get(key).BalanceMinor);
        if (TransferTemplates.Problem([.. plan.Select(p => p with { Legs = [.. p.Legs.Where(l => AccountId.Open(l.Account).OwnerType == OwnerType.Merchant)] })], key => state.Accounts.Get(key).BalanceMinor) is { } problem)
        {
            return Refuse(state, problem);
        }

        long first = 0;
        for (var part = 1; part <= plan.Count; part++)
        {
            var transfer = Journal.Post(
                state, new TransferCause(plan[part - 1].Type, order.DecidedBy, 0, LedgerOrderKey.Of(order.Id, part), nowMs, order.ValueDate), [.. plan[part - 1].Legs]);
            first = part == 1 ? transfer.TransferNo : first;
        }

        return new PostedByHand(first, null);
    }

    private PostedByHand Refuse(BatchState state, string why)
    {
        Journal.Refuse(state, Refusal, why, nowMs);
        return new PostedByHand(0, why);
    }

    /// <summary>Takes the receipt out of suspense: to whoever assigns it later it has gone.</summary>
    private bool IsWaiting(BatchState state)
    {
        if (state.Statements.Find(receipt!.Key) is not { Outcome: StatementOutcome.Suspense, OrderId: 0 } row || row.AmountMinor - row.ReturnedMinor != wish.AmountMinor)
        {
            return false;
        }

        state.Statements.Update(row.Key, row with { ReturnedMinor = row.AmountMinor, Note = string.Create(CultureInfo.InvariantCulture, $"written off by {order.Id}") });
        state.End(row.Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", row), "Written off.", order.DecidedBy);
        return true;
    }
}
