using System.Globalization;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What a dispute has to do with money that a rail took back.</summary>
/// <param name="Dispute">As it is locked.</param>
/// <param name="AgainMinor">So much was booked when it was lost: it is told now, and booked no second time.</param>
/// <param name="NewMinor">So much of what it reserved goes now.</param>
internal readonly record struct DisputePart(DisputeRow Dispute, long AgainMinor, long NewMinor);

/// <summary>The money of disputes: what is held of it, how it goes, how it comes back.</summary>
internal static class DisputeMoney
{
    /// <summary>The subject of a dispute's case.</summary>
    public static string SubjectOf(long id) => string.Create(CultureInfo.InvariantCulture, $"dispute:{id}");

    /// <summary>What of a rail's return disputes at its channel account expect, and in which order: that of the same amount, those that are lost, the oldest.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="disputes">All of the pay-in.</param>
    /// <param name="channelAccountId">Where the rail took it.</param>
    /// <param name="amountMinor">How much.</param>
    public static IReadOnlyList<DisputePart> Match(BatchState state, IEnumerable<DisputeKey> disputes, long channelAccountId, long amountMinor)
    {
        var parts = new List<DisputePart>();
        var waiting = disputes.Select(state.Disputes.Get).Where(d => d.ReceiptAccountId == channelAccountId && d.ExpectedMinor > 0);
        foreach (var dispute in waiting.OrderByDescending(d => d.ExpectedMinor == amountMinor).ThenByDescending(d => d.State == DisputeState.Lost).ThenBy(d => d.Id))
        {
            var minor = Math.Min(dispute.ExpectedMinor, amountMinor);
            if (minor > 0)
            {
                parts.Add(dispute.IsOpen ? new(dispute, 0, minor) : new(dispute, minor, 0));
                amountMinor -= minor;
            }
        }

        return parts;
    }

    /// <summary>Notes what the rail has told of disputes that were lost before.</summary>
    public static void Tell(BatchState state, IReadOnlyList<DisputePart> parts)
    {
        foreach (var part in parts.Where(p => p.AgainMinor > 0))
        {
            state.Disputes.Update(part.Dispute.Key, part.Dispute with { ToldMinor = part.Dispute.ToldMinor + part.AgainMinor });
        }
    }

    /// <summary>What <see cref="Gone"/> needs.</summary>
    public static void Declare(Needs needs, in OrderAccounts accounts, IEnumerable<DisputeKey> disputes)
    {
        needs.Disputes.UnionWith(disputes);
        needs.Accounts.Add(accounts.Held);
    }

    /// <summary>
    /// Money of a pay-in is gone: of what disputes hold first, then of what it brought and is not available yet, then of available, and what is not there is owed.
    /// What was withheld of it goes back with it, the fee only with the whole and where the terms say so. A dispute of which all is gone is lost, and costs its fee.
    /// </summary>
    /// <param name="state">The batch.</param>
    /// <param name="order">Gets what of its price is left, and what is still disputed of it; what it returned the caller says.</param>
    /// <param name="accounts">Its accounts, and that of the channel where the money was.</param>
    /// <param name="terms">Of the payment.</param>
    /// <param name="shares">What it brought and is not available yet.</param>
    /// <param name="parts">What of the amount disputes had reserved.</param>
    /// <param name="amountMinor">All that goes.</param>
    /// <param name="isTold">Whether the rail says so.</param>
    /// <param name="cause">Of the transfer.</param>
    public static TransferRow Gone(
        BatchState state, ref OrderRow order, in OrderAccounts accounts, Terms terms, in PayInShares shares, IReadOnlyList<DisputePart> parts, long amountMinor, bool isTold, in TransferCause cause)
    {
        var ends = parts.Where(p => p.NewMinor > 0).ToList();
        var lost = ends.Where(p => p.Dispute.ReservedMinor == p.NewMinor).ToList();
        var (lostFee, lostTax) = (lost.Sum(p => p.Dispute.FeeMinor), lost.Sum(p => p.Dispute.TaxMinor));
        var whole = PayInBooking.HeldMinor(order) == amountMinor;
        var (fee, tax) = terms.ReturnsFee && whole ? (order.FeeMinor, order.TaxMinor) : (0, 0);
        var withheld = Withholding.BackMinor(order, amountMinor);
        var heldMinor = ends.Sum(p => Math.Min(p.Dispute.HeldMinor, p.NewMinor));
        var takenMinor = amountMinor - heldMinor - fee - tax - withheld;
        var taken = shares.Take(state, takenMinor);
        var (take, owe) = Journal.TakeAvailable(state, accounts.Available, accounts.Receivable, takenMinor + lostFee + lostTax - taken.Sum(s => s.AmountMinor));
        var transfer = Journal.Post(
            state,
            cause,
            [
                .. taken.Select(shares.Out), new Leg(accounts.Held, -heldMinor), take, owe, new Leg(accounts.Fees, lostFee - fee), new Leg(accounts.Tax, lostTax - tax),
                new Leg(accounts.TaxWithheld, -withheld), new Leg(accounts.Clearing, amountMinor),
            ]);
        Withholding.Store(state, transfer, order, Withholding.Under(order, terms), cause.ValueDate, -amountMinor, -withheld);
        order = order with
        {
            FeeMinor = order.FeeMinor - fee,
            TaxMinor = order.TaxMinor - tax,
            WithheldMinor = order.WithheldMinor - withheld,
            DisputedMinor = order.DisputedMinor - ends.Sum(p => p.NewMinor),
        };
        foreach (var part in ends)
        {
            order = Goes(state, order, part, isTold, transfer.TransferNo, cause);
        }

        return transfer;
    }

    /// <summary>A dispute was won: what is held of it goes back to where it was taken from, and what came from available is available.</summary>
    public static OrderRow Won(BatchState state, OrderRow order, DisputeRow dispute, in OrderAccounts accounts, string outcome, in TransferCause cause)
    {
        var leftMinor = dispute.HeldMinor;
        var legs = new List<Leg> { new(accounts.Held, -leftMinor) };
        var shares = new PayInShares(accounts, TakenShare.Parse(dispute.TakenFrom));
        foreach (var share in TakenShare.Parse(dispute.TakenFrom))
        {
            // Money that was held until its release, and released meanwhile, is available with the rest of the pay-in.
            if (share.DueDate == EntryRow.UntilReleased && !order.Exceptions.HasFlag(OrderExceptions.HoldsMoney))
            {
                continue;
            }

            var minor = Math.Min(share.AmountMinor, leftMinor);
            legs.Add(shares.Back(share with { AmountMinor = minor }));
            leftMinor -= minor;
        }

        if (dispute.HeldMinor > 0)
        {
            var (repay, credit) = Journal.CreditAvailable(state, accounts.Available, accounts.Receivable, leftMinor);
            Journal.Post(state, cause, [.. legs, repay, credit]);
        }

        state.Disputes.Update(dispute.Key, dispute with
        {
            State = DisputeState.Won, HeldMinor = 0, DecidedAtMs = cause.BookedAtMs, DecidedBy = cause.Cause, Untold = true,
        });
        state.End(dispute.Bucket, CaseKind.Dispute, SubjectOf(dispute.Id), "Won.", cause.Cause);
        return (order with { DisputedMinor = order.DisputedMinor - dispute.ReservedMinor })
            .Happened(state, EventType.DisputeWon, cause.Cause, cause.BookedAtMs, outcome.Length > 0 ? $"{dispute.Id}: {outcome}" : $"{dispute.Id}");
    }

    private static OrderRow Goes(BatchState state, OrderRow order, DisputePart part, bool isTold, long transferNo, in TransferCause cause)
    {
        var (dispute, minor) = (part.Dispute, part.NewMinor);
        var after = dispute with
        {
            GoneMinor = dispute.GoneMinor + minor,
            HeldMinor = dispute.HeldMinor - Math.Min(dispute.HeldMinor, minor),
            ToldMinor = dispute.ToldMinor + (isTold ? minor : 0),
        };
        if (dispute.ReservedMinor > minor)
        {
            state.Disputes.Update(after.Key, after);
            return order;
        }

        state.Disputes.Update(after.Key, after with { State = DisputeState.Lost, DecidedAtMs = cause.BookedAtMs, DecidedBy = cause.Cause, LostTransferNo = transferNo, Untold = true });
        state.End(dispute.Bucket, CaseKind.Dispute, SubjectOf(dispute.Id), isTold ? "The rail took the money back." : "Lost.", cause.Cause);
        return order.Happened(state, EventType.DisputeLost, cause.Cause, cause.BookedAtMs, $"{dispute.Id}");
    }
}
