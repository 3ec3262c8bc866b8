using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
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
    private readonly OrderRow _order = Scene.PayIn() with { CountedPayers = "payer" };

    public SuspenseTests() => _books.Store(_order, Scene.Attempt(_order));

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void UnknownMoneyIsBookedOnceWithACaseUntilItIsAssigned()
    {
        Assert.Equal(ApplyResult.Suspense, Unknown(Scene.Bucket));
        Assert.Equal([(AccountKind.Clearing, -100_00L), (AccountKind.Suspense, 100_00)], _books.LastLegs());
        Assert.Equal(
            new StatementRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = ObservationKind.Paid, Source = StatementSource.Callback,
                Outcome = StatementOutcome.Suspense, DedupeKey = "k1", Reference = "r1-1", AmountMinor = Scene.Amount, Currency = "MXN", RailReference = "utr-k1", FindKey = "UTRK1",
                OccurredAtMs = Scene.Now - 1000, ReceivedAtMs = Scene.Now, BookedAtMs = Scene.Now, TransferNo = 1, Note = "no order has this number",
            },
            Assert.Single(_books.Receipts) with { Id = 0 });
        var transfer = Assert.Single(_books.Transfers.Values);
        Assert.Equal((TransferType.SuspenseReceipt, "callback", 0L, Scene.Now), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.BookedAtMs));

        var open = Assert.Single(_books.OpenCases);
        Assert.Equal((CaseKind.Suspense, Scene.Amount, 1), (open.Kind, open.AmountMinor, open.Count));

        Assert.Equal(ApplyResult.Repeated, Unknown(Scene.Bucket));
        Assert.Equal(ApplyResult.Contradiction, Unknown(Scene.Bucket, 1));
        Assert.Equal(ApplyResult.Contradiction, Unknown(Far));
        Assert.Equal((1, 2), (_books.Transfers.Count, _books.Left.Count(s => s.Outcome == StatementOutcome.Contradiction)));

        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket));
        Assert.DoesNotContain(_books.OpenCases, c => c.Kind == CaseKind.Suspense);
        Assert.Equal(ApplyResult.Repeated, Unknown(Scene.Bucket));
    }

    [Fact]
    public void TheChannelsCostIsBookedWithIt()
    {
        Assert.Equal(ApplyResult.Suspense, _books.Run(new BookSuspense(
            (Scene.Bucket, Scene.AccountId), Scene.Told(Scene.Said(_order, ObservationKind.Paid)), null, Scene.Cost, Scene.Today, Scene.Now)));
        Assert.Equal([(AccountKind.Clearing, -99_40L), (AccountKind.Suspense, 100_00), (AccountKind.ChannelCost, -60)], _books.LastLegs());
    }

    /// <summary>What the rail takes back of it is no longer there to be assigned.</summary>
    [Fact]
    public void WhatGoesBackOutOfSuspenseCannotBeAssigned()
    {
        Unknown(Scene.Bucket);
        Assert.Equal(ApplyResult.Applied, TakenBack(30_00, "b1"));
        Assert.Equal([(AccountKind.Suspense, -30_00L), (AccountKind.Clearing, 30_00)], _books.LastLegs());
        Assert.Equal(ApplyResult.Repeated, TakenBack(30_00, "b1"));
        Assert.Equal(ApplyResult.Waiting, TakenBack(70_01, "b2"));

        // Whoever wants to assign the whole has read it before it went back.
        Assert.Equal(AssignResult.WentBack, Pay(Scene.Bucket));
        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket, returnedMinor: 30_00));
        Assert.Equal((OrderState.PartlyPaid, 70_00L), (Now.State, Now.PaidMinor));
        Assert.Equal(0, _books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.Suspense, Scene.Currency)));
    }

    [Fact]
    public void AllOfItGoneBackEndsItsCase()
    {
        Unknown(Scene.Bucket);
        Assert.Equal(ApplyResult.Applied, TakenBack(Scene.Amount, "b1"));
        Assert.Empty(_books.OpenCases);
        Assert.Equal(AssignResult.WentBack, Pay(Scene.Bucket, returnedMinor: Scene.Amount));
        Assert.Equal(0, Now.PaidMinor);
    }

    /// <summary>A return before the money that it takes back, of a number that no order has.</summary>
    [Fact]
    public void AReturnBeforeItsUnknownMoneyWaitsForIt()
    {
        Assert.Equal(ApplyResult.Waiting, TakenBack(Scene.Amount, "b1"));
        Assert.Empty(_books.Transfers);
        var waiting = Assert.Single(_books.Left);
        Assert.Equal((StatementOutcome.Waiting, 0L), (waiting.Outcome, waiting.OrderId));
        Unknown(Scene.Bucket);
        var receipt = _books.Receipts.Single();
        Assert.Equal(ApplyResult.Applied, _books.Run(new BookSuspense(
            (Scene.Bucket, Scene.AccountId), Statement.Of(waiting), receipt.Key, default, Scene.Today, Scene.Now)));
        Assert.Equal((0L, 2), (_books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.Suspense, Scene.Currency)), _books.Transfers.Count));
        Assert.Empty(_books.OpenCases);
    }

    [Theory]
    [InlineData(ObservationKind.Failed, null, "no order has this reference")]
    [InlineData(ObservationKind.Paid, "money in USD, not in MXN", "money in USD, not in MXN")]
    public void WhatCannotBeBookedIsStoredWithACase(ObservationKind kind, string? problem, string note)
    {
        Assert.Equal(ApplyResult.Refused, _books.Run(new BookSuspense(
            (Scene.Bucket, Scene.AccountId), Scene.Told(Scene.Said(_order, kind) with { Currency = problem is null ? "" : "USD" }), null, default, Scene.Today, Scene.Now)
        {
            Problem = problem,
        }));
        Assert.Equal((StatementOutcome.Refused, note), _books.Left.Select(s => (s.Outcome, s.Note)).Single());
        Assert.Equal(CaseKind.RefusedStatement, Assert.Single(_books.OpenCases).Kind);
        Assert.Empty(_books.Transfers);
    }

    [Fact]
    public void WithinABucketItPaysTheOrderAsIfTheRailHadNamedIt()
    {
        Unknown(Scene.Bucket);
        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket));
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, Scene.Amount, 3_00L, 48L, "utr-k1", 1), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor, Now.Utr, Now.ResultVersion));
        Assert.Equal([EventType.AssignedFromSuspense, EventType.Paid], _books.History(Now.Key));
        Assert.Equal(("operator:7", "utr-k1"), _books.Events.Values.First() is var e ? (e.Cause, e.Detail) : default);
        Assert.Equal((Scene.Amount, 1), (_books.DailyTotals[Scene.Total(Direction.PayIn)].AmountMinor, _books.PayerCounts[Scene.Payer].Paid));
        Assert.Equal(1, Assert.Single(_books.Receipts).OrderId);
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
        Unknown(Far);
        Assert.Equal(AssignResult.Assigned, SendAway());
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Transit, 100_00)], _books.LastLegs(Far));
        Assert.Equal((TransferType.Transit, "assign-out:101:k1", 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.OnceKey, t.OrderId) : default);
        Assert.Equal(1, Assert.Single(_books.Receipts).OrderId);

        var writes = _books.Writes;
        Assert.Equal(AssignResult.Repeated, SendAway());
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Assert.Equal(AssignResult.Taken, SendAway(other));
        Assert.Equal(writes, _books.Writes);

        Assert.Equal(AssignResult.Assigned, Pay(Far));
        Assert.Equal([(AccountKind.Transit, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal("assign-in:101:k1", _books.Transfers.Values.First(x => x.Bucket == Scene.Bucket).OnceKey);
        var arrived = _books.Receipts.Single(r => r.Bucket == Scene.Bucket);
        Assert.Equal((1L, "crossed from bucket 10", 1L, Scene.Now + 5, Scene.Amount), (arrived.OrderId, arrived.Note, arrived.TransferNo, arrived.BookedAtMs, arrived.AmountMinor));
        Assert.Equal(AssignResult.Repeated, Pay(Far));
        Assert.Equal(OrderState.Paid, Now.State);
    }

    [Theory]
    [InlineData(Scene.Bucket)]
    [InlineData(Far)]
    public void TooLittleGoesOnWaitingForTheRestOfItsOrder(short bucket)
    {
        Unknown(bucket, 60_00);
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
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order, WholeOnly), Scene.Told(rest), Scene.Now)));
        Assert.Equal((OrderState.Paid, 0L, Scene.Amount), (Now.State, Now.SuspenseMinor, Now.PaidMinor));
        Assert.Equal(0, _books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.Suspense, Scene.Currency)));
    }

    [Fact]
    public void ATotalThatDoesNotFitIsRefused()
    {
        _books.Store(_order with { State = OrderState.PartlyPaid, PaidMinor = 40_00 }, Scene.Attempt(_order));
        Unknown(Scene.Bucket, long.MaxValue);
        var writes = _books.Writes;
        Assert.Throws<OverflowException>(() => Pay(Scene.Bucket, amountMinor: long.MaxValue));
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public void WhatWaitedComesWithIt()
    {
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order, WholeOnly), Scene.Told(Scene.Said(_order, ObservationKind.Paid, 40_00, "k0")), Scene.Now)));
        Unknown(Scene.Bucket, 60_00);
        Assert.Equal(AssignResult.Assigned, Pay(Scene.Bucket, amountMinor: 60_00, rules: WholeOnly));
        Assert.Equal([(AccountKind.Suspense, -100_00L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, 0L), (Now.State, Now.SuspenseMinor));
    }

    [Fact]
    public void ItRepaysWhatIsOwedOrIsUnsettledUntilItsDay()
    {
        _books.Open(Scene.Receivable, -50_00);
        Unknown(Scene.Bucket);
        Pay(Scene.Bucket);
        Assert.Equal(
            [(AccountKind.Suspense, -100_00L), (AccountKind.Receivable, 50_00), (AccountKind.Available, 46_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)], _books.LastLegs());

        Unknown(Scene.Bucket, key: "k2");
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

    private ApplyResult Unknown(short bucket, long amountMinor = Scene.Amount, string key = "k1") => _books.Run(
        new BookSuspense((bucket, Scene.AccountId), Scene.Told(Scene.Said(_order, ObservationKind.Paid, amountMinor, key)), null, default, Scene.Today, Scene.Now));

    private ApplyResult TakenBack(long amountMinor, string key) => _books.Run(new BookSuspense(
        (Scene.Bucket, Scene.AccountId),
        Scene.Told(Scene.Said(_order, ObservationKind.Returned, amountMinor, key)),
        _books.Receipts.FirstOrDefault()?.Key,
        default,
        Scene.Today,
        Scene.Now));

    /// <summary>The receipt as it was read: its id is that of the first with this key.</summary>
    private AssignResult SendAway(OrderRow? order = null, long amountMinor = Scene.Amount) => _books.Run(new SendSuspenseAway(Payment(Far, order ?? _order, amountMinor)));

    private AssignResult Pay(
        short bucket, OrderRow? order = null, long amountMinor = Scene.Amount, BookingRules? rules = null, string key = "k1", Terms? terms = null,
        long returnedMinor = 0) =>
        _books.Run(new PayFromSuspense(Payment(bucket, order ?? _order, amountMinor, rules, key, terms, returnedMinor)));

    private SuspensePayment Payment(
        short bucket, OrderRow order, long amountMinor = Scene.Amount, BookingRules? rules = null, string key = "k1", Terms? terms = null, long returnedMinor = 0) =>
        new(
            (_books.Receipts.FirstOrDefault(r => r.DedupeKey == key && r.Note.Length > 0 && r.Note[0] == 'n') ?? new StatementRow { Bucket = bucket }) with
            {
                ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, DedupeKey = key, AmountMinor = amountMinor, Currency = "MXN",
                RailReference = $"utr-{key}", OccurredAtMs = Scene.Now - 1000, ReturnedMinor = returnedMinor, OrderId = 0,
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
