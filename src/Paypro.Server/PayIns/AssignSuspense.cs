using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What came of assigning.</summary>
internal enum AssignResult
{
    /// <summary>The order has the money now.</summary>
    Assigned,

    /// <summary>It had it already; nothing moved.</summary>
    Repeated,

    /// <summary>No receipt of this channel account has this key.</summary>
    NoReceipt,

    /// <summary>No pay-in has this number.</summary>
    NoOrder,

    /// <summary>The money belongs to another order.</summary>
    Taken,

    /// <summary>The order is in another currency.</summary>
    OtherCurrency,

    /// <summary>The rail took the money back.</summary>
    WentBack,

    /// <summary>The payer chose a way at another price meanwhile, or the money was taken back from an order: nothing moved, and it is read again. No caller sees it.</summary>
    Changed,
}

/// <summary>
/// A person says which order money in suspense was meant for. Within a bucket that is one command; from another bucket the money
/// crosses over <c>transit</c> in two, each with a key that makes it happen once. A crash in between leaves it in transit, claimed
/// for this order alone; doing it again finishes it, and <see cref="FinishCrossings"/> does it again.
/// </summary>
internal sealed class AssignSuspense(SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, HeldPayIns held, IContexts contexts, NotificationSignal notifications, TimeProvider time)
{
    /// <summary>So often is an order read again whose price changes meanwhile.</summary>
    private const int Rounds = 8;

    /// <param name="channelAccountId">Where the money came.</param>
    /// <param name="dedupeKey">The rail's own key of the movement.</param>
    /// <param name="orderNumber">Our public number of the order that it pays.</param>
    /// <param name="cause">Who says so: <c>operator:…</c>, <c>sandbox</c>.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    /// <param name="action">What a person did, stored with it; null where nobody is asked to approve.</param>
    /// <param name="timesTakenBack">To finish an assignment: only while the receipt was taken back no more than this often since (<see cref="StatementRow.TimesTakenBack"/>).</param>
    /// <exception cref="WriteInDoubtException">Ask again: it happens once.</exception>
    /// <exception cref="WriterBusyException">The order's price went on changing, or the money is on its way back from there: ask again.</exception>
    public async Task<AssignResult> AssignAsync(
        long channelAccountId, string dedupeKey, string orderNumber, string cause, CancellationToken cancellation, CaseActionRow? action = null, int? timesTakenBack = null)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var result = await TryAsync(channelAccountId, dedupeKey, orderNumber, cause, action, timesTakenBack, cancellation);
            if (result != AssignResult.Changed)
            {
                return result;
            }
        }

        throw new WriterBusyException();
    }

    private async Task<AssignResult> TryAsync(
        long channelAccountId, string dedupeKey, string orderNumber, string cause, CaseActionRow? action, int? timesTakenBack, CancellationToken cancellation)
    {
        if (await queries.FindAsync(orderNumber, cancellation) is not { Order: { Direction: Direction.PayIn } order } picture)
        {
            return AssignResult.NoOrder;
        }

        if (await FindReceiptAsync(channelAccountId, dedupeKey, cancellation) is not { } receipt)
        {
            return AssignResult.NoReceipt;
        }

        if (timesTakenBack is { } times && receipt.TimesTakenBack != times)
        {
            return AssignResult.Repeated;
        }

        if (receipt.Currency != order.Currency)
        {
            return AssignResult.OtherCurrency;
        }

        var payment = new SuspensePayment(receipt, order, snapshots.Current.Rules[order.Country], cause, time.NowMs())
        {
            Terms = await snapshots.Current.Book.OfAsync(PayInBooking.TermsOf(order, attempt: null)),
            Action = action,
            HoldsMoney = order.Exceptions.HasFlag(OrderExceptions.HoldsMoney) || await held.HoldsAsync(order, receipt),
            CountedWays = snapshots.Current.LimitedWays(order.MerchantNo, Direction.PayIn, picture.Current?.Way ?? order.Way),
        };
        if (payment.CrossesBuckets && await writer.WriteAsync(new SendSuspenseAway(payment)) is (AssignResult.Taken or AssignResult.WentBack or AssignResult.Changed) and var refused)
        {
            return refused;
        }

        var result = await writer.WriteAsync(new PayFromSuspense(payment));
        notifications.Wake();
        return result;
    }

    /// <summary>The rail's key of the unassigned receipt that carries a rail reference (UTR, tracking key); null when there is not exactly one.</summary>
    public async Task<string?> FindKeyAsync(long channelAccountId, string railReference, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var keys = await context.Statements
            .Where(s => Buckets.All.Contains(s.Bucket) && s.Outcome == StatementOutcome.Suspense && s.OrderId == 0 && s.ChannelAccountId == channelAccountId
                && s.RailReference == railReference)
            .Select(s => s.DedupeKey).Take(2).ToListAsync(cancellation);
        return keys is [var key] ? key : null;
    }

    /// <summary>The receipt as it came: the statement that told the movement first.</summary>
    private async Task<StatementRow?> FindReceiptAsync(long channelAccountId, string dedupeKey, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.BookedByAsync(new RailMovementKey(channelAccountId, Direction.PayIn, MovementKind.Receipt, dedupeKey), cancellation);
    }
}

/// <summary>Which money pays which order.</summary>
/// <param name="Receipt">As it came, in the bucket where it waits.</param>
/// <param name="Order">What is read of it never changes; the commands read the rest under their lock.</param>
/// <param name="Rules">Of the order's country.</param>
/// <param name="Cause">Who says so.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal sealed record SuspensePayment(StatementRow Receipt, OrderRow Order, BookingRules Rules, string Cause, long NowMs)
{
    /// <summary>Begins the reason of the second row of a receipt that crossed.</summary>
    public const string CrossedFrom = "crossed from bucket ";

    /// <summary>The price: the order's (<see cref="PayInBooking.TermsOf"/>). It changes while nothing has come, so it is compared under the lock.</summary>
    public required Terms Terms { get; init; }

    /// <summary>What a person did, in the bucket of the receipt; null where nobody is asked to approve.</summary>
    public CaseActionRow? Action { get; init; }

    /// <summary>Whether what it brings is held until two people release it.</summary>
    public bool HoldsMoney { get; init; }

    /// <inheritdoc cref="AttemptRef.CountedWays"/>
    public IReadOnlyList<string> CountedWays { get; init; } = [];

    /// <summary>The day's totals that the money counts in.</summary>
    public IEnumerable<DailyTotalKey> Totals =>
        CountedWays.Select(way => new DailyTotalKey(Order.Bucket, Order.MerchantNo, Direction.PayIn, way, Rules.ValueDate(NowMs)));

    /// <summary>Where the order counts when it is paid.</summary>
    public IEnumerable<PayerCountKey> Payers => PayerLimits.Of(Order.Bucket, Order.MerchantNo, Order.CountedPayers, Order.CountedPayers.Length == 0 ? 0 : Rules.ValueDate(Order.CreatedAtMs));
    public Currency Currency { get; } = Currency.Get(Receipt.Currency);
    public bool CrossesBuckets => Receipt.Bucket != Order.Bucket;

    /// <summary>What is left of it: the rail may have taken a part back. It is certain once the receipt is claimed for the order.</summary>
    public long AmountMinor => Receipt.AmountMinor - Receipt.ReturnedMinor;

    /// <summary>The receipt's key in the bucket of the order.</summary>
    public StatementKey KeyAtOrder => Receipt.Key with { Bucket = Order.Bucket };

    public RailMovementKey Movement => Receipt.Movement.Everywhere(MovementKind.Receipt);

    /// <summary>The case of the money that nobody knew; it is over.</summary>
    public void EndCase(BatchState state) =>
        state.End(Receipt.Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", Receipt), $"Assigned to order {Order.Number}.", Cause);

    public AccountKey Suspense(short bucket) => AccountId.Platform(bucket, AccountKind.Suspense, Currency);

    public AccountKey Transit(short bucket) => AccountId.Platform(bucket, AccountKind.Transit, Currency);

    public TransferCause CauseOf(TransferType type, string? half) => new(
        type,
        Cause,
        Order.Id,
        half is null ? null : new CrossingKey(half, Receipt.ChannelAccountId, Receipt.TimesTakenBack, Receipt.DedupeKey).ToString(),
        NowMs,
        Rules.ValueDate(NowMs));
}
