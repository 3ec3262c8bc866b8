using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>What a refund does beside what every payout does: its money comes from its pay-in, and its pay-in changes with it.</summary>
internal static class RefundMoney
{
    /// <summary>What any outcome of a refund needs; nothing for a payout.</summary>
    public static void Declare(Needs needs, AttemptRef attempt, in OrderAccounts accounts)
    {
        if (attempt.RefundOf == 0)
        {
            return;
        }

        needs.Orders.Add(attempt.PayIn);
        needs.Accounts.Add(accounts.TaxWithheld);
        new PayInShares(accounts, attempt.TakenFrom).Declare(needs);
    }

    /// <summary>
    /// The refund went out: frozen → clearing. With it the pay-in holds less, and less is withheld of it; its fee is given back only when all of
    /// it is back, where its terms say so.
    /// </summary>
    /// <param name="state">The batch.</param>
    /// <param name="refund">Learns how much less its pay-in has to hold, and how much less is withheld of it.</param>
    /// <param name="attempt">The refund's.</param>
    /// <param name="accounts">The refund's.</param>
    /// <param name="costMinor">What the rail charges.</param>
    /// <param name="cause">Of the transfer.</param>
    public static TransferRow Post(BatchState state, ref OrderRow refund, AttemptRef attempt, in OrderAccounts accounts, long costMinor, in TransferCause cause)
    {
        var payIn = state.Orders.Get(attempt.PayIn);
        var after = PayInBooking.Refund(payIn, refund.AmountMinor);
        var (fee, tax) = PayInBooking.HeldMinor(after) == 0 && attempt.ReceiptTerms.ReturnsFee ? (payIn.FeeMinor, payIn.TaxMinor) : (0, 0);
        var withheld = Withholding.BackMinor(payIn, refund.AmountMinor);
        var (repay, credit) = Journal.CreditAvailable(state, accounts.Available, accounts.Receivable, fee + tax + withheld);
        var transfer = Journal.Post(
            state,
            cause,
            new Leg(accounts.Frozen, -(refund.AmountMinor + refund.FeeMinor + refund.TaxMinor)),
            new Leg(accounts.Clearing, refund.AmountMinor + costMinor),
            new Leg(accounts.Fees, refund.FeeMinor - fee),
            new Leg(accounts.Tax, refund.TaxMinor - tax),
            new Leg(accounts.TaxWithheld, -withheld),
            new Leg(costMinor == 0 ? accounts.Clearing : accounts.ChannelCost, -costMinor),
            repay,
            credit);
        refund = refund with
        {
            WithheldMinor = withheld,
            WithheldTermsId = withheld == 0 ? 0 : Withholding.Under(payIn, attempt.ReceiptTerms),
        };
        Withholding.Store(state, transfer, payIn, refund.WithheldTermsId, cause.ValueDate, -refund.AmountMinor, -withheld);
        after = after with { FeeMinor = payIn.FeeMinor - fee, TaxMinor = payIn.TaxMinor - tax, WithheldMinor = payIn.WithheldMinor - withheld };
        Save(state, payIn, after, EventType.Refunded, refund, cause);
        return transfer;
    }

    /// <summary>It certainly failed: the pay-in's money can be refunded again. The legs give it back where it came from.</summary>
    public static List<Leg> GiveBack(BatchState state, OrderRow refund, AttemptRef attempt, in OrderAccounts accounts, in TransferCause cause)
    {
        var legs = new List<Leg>();
        if (attempt.RefundOf == 0)
        {
            return legs;
        }

        legs.AddRange(attempt.TakenFrom.Select(new PayInShares(accounts, attempt.TakenFrom).Back));
        var payIn = state.Orders.Get(attempt.PayIn);
        Save(state, payIn, payIn with { RefundingMinor = payIn.RefundingMinor - refund.AmountMinor }, EventType.RefundFailed, refund, cause);
        return legs;
    }

    /// <summary>
    /// It had gone out and came back: the pay-in holds it again, what was withheld of it is withheld again, and where the terms give fees back it is
    /// priced like a receipt: what is booked of the price by then is not taken again. The result is what of it is not the merchant's, minor units.
    /// </summary>
    public static (long FeeMinor, long TaxMinor, long WithheldMinor) TakeBack(BatchState state, OrderRow refund, AttemptRef attempt, in TransferCause cause)
    {
        var payIn = state.Orders.Get(attempt.PayIn);
        var after = PayInBooking.RefundCameBack(payIn, refund.AmountMinor, attempt.Rules);
        var (terms, withheld) = (attempt.ReceiptTerms, refund.WithheldMinor);
        var (fee, tax) = terms.ReturnsFee ? PayInBooking.Price(after, terms, after.PaidMinor, refund.AmountMinor - withheld) : (0, 0);
        after = after with { FeeMinor = payIn.FeeMinor + fee, TaxMinor = payIn.TaxMinor + tax, WithheldMinor = payIn.WithheldMinor + withheld };
        Save(state, payIn, after, EventType.RefundReturned, refund, cause);
        return (fee, tax, withheld);
    }

    /// <summary>The order's own notification is sent again only when its status changes.</summary>
    public static void Save(BatchState state, OrderRow before, OrderRow after, EventType type, OrderRow refund, in TransferCause cause)
    {
        after = after.Happened(state, type, cause.Cause, cause.BookedAtMs, refund.Number);
        (OrderViews.Status(before) == OrderViews.Status(after) ? after : after.WithResult(state)).Save(state);
    }
}
