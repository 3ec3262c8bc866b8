using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a rail's "went back" makes of a pay-in.</summary>
public sealed class PayInReturnTests
{
    private static readonly BookingRules WholeOnly = Scene.Rules with { AcceptsPartial = false };
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn();

    public PayInReturnTests() => _books.Store(_order, Scene.Attempt(_order));

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void TheWholeGoesBackWithItsPrice()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Returned(Scene.Amount));
        Assert.Equal([(AccountKind.Available, -96_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Clearing, 100_00)], _books.LastLegs());
        Assert.Equal(
            (OrderState.Returned, Scene.Amount, Scene.Amount, 0L, 0L, "00029", "RETURNED", 2),
            (Now.State, Now.PaidMinor, Now.ReturnedMinor, Now.FeeMinor, Now.TaxMinor, Now.FailureCode, Now.Message, Now.ResultVersion));
        Assert.Equal((EventType.Returned, "the payer asked"), Last());
        Assert.Equal(
            new ReturnRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, DedupeKey = "b1", OrderId = 1, AmountMinor = Scene.Amount,
                Currency = "MXN", RailReference = "utr-b1", Reason = "the payer asked", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 2,
            },
            Assert.Single(_books.Returns.Values));
        Assert.Equal((TransferType.PayInReturn, "callback", 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.Cause, t.OrderId) : default);
        Assert.Contains(_books.Movements.Values, m => m is { Kind: MovementKind.Return, DedupeKey: "b1" });
    }

    [Fact]
    public void ToldAgainItCountsOnceAndWithOtherContentItIsARiddle()
    {
        Paid(Scene.Amount);
        Returned(Scene.Amount);
        var writes = _books.Writes;
        Assert.Equal(ApplyResult.Repeated, Returned(Scene.Amount));
        Assert.Equal(writes, _books.Writes);
        Assert.Equal(ApplyResult.Contradiction, Returned(1_00));
        Assert.Equal((EventType.Contradiction, "the same rail reference was told with other content"), Last());
    }

    [Fact]
    public void AnotherOrdersReturnIsNotThisOnes()
    {
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Paid(Scene.Amount);
        Returned(Scene.Amount);
        _books.Run(new ApplyPayInObservation(Scene.Ref(other), Scene.Said(other, ObservationKind.Paid, key: "k9"), "callback", Scene.Now));
        Assert.Equal(ApplyResult.Contradiction, _books.Run(new ApplyPayInObservation(Scene.Ref(other), Scene.Said(other, ObservationKind.Returned, key: "b1"), "callback", Scene.Now)));
        Assert.Equal(0, _books.Orders[other.Key].ReturnedMinor);
    }

    [Fact]
    public void APartGoesBackAndTheOrderStaysPaid()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Returned(30_00));
        Assert.Equal([(AccountKind.Available, -30_00L), (AccountKind.Clearing, 30_00)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, 30_00L, 3_00L, "", ""), (Now.State, Now.ReturnedMinor, Now.FeeMinor, Now.FailureCode, Now.Message));

        // The last part gives the price back.
        Assert.Equal(ApplyResult.Applied, Returned(70_00, "b2"));
        Assert.Equal([(AccountKind.Available, -66_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Clearing, 70_00)], _books.LastLegs());
        Assert.Equal(OrderState.Returned, Now.State);
        Assert.Equal(0, _books.Balance(Scene.Available));
    }

    [Fact]
    public void WhereThePriceIsKeptTheMerchantPaysIt()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Returned(Scene.Amount, terms: Scene.Terms with { ReturnsFee = false }));
        Assert.Equal([(AccountKind.Available, -96_52L), (AccountKind.Receivable, -3_48), (AccountKind.Clearing, 100_00)], _books.LastLegs());
        Assert.Equal((OrderState.Returned, 3_00L, 48L), (Now.State, Now.FeeMinor, Now.TaxMinor));
    }

    [Fact]
    public void MoreThanWasPaidAndThanIsHeldIsARiddle()
    {
        _books.Store(_order with { State = OrderState.PartlyPaid, PaidMinor = 30_00, SuspenseMinor = 30_00 }, Scene.Attempt(_order));
        Assert.Equal(ApplyResult.Contradiction, Returned(31_00));
    }

    [Fact]
    public void MoreThanWasPaidIsARiddle()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Contradiction, Returned(100_01));
        Assert.Equal((EventType.Contradiction, "more came back than was paid"), Last());
        Returned(60_00);
        Assert.Equal(ApplyResult.Contradiction, Returned(40_01, "b2"));
        Assert.Equal(60_00, Now.ReturnedMinor);
        Assert.Equal(ApplyResult.Applied, Returned(40_00, "b3"));
    }

    [Fact]
    public void BeforeItsPaymentItIsOutOfOrderAndLeavesNoTrace()
    {
        Assert.Equal(ApplyResult.OutOfOrder, Returned(Scene.Amount));
        Assert.Equal(0, _books.Writes);
    }

    [Fact]
    public void AMovementThatAnotherBucketHasBookedMovesNothing()
    {
        Paid(Scene.Amount);
        Elsewhere("b1");
        Assert.Equal(ApplyResult.Contradiction, Returned(Scene.Amount));
        Assert.Equal((EventType.Contradiction, BatchState.ToldElsewhere), Last());
        Assert.Empty(_books.Returns);
    }

    [Fact]
    public void MoneyThatWaitedForTheRestGoesBackOutOfSuspense()
    {
        Paid(40_00, WholeOnly);
        Assert.Equal(ApplyResult.Contradiction, Returned(40_01));
        Elsewhere("b0");
        Assert.Equal(ApplyResult.Contradiction, Returned(1_00, "b0"));
        Assert.Equal(ApplyResult.Applied, Returned(10_00));
        Assert.Equal([(AccountKind.Suspense, -10_00L), (AccountKind.Clearing, 10_00)], _books.LastLegs());
        Assert.Equal((OrderState.Pending, 30_00L, 0L, 0, Scene.Expires), (Now.State, Now.SuspenseMinor, Now.ReturnedMinor, Now.ResultVersion, Now.TimerDueMs));
        Assert.Equal((EventType.Returned, "the payer asked"), Last());
        Assert.Equal((10_00L, 2L), _books.Returns.Values.Select(r => (r.AmountMinor, r.TransferNo)).Single());
    }

    [Theory]
    [InlineData(nameof(OrderState.Pending), 0, 40_00, true)]
    [InlineData(nameof(OrderState.Pending), 0, 39_99, false)]
    [InlineData(nameof(OrderState.Pending), Scene.Now + 5, 40_00, false)]
    [InlineData(nameof(OrderState.Expired), 0, 40_00, false)]
    public void AnOrderThatWaitedForAPersonBecauseOfItExpiresAgain(string state, long timerMs, long backMinor, bool expires)
    {
        Paid(40_00, WholeOnly);
        _books.Store(Now with { State = Enum.Parse<OrderState>(state), TimerDueMs = timerMs, Exceptions = OrderExceptions.NeedsPerson | OrderExceptions.Contradiction }, _books.Attempts.Values.Single());
        Assert.Equal(ApplyResult.Applied, Returned(backMinor));
        Assert.Equal(
            expires ? (OrderExceptions.Contradiction, Scene.Expires) : (OrderExceptions.NeedsPerson | OrderExceptions.Contradiction, timerMs),
            (Now.Exceptions, Now.TimerDueMs));
    }

    [Fact]
    public void WhatTheMerchantHasNoLongerItOwes()
    {
        Paid(Scene.Amount);
        _books.Open(Scene.Available, -90_00);
        Returned(Scene.Amount);
        Assert.Equal(
            [(AccountKind.Available, -6_52L), (AccountKind.Receivable, -90_00), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Clearing, 100_00)],
            _books.LastLegs());
    }

    [Fact]
    public void APriceAboveTheLastPartIsACreditThatRepaysFirst()
    {
        Paid(Scene.Amount);
        Returned(99_00);
        Assert.Equal((0L, -2_48L), (_books.Balance(Scene.Available), _books.Balance(Scene.Receivable)));
        Returned(1_00, "b2");
        Assert.Equal([(AccountKind.Receivable, 2_48L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Clearing, 1_00)], _books.LastLegs());
        Assert.Equal((0L, 0L), (_books.Balance(Scene.Available), _books.Balance(Scene.Receivable)));
    }

    [Fact]
    public void MoneyAfterAReturnPaysThePriceOfWhatStayed()
    {
        Paid(Scene.Amount);
        Returned(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Paid(50_00, key: "k2"));

        // 2 % of 50.00 and 1.00, and 16 % of that.
        Assert.Equal((OrderState.PartlyPaid, 150_00L, 2_00L, 32L), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor));
        Assert.Equal((OrderExceptions.None, ""), (Now.Exceptions, Now.FailureCode));
        Assert.Equal(ApplyResult.Applied, Paid(50_00, key: "k3"));
        Assert.Equal((OrderState.Paid, OrderExceptions.None, 3_00L), (Now.State, Now.Exceptions, Now.FeeMinor));
        Assert.Equal(ApplyResult.Applied, Paid(1, key: "k4"));
        Assert.Equal(OrderExceptions.Over, Now.Exceptions);
    }

    [Fact]
    public void WhereThePriceIsKeptMoneyAfterAReturnPaysOnTheWhole()
    {
        var kept = Scene.Terms with { ReturnsFee = false };
        Paid(Scene.Amount, terms: kept);
        Returned(40_00, terms: kept);
        Assert.Equal(ApplyResult.Applied, Paid(10_00, terms: kept, key: "k2"));
        Assert.Equal((3_20L, 51L, 110_00L), (Now.FeeMinor, Now.TaxMinor, Now.PaidMinor));
        Assert.Equal(OrderExceptions.None, Now.Exceptions);
    }

    private ApplyResult Paid(long amountMinor, BookingRules? rules = null, Terms? terms = null, string key = "k1") => _books.Run(
        new ApplyPayInObservation(Scene.Ref(_order, rules, terms), Scene.Said(_order, ObservationKind.Paid, amountMinor, key), "callback", Scene.Now));

    private ApplyResult Returned(long amountMinor, string key = "b1", Terms? terms = null) => _books.Run(
        new ApplyPayInObservation(Scene.Ref(_order, terms: terms), Scene.Said(_order, ObservationKind.Returned, amountMinor, key, "the payer asked"), "callback", Scene.Now));

    private void Elsewhere(string key) => _books.Movements[Scene.Ref(_order).Movement(key).Everywhere(MovementKind.Return)] = new RailMovementRow
    {
        ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = MovementKind.Return, DedupeKey = key, Bucket = Scene.Bucket + 1,
    };

    private (EventType Type, string Detail) Last() => _books.LastEvent(_order.Key) is var e ? (e.Type, e.Detail) : default;
}
