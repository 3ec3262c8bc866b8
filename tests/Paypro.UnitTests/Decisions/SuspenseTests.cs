using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>Money that fits no order, and its way to the one that it was meant for.</summary>
public sealed class SuspenseTests
{
    private const short Far = Scene.Bucket + 3;
    private static readonly BookingRules WholeOnly = Scene.Rules with { AcceptsPartial = false };
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn() with { CountedIn = "payer" };

    public SuspenseTests() => _books.Store(_order, Scene.Attempt(_order));

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void StrangeMoneyIsBookedOnceAndSaysSoUntilItIsAssigned()
    {
        Assert.Equal(ApplyResult.Suspense, Strange(Scene.Bucket));
        Assert.Equal([(AccountKind.Clearing, -100_00L), (AccountKind.Suspense, 100_00)], _books.LastLegs());
        Assert.Equal(
            new ReceiptRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, DedupeKey = "k1", Reference = "r1-1", AmountMinor = Scene.Amount,
                Currency = "MXN", RailReference = "utr-k1", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 1, SuspenseReason = "nobody knows it",
            },
            Assert.Single(_books.Receipts.Values));
        var transfer = Assert.Single(_books.Transfers.Values);
        Assert.Equal((TransferType.SuspenseReceipt, "callback", 0L, Scene.Now), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.BookedAtMs));

        var writes = _books.Writes;
        Assert.Equal(ApplyResult.SuspenseRepeated, Strange(Scene.Bucket));
        Assert.Equal(ApplyResult.Contradiction, Strange(Scene.Bucket, 1));
        Assert.Equal(ApplyResult.Contradiction, Strange(Far));
        Assert.Equal(writes, _books.Writes);

        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket));
        Assert.Equal(ApplyResult.Repeated, Strange(Scene.Bucket));
    }

    [Fact]
    public void WithinABucketItPaysTheOrderAsIfTheRailHadNamedIt()
    {
        Strange(Scene.Bucket);
        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket));
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, Scene.Amount, 3_00L, 48L, "utr-k1", 1), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor, Now.Utr, Now.ResultVersion));
        Assert.Equal([EventType.AssignedFromSuspense, EventType.Paid], _books.History(Now.Key));
        Assert.Equal(("operator:7", "utr-k1"), _books.Events.Values.First() is var e ? (e.Cause, e.Detail) : default);
        Assert.Equal((Scene.Amount, 1), (_books.DailyTotals[Scene.Total(Direction.PayIn)].AmountMinor, _books.PayerCounts[Scene.Payer].Paid));
        Assert.Equal(1, Assert.Single(_books.Receipts.Values).OrderId);
        Assert.Equal((TransferType.SuspenseAssign, "operator:7", null, 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.Cause, t.OnceKey, t.OrderId) : default);

        var writes = _books.Writes;
        Assert.Equal(AssignResult.Repeated, Pay(Scene.Bucket));
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Assert.Equal(AssignResult.Taken, Pay(Scene.Bucket, other));
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public void FromAnotherBucketItCrossesInTwoHalves()
    {
        Strange(Far);
        Assert.Equal(AssignResult.Assigned, SendAway());
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Transit, 100_00)], _books.LastLegs(Far));
        Assert.Equal((TransferType.Transit, "assign-out:101:k1", 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.OnceKey, t.OrderId) : default);
        Assert.Equal(1, Assert.Single(_books.Receipts.Values).OrderId);

        var writes = _books.Writes;
        Assert.Equal(AssignResult.Repeated, SendAway());
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Assert.Equal(AssignResult.Taken, SendAway(other));
        Assert.Equal(writes, _books.Writes);

        Assert.Equal(AssignResult.Assigned, Pay(Far));
        Assert.Equal([(AccountKind.Transit, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal("assign-in:101:k1", _books.Transfers.Values.First(x => x.Bucket == Scene.Bucket).OnceKey);
        var arrived = _books.Receipts.Values.Single(r => r.Bucket == Scene.Bucket);
        Assert.Equal((1L, "crossed from bucket 10", 1L, Scene.Now + 5, Scene.Amount), (arrived.OrderId, arrived.SuspenseReason, arrived.TransferNo, arrived.BookedAtMs, arrived.AmountMinor));
        Assert.Equal(AssignResult.Repeated, Pay(Far));
        Assert.Equal(OrderState.Paid, Now.State);
    }

    [Theory]
    [InlineData(Scene.Bucket)]
    [InlineData(Far)]
    public void TooLittleGoesOnWaitingForTheRestOfItsOrder(short bucket)
    {
        Strange(bucket, 60_00);
        if (bucket == Far)
        {
            SendAway(amountMinor: 60_00);
        }

        var transfers = _books.Transfers.Count;
        Assert.Equal(AssignResult.Assigned, Pay(bucket, amountMinor: 60_00, rules: WholeOnly));
        Assert.Equal((OrderState.Pending, 60_00L, 0L, 0), (Now.State, Now.SuspenseMinor, Now.PaidMinor, Now.ResultVersion));
        Assert.Equal([EventType.AssignedFromSuspense, EventType.HeldInSuspense], _books.History(Now.Key));
        Assert.Equal("utr-k1", _books.LastEvent(Now.Key).Detail);
        Assert.Equal(transfers + (bucket == Far ? 1 : 0), _books.Transfers.Count);
        Assert.Equal(60_00, _books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.Suspense, Scene.Currency)));
        Assert.Equal(AssignResult.Repeated, Pay(bucket, amountMinor: 60_00, rules: WholeOnly));
        Assert.Equal(60_00, Now.SuspenseMinor);

        // The rest comes by the rail, and all of it is credited.
        var rest = Scene.Said(_order, ObservationKind.Paid, 40_00, "k2");
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInObservation(Scene.Ref(_order, WholeOnly), rest, "callback", Scene.Now)));
        Assert.Equal((OrderState.Paid, 0L, Scene.Amount), (Now.State, Now.SuspenseMinor, Now.PaidMinor));
        Assert.Equal(0, _books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.Suspense, Scene.Currency)));
    }

    [Fact]
    public void ATotalThatDoesNotFitIsRefused()
    {
        _books.Store(_order with { State = OrderState.PartlyPaid, PaidMinor = 40_00 }, Scene.Attempt(_order));
        Strange(Scene.Bucket, long.MaxValue);
        var writes = _books.Writes;
        Assert.Throws<OverflowException>(() => Pay(Scene.Bucket, amountMinor: long.MaxValue));
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public void WhatWaitedComesWithIt()
    {
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInObservation(Scene.Ref(_order, WholeOnly), Scene.Said(_order, ObservationKind.Paid, 40_00, "k0"), "callback", Scene.Now)));
        Strange(Scene.Bucket, 60_00);
        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket, amountMinor: 60_00, rules: WholeOnly));
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, 0L), (Now.State, Now.SuspenseMinor));
    }

    [Fact]
    public void ItRepaysWhatIsOwedOrIsUnsettledUntilItsDay()
    {
        _books.Open(Scene.Receivable, -50_00);
        Strange(Scene.Bucket);
        Pay(Scene.Bucket);
        Assert.Equal(
            [(AccountKind.Suspense, -100_00L), (AccountKind.Receivable, 50_00), (AccountKind.Available, 46_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());

        Strange(Scene.Bucket, key: "k2");
        Pay(Scene.Bucket, key: "k2", terms: Scene.Terms with { SettlementDays = 1 });
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Unsettled, 97_68), (AccountKind.Fees, 2_00), (AccountKind.Tax, 32)], _books.LastLegs());
        Assert.Equal((20260303, 97_68L), _books.Dues.Values.Select(d => (d.DueDate, d.AmountMinor)).Single());
    }

    [Fact]
    public void AnAccountIsNamedByItsBucket()
    {
        var payment = Payment(Far, _order);
        Assert.Equal((Far, AccountKind.Suspense), AccountId.Open(payment.Suspense(Far)) is var s ? (s.Bucket, s.Kind) : default);
        Assert.Equal((Scene.Bucket, AccountKind.Transit), AccountId.Open(payment.Transit(Scene.Bucket)) is var t ? (t.Bucket, t.Kind) : default);
        Assert.Equal(Scene.Bucket, payment.KeyAtOrder.Bucket);
    }

    private ApplyResult Strange(short bucket, long amountMinor = Scene.Amount, string key = "k1") => _books.Run(
        new BookSuspense(bucket, Scene.AccountId, Scene.Said(_order, ObservationKind.Paid, amountMinor, key), "nobody knows it", Scene.Today, Scene.Now));

    private AssignResult SendAway(OrderRow? order = null, long amountMinor = Scene.Amount) => _books.Run(new SendSuspenseAway(Payment(Far, order ?? _order, amountMinor)));

    private AssignResult Pay(
        short bucket, OrderRow? order = null, long amountMinor = Scene.Amount, BookingRules? rules = null, string key = "k1", Terms? terms = null) =>
        _books.Run(new PayFromSuspense(Payment(bucket, order ?? _order, amountMinor, rules, key, terms)));

    private static SuspensePayment Payment(
        short bucket, OrderRow order, long amountMinor = Scene.Amount, BookingRules? rules = null, string key = "k1", Terms? terms = null) =>
        new(
            new ReceiptRow
            {
                Bucket = bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, DedupeKey = key, AmountMinor = amountMinor, Currency = "MXN",
                RailReference = $"utr-{key}", OccurredAtMs = Scene.Now - 1000, SuspenseReason = "nobody knows it",
            },
            order,
            rules ?? Scene.Rules,
            "operator:7",
            Scene.Now + 5)
        {
            CountedWays = ["*"],
            Terms = terms ?? Scene.Terms,
        };
}
