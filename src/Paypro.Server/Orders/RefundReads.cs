using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>A pay-in with all that decides what of it can be refunded.</summary>
/// <param name="PayIn">Read first: whatever is booked after that changes its <see cref="OrderRow.EventCount"/>.</param>
/// <param name="Attempts">Its attempts.</param>
/// <param name="Refunds">Its refunds, whatever became of them.</param>
/// <param name="Receipts">Its money as it came, the newest first.</param>
/// <param name="Returns">What the rail took back by itself, the oldest first.</param>
/// <param name="Disputes">Its disputes, whatever became of them.</param>
/// <param name="NotAvailable">What is left of what it brought that is not available yet: unsettled, then the reserve, each by due date, the latest first; settlement may have moved it since.</param>
internal sealed record RefundPicture(
    OrderRow PayIn, IReadOnlyList<AttemptRow> Attempts, IReadOnlyList<OrderRow> Refunds, IReadOnlyList<StatementRow> Receipts, IReadOnlyList<StatementRow> Returns,
    IReadOnlyList<DisputeRow> Disputes, IReadOnlyList<TakenShare> NotAvailable)
{
    /// <summary>
    /// What can be refunded of each receipt, the newest first: it less what went back. The rail does not say of which receipt it took something
    /// back: of one of that amount, else of the newest that has as much, else of several.
    /// </summary>
    public IReadOnlyList<(StatementRow Receipt, long LeftMinor)> Left()
    {
        var left = Receipts.Select(r => r.AmountMinor - r.ReturnedMinor).ToArray();
        foreach (var refund in Refunds.Where(r => r.State is OrderState.Pending or OrderState.Paid))
        {
            Take(refund.AmountMinor, r => r.DedupeKey == refund.ReceiptKey && r.ChannelAccountId == refund.ReceiptAccountId);
        }

        // What the rail has told of a dispute stands among what it took back.
        foreach (var dispute in Disputes.Where(d => d.ExpectedMinor > 0))
        {
            Take(dispute.ExpectedMinor, r => r.DedupeKey == dispute.ReceiptKey && r.ChannelAccountId == dispute.ReceiptAccountId);
        }

        foreach (var back in Returns)
        {
            Take(back.AmountMinor, r => r.ChannelAccountId == back.ChannelAccountId);
        }

        var mostMinor = PayIn.FreeMinor;
        return [.. Receipts.Select((r, i) => (r, Math.Min(left[i], mostMinor)))];

        void Take(long minor, Func<StatementRow, bool> fits)
        {
            var of = Enumerable.Range(0, left.Length).Where(i => fits(Receipts[i])).ToList();
            var whole = of.FindIndex(i => left[i] == minor) is var same and >= 0 ? same : of.FindIndex(i => left[i] >= minor);
            foreach (var i in whole >= 0 ? [of[whole]] : of)
            {
                var taken = Math.Min(left[i], minor);
                (left[i], minor) = (left[i] - taken, minor - taken);
            }
        }
    }
}

/// <summary>What a refund gives back.</summary>
/// <param name="Receipt">The rail's statement of it.</param>
/// <param name="Attempt">The pay-in's attempt on which it came; null for money that named no order.</param>
internal sealed record RefundedReceipt(StatementRow Receipt, AttemptRow? Attempt)
{
    /// <summary>What the rail is told of a refund.</summary>
    public RefundDraft Draft(OrderRow refund, string reference) => new()
    {
        Number = refund.Number,
        Reference = reference,
        Way = Attempt?.Way ?? refund.Way,
        PaidReference = Receipt.Reference,
        PaidRailId = Attempt?.RailId ?? "",
        PaymentReference = Receipt.RailReference,
        PaymentKey = Receipt.DedupeKey,
        PaymentMinor = Receipt.AmountMinor,
        AmountMinor = refund.AmountMinor,
        Currency = refund.Currency,
        Reason = refund.Remark,
    };
}

/// <summary>Reads for refunds.</summary>
internal sealed class RefundReads(IContexts contexts)
{
    /// <summary>Rows of one kind that are read of one pay-in.</summary>
    public const int Most = 500;

    /// <summary>Null when there is no such pay-in.</summary>
    /// <param name="key">The pay-in's.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RefundPicture?> FindAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == key.Id, cancellation) is not { } payIn)
        {
            return null;
        }

        var attempts = await context.Attempts.Where(a => a.Bucket == key.Bucket && a.OrderId == key.Id).OrderBy(a => a.AttemptNo).ToListAsync(cancellation);
        var refunds = await context.Orders.Where(o => o.Bucket == key.Bucket && o.RefundOf == key.Id && o.RefundOf != 0).OrderBy(o => o.Id).Take(Most).ToListAsync(cancellation);
        var booked = await context.Statements
            .Where(s => s.Bucket == key.Bucket && s.OrderId == key.Id && s.OrderId != 0 && s.BookedAtMs > 0 && s.Direction == Direction.PayIn && s.DedupeKey != ""
                && (s.Kind == ObservationKind.Paid || s.Kind == ObservationKind.Returned))
            .OrderByDescending(s => s.BookedAtMs).ThenByDescending(s => s.Id)
            .Take(Most)
            .ToListAsync(cancellation);
        return new RefundPicture(
            payIn,
            attempts,
            refunds,
            [.. booked.Where(s => s.Kind == ObservationKind.Paid)],
            [.. booked.Where(s => s.Kind == ObservationKind.Returned).Reverse()],
            await context.Disputes.Where(d => d.Bucket == key.Bucket && d.OrderId == key.Id).OrderBy(d => d.Id).Take(Most).ToListAsync(cancellation),
            await SharesAsync(context, payIn, [.. refunds.Select(r => r.Id)], cancellation));
    }

    /// <summary>A pay-in with what it brought that is not available yet, and its disputes, for a return; null when there is no such pay-in.</summary>
    public async Task<(OrderRow PayIn, IReadOnlyList<TakenShare> NotAvailable, IReadOnlyList<DisputeKey> Disputes)?> SharesAsync(OrderKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();

        // The order first: whatever changes the shares after that changes its event count.
        if (await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == key.Id, cancellation) is not { } payIn)
        {
            return null;
        }

        var refunds = await context.Orders.Where(o => o.Bucket == key.Bucket && o.RefundOf == key.Id && o.RefundOf != 0).OrderBy(o => o.Id).Select(o => o.Id).Take(Most).ToListAsync(cancellation);
        var disputes = await context.Disputes.Where(d => d.Bucket == key.Bucket && d.OrderId == key.Id).OrderBy(d => d.Id).Select(d => d.Id).Take(Most).ToListAsync(cancellation);
        return (payIn, await SharesAsync(context, payIn, refunds, cancellation), disputes.ConvertAll(id => new DisputeKey(key.Bucket, id)));
    }

    private static async Task<IReadOnlyList<TakenShare>> SharesAsync(PayproContext context, OrderRow payIn, List<long> refunds, CancellationToken cancellation)
    {
        var (bucket, currency) = (payIn.Bucket, Currency.Get(payIn.Currency));
        var unsettled = AccountId.Merchant(bucket, payIn.MerchantNo, AccountKind.Unsettled, currency).Id;
        var held = AccountId.Merchant(bucket, payIn.MerchantNo, AccountKind.Held, currency).Id;
        List<long> ids = [payIn.Id, .. refunds];
        var shares = await (
            from t in context.Transfers
            join e in context.Entries on new { t.Bucket, t.TransferNo } equals new { e.Bucket, e.TransferNo }
            where t.Bucket == bucket && e.Bucket == bucket && t.OrderId != 0 && ids.Contains(t.OrderId) && (e.AccountId == unsettled || e.AccountId == held) && e.DueDate != 0
            select new { t.TransferNo, e.AccountId, e.DueDate, e.AmountMinor }).ToListAsync(cancellation);

        // What a settlement has moved is not there any more; what came after its run is.
        var settledBefore = new Dictionary<(long AccountId, int DueDate), long>();
        var dates = shares.Select(s => s.DueDate).Distinct().ToList();
        var runs = dates.Count == 0 ? [] : await context.SettlementDues
            .Where(d => d.Bucket == bucket && (d.AccountId == unsettled || d.AccountId == held) && dates.Contains(d.DueDate) && d.RunCount > 0).ToListAsync(cancellation);
        foreach (var due in runs)
        {
            var once = SettlementDue.OnceKeyOf(due.Key, due.RunCount);
            settledBefore[(due.AccountId, due.DueDate)] =
                await context.Transfers.Where(t => t.Bucket == bucket && t.OnceKey == once).Select(t => t.TransferNo).SingleAsync(cancellation);
        }

        return
        [
            .. shares.Where(s => s.TransferNo > settledBefore.GetValueOrDefault((s.AccountId, s.DueDate)))
                .GroupBy(s => (s.AccountId, s.DueDate))
                .Select(g => new TakenShare(g.Key.DueDate, g.Sum(s => s.AmountMinor), g.Key.AccountId == held))
                .Where(s => s.AmountMinor > 0)
                .OrderBy(s => s.IsReserve).ThenByDescending(s => s.DueDate),
        ];
    }

    /// <summary>What a stored refund gives back; null when the rail's statement of it is not here.</summary>
    public async Task<RefundedReceipt?> ReceiptAsync(OrderRow refund, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var key = new RailMovementKey(refund.ReceiptAccountId, Direction.PayIn, MovementKind.Receipt, refund.ReceiptKey);
        if (await context.BookedByAsync(key, cancellation) is not { } receipt)
        {
            return null;
        }

        var attempts = await context.Attempts.Where(a => a.Bucket == refund.Bucket && a.OrderId == refund.RefundOf).ToListAsync(cancellation);
        return Of(receipt, attempts);
    }

    public static RefundedReceipt Of(StatementRow receipt, IReadOnlyList<AttemptRow> attempts) =>
        new(receipt, attempts.LastOrDefault(a => a.ChannelAccountId == receipt.ChannelAccountId && a.Reference == receipt.Reference));

    /// <summary>The pay-in of a refund.</summary>
    public async Task<OrderRow> PayInAsync(OrderRow refund, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Orders.SingleAsync(o => o.Bucket == refund.Bucket && o.Id == refund.RefundOf, cancellation);
    }
}
