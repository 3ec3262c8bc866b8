using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What came of taking an assignment back.</summary>
internal enum UndoResult
{
    /// <summary>The money is nobody's again.</summary>
    Undone,

    /// <summary>It was already; nothing moved.</summary>
    Repeated,

    /// <summary>The receipt is assigned to no order.</summary>
    NotAssigned,

    /// <summary>It is assigned to another order than the one named.</summary>
    OtherOrder,

    /// <summary>It has not arrived at the order yet.</summary>
    OnItsWay,

    /// <summary>The rail took this money back, or a part of it, from the order.</summary>
    WentBack,

    /// <summary>The merchant refunds this money, or has refunded it.</summary>
    Refunded,

    /// <summary>Somebody disputes this money, or it was lost in a dispute.</summary>
    Disputed,

    /// <summary>The order does not hold as much any more, less what is being refunded.</summary>
    TooLittle,

    /// <summary>The order changed since it was read: nothing moved, and it is read again. No caller sees it.</summary>
    Changed,
}

/// <summary>
/// Money in suspense was assigned to an order that it was not meant for: it is taken back, and can be assigned again. Within a bucket that is one command. Money
/// that had crossed goes back over <c>transit</c> to where it came, in two, each with a key that makes it happen once; a crash in between leaves it in
/// transit, and doing it again, or <see cref="FinishCrossings"/>, brings it there.
/// </summary>
internal sealed class UndoAssignment(
    SnapshotStore snapshots, BatchWriter writer, RefundReads refunds, IContexts contexts, NotificationSignal notifications, TimeProvider time)
{
    /// <summary>So often is an order read again that others change meanwhile.</summary>
    private const int Rounds = 8;

    /// <param name="key">The receipt where it came.</param>
    /// <param name="orderNumber">The order that it was assigned to, as the person knew it.</param>
    /// <param name="cause">Who says so: <c>operator:…</c>.</param>
    /// <param name="action">What a person did; of the order's bucket it is made here.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    /// <exception cref="WriterBusyException">The order went on changing: ask again.</exception>
    public async Task<UndoResult> UndoAsync(StatementKey key, string orderNumber, string cause, CaseActionRow action, CancellationToken cancellation)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (problem, seen) = await ReadAsync(key, orderNumber, cancellation);
            if (seen is null)
            {
                return problem;
            }

            var order = seen.Value.Picture.PayIn;
            var wrong = new WrongAssignment(seen.Value.Receipt, order, seen.Value.Picture.NotAvailable, snapshots.Current.Rules[order.Country], cause, time.NowMs())
            {
                Terms = await snapshots.Current.Book.OfAsync(PayInBooking.TermsOf(order, attempt: null)),
                Action = action with { Bucket = order.Bucket, OrderId = order.Id },
                UtrAfter = seen.Value.Picture.Receipts.FirstOrDefault(r => r.Id != seen.Value.Receipt.Id)?.RailReference ?? order.Utr,
            };
            var result = problem == UndoResult.Repeated ? problem : await writer.WriteAsync(new TakeAssignmentBack(wrong));
            if (result == UndoResult.Changed)
            {
                continue;
            }

            if (wrong.CrossedBuckets && result is UndoResult.Undone or UndoResult.Repeated)
            {
                // Whoever came first or second: the money is where it came when this returns.
                result = await writer.WriteAsync(new FinishTakingBack(wrong.Receipt, order.Key, order.Number, cause, wrong.ValueDate, wrong.NowMs)) == UndoResult.Undone
                    ? UndoResult.Undone : result;
            }

            notifications.Wake();
            return result;
        }

        throw new WriterBusyException();
    }

    /// <summary>Why an assignment cannot be taken back now; <see cref="UndoResult.Undone"/> when it can.</summary>
    public async Task<UndoResult> LookAsync(StatementKey key, string orderNumber, CancellationToken cancellation) => (await ReadAsync(key, orderNumber, cancellation)).Problem;

    /// <summary>Brings money back that left an order and never arrived where it came, because the process ended in between.</summary>
    /// <param name="key">What made it leave happen once.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    public async Task FinishTakingBackAsync(CrossingKey key, CancellationToken cancellation)
    {
        StatementRow? receipt;
        OrderRow? order;
        await using (var context = contexts.Create())
        {
            receipt = await context.BookedByAsync(new RailMovementKey(key.ChannelAccountId, Direction.PayIn, MovementKind.Receipt, key.DedupeKey), cancellation);
            order = receipt is not { OrderId: not 0 } || receipt.TimesTakenBack != key.TimesTakenBack ? null
                : await context.Orders.SingleOrDefaultAsync(o => o.Bucket == receipt.OrderBucket && o.Id == receipt.OrderId, cancellation);
        }

        if (order is not null)
        {
            var nowMs = time.NowMs();
            await writer.WriteAsync(new FinishTakingBack(receipt!, order.Key, order.Number, "clock", snapshots.Current.Rules[order.Country].ValueDate(nowMs), nowMs));
        }
    }

    private async Task<(UndoResult Problem, (StatementRow Receipt, RefundPicture Picture)? Seen)> ReadAsync(StatementKey key, string orderNumber, CancellationToken cancellation)
    {
        StatementRow? receipt;
        await using (var context = contexts.Create())
        {
            receipt = await context.Statements.SingleOrDefaultAsync(s => s.Bucket == key.Bucket && s.Id == key.Id, cancellation);
            if (receipt is not { Outcome: StatementOutcome.Suspense, Direction: Direction.PayIn, Kind: ObservationKind.Paid, OrderId: not 0 } || receipt.Note == PayInBooking.Underpaid)
            {
                return (UndoResult.NotAssigned, null);
            }
        }

        if (await refunds.FindAsync(new OrderKey(receipt.OrderBucket, receipt.OrderId), cancellation) is not { PayIn: var order } picture || order.Number != orderNumber)
        {
            return (UndoResult.OtherOrder, null);
        }

        // After the order: who finds less in it since the money was just taken back sees that here.
        StatementRow? arrived;
        await using (var context = contexts.Create())
        {
            arrived = await context.Statements.SingleOrDefaultAsync(s => s.Bucket == receipt.OrderBucket && s.Id == key.Id, cancellation);
        }

        // Back from the order; what had crossed may not be where it came yet.
        if (arrived is not null && arrived.TimesTakenBack > receipt.TimesTakenBack)
        {
            return (UndoResult.Repeated, receipt.Bucket == order.Bucket ? null : (receipt, picture));
        }

        if (arrived?.OrderId != order.Id)
        {
            return (UndoResult.OnItsWay, null);
        }

        // The rail names the reference that the money came with. Of two receipts with one reference nobody can tell which of them went back.
        var amountMinor = receipt.AmountMinor - receipt.ReturnedMinor;
        var problem = picture.Returns.Any(r => r.ChannelAccountId == receipt.ChannelAccountId && r.Reference == receipt.Reference) ? UndoResult.WentBack
            : picture.Refunds.Any(r => r.State is OrderState.Pending or OrderState.Paid && r.ReceiptAccountId == receipt.ChannelAccountId && r.ReceiptKey == receipt.DedupeKey) ? UndoResult.Refunded
            : picture.Disputes.Any(d => d.ExpectedMinor > 0 && d.ReceiptAccountId == receipt.ChannelAccountId && d.ReceiptKey == receipt.DedupeKey) ? UndoResult.Disputed
            : order.FreeMinor < amountMinor && order.SuspenseMinor < amountMinor ? UndoResult.TooLittle
            : UndoResult.Undone;
        return (problem, problem == UndoResult.Undone ? (receipt, picture) : null);
    }
}

/// <summary>Which assignment is taken back.</summary>
/// <param name="Receipt">As it was read where it came.</param>
/// <param name="Order">As it was read with <paramref name="Shares"/>. Whatever changes them, but for the settlement, writes an event of the order.</param>
/// <param name="Shares">What the order brought and is not available yet.</param>
/// <param name="Rules">Of the order's country.</param>
/// <param name="Cause">Who says so.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal sealed record WrongAssignment(StatementRow Receipt, OrderRow Order, IReadOnlyList<TakenShare> Shares, BookingRules Rules, string Cause, long NowMs)
{
    /// <summary>The order's price.</summary>
    public required Terms Terms { get; init; }

    /// <summary>In the order's bucket.</summary>
    public required CaseActionRow Action { get; init; }

    /// <summary>The reference of what stays, where something does.</summary>
    public required string UtrAfter { get; init; }

    public bool CrossedBuckets => Receipt.Bucket != Order.Bucket;

    public long AmountMinor => Receipt.AmountMinor - Receipt.ReturnedMinor;

    public int ValueDate => Rules.ValueDate(NowMs);

    public StatementKey KeyAtOrder => Receipt.Key with { Bucket = Order.Bucket };

    public OrderAccounts Accounts { get; } = new(new AttemptRef
    {
        Order = Order.Key, AttemptNo = 0, MerchantNo = Order.MerchantNo, Direction = Order.Direction, Currency = Protocol.Currency.Get(Receipt.Currency), Terms = Terms.Free,
        ChannelAccountId = Receipt.ChannelAccountId, Cost = default, Reference = "", Rules = Rules,
    });
}
