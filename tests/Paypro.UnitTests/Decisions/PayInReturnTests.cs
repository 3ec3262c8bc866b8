using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
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
            new StatementRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = ObservationKind.Returned, Source = StatementSource.Callback,
                Outcome = StatementOutcome.Booked, DedupeKey = "b1", OrderId = 1, Reference = "r1-1", AmountMinor = Scene.Amount, Currency = "MXN", RailReference = "utr-b1", FindKey = "UTRB1",
                Reason = "the payer asked", OccurredAtMs = Scene.Now - 1000, ReceivedAtMs = Scene.Now, BookedAtMs = Scene.Now, TransferNo = 2,
            },
            Assert.Single(_books.Returns) with { Id = 0 });
        Assert.Equal((TransferType.PayInReturn, "callback", 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.Cause, t.OrderId) : default);
        Assert.Contains(_books.Movements.Values, m => m is { Kind: MovementKind.Return, DedupeKey: "b1" });
    }

    [Fact]
    public void ToldAgainItCountsOnceAndWithOtherContentItContradicts()
    {
        Paid(Scene.Amount);
        Returned(Scene.Amount);
        var writes = _books.Writes;
        Assert.Equal(ApplyResult.Repeated, Returned(Scene.Amount));
        Assert.Equal(writes, _books.Writes);
        Assert.Equal(ApplyResult.Contradiction, Returned(1_00));
        Assert.Equal(EventType.Contradiction, Last().Type);
        Assert.EndsWith("the same movement is booked with 10000 minor units", Last().Detail, StringComparison.Ordinal);
        Assert.Equal((StatementOutcome.Contradiction, "b1", 1_00L), _books.Left.Select(s => (s.Outcome, s.DedupeKey, s.AmountMinor)).Single());
    }

    [Fact]
    public void AnotherOrdersReturnIsNotThisOnes()
    {
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Paid(Scene.Amount);
        Returned(Scene.Amount);
        _books.Run(new ApplyPayInStatement(Scene.Ref(other), Scene.Told(Scene.Said(other, ObservationKind.Paid, key: "k9")), Scene.Now));
        Assert.Equal(ApplyResult.Contradiction, _books.Run(new ApplyPayInStatement(Scene.Ref(other), Scene.Told(Scene.Said(other, ObservationKind.Returned, key: "b1")), Scene.Now)));
        Assert.Equal(0, _books.Orders[other.Key].ReturnedMinor);
    }

    [Fact]
    public void APartGoesBackAndThePaidOrderStaysPaidUntilAllIsBack()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Returned(30_00));
        Assert.Equal([(AccountKind.Available, -30_00L), (AccountKind.Clearing, 30_00)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, 30_00L, 3_00L, "", "", 2), (Now.State, Now.ReturnedMinor, Now.FeeMinor, Now.FailureCode, Now.Message, Now.ResultVersion));

        // The last part gives the price back.
        Assert.Equal(ApplyResult.Applied, Returned(70_00, "b2"));
        Assert.Equal([(AccountKind.Available, -66_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Clearing, 70_00)], _books.LastLegs());
        Assert.Equal((OrderState.Returned, "RETURNED"), (Now.State, Now.Message));
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
    public void APartlyPaidOrderFollowsItsAmountDown()
    {
        Paid(70_00);
        Assert.Equal(ApplyResult.Applied, Returned(30_00));
        Assert.Equal((OrderState.PartlyPaid, 40_00L, 2), (Now.State, PayInBooking.HeldMinor(Now), Now.ResultVersion));
        Assert.Equal(ApplyResult.Applied, Paid(60_00, key: "k2"));
        Assert.Equal(OrderState.Paid, Now.State);
        Assert.Equal(ApplyResult.Applied, Returned(99_99, "b2"));
        Assert.Equal((OrderState.Paid, 1L), (Now.State, PayInBooking.HeldMinor(Now)));
    }

    /// <summary>No 0001 in the country: what was paid stays paid, and what comes once all is back has to be enough.</summary>
    [Fact]
    public void WhereNothingPartialIsKnownAPaidOrderStaysPaidToo()
    {
        Paid(Scene.Amount, WholeOnly);
        Assert.Equal(ApplyResult.Applied, Returned(30_00, rules: WholeOnly));
        Assert.Equal((OrderState.Paid, "", "", 2), (Now.State, Now.FailureCode, Now.Message, Now.ResultVersion));
        Assert.Equal(ApplyResult.Applied, Returned(70_00, "b2", rules: WholeOnly));
        Assert.Equal((OrderState.Returned, "00029", "RETURNED"), (Now.State, Now.FailureCode, Now.Message));

        // What comes now is credited: it was complete once.
        Assert.Equal(ApplyResult.Applied, Paid(10_00, WholeOnly, key: "k2"));
        Assert.Equal((OrderState.Returned, "00029", "PARTLY_RETURNED", 10_00L, 0L, 4), (Now.State, Now.FailureCode, Now.Message, PayInBooking.HeldMinor(Now), Now.SuspenseMinor, Now.ResultVersion));
        Assert.Equal(ApplyResult.Applied, Paid(90_00, WholeOnly, key: "k3"));
        Assert.Equal((OrderState.Paid, "", "", Scene.Amount), (Now.State, Now.FailureCode, Now.Message, PayInBooking.HeldMinor(Now)));
        Assert.Equal(1, _books.PayerCounts[Scene.Payer].Paid);
    }

    [Fact]
    public void APartThatGoesBackOfMoreThanWasAskedLeavesItPaid()
    {
        Paid(130_00);
        Assert.Equal(ApplyResult.Applied, Returned(30_00));
        Assert.Equal((OrderState.Paid, Scene.Amount), (Now.State, PayInBooking.HeldMinor(Now)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_00)]
    public void MoreThanIsHeldWaitsForItsPayment(long heldMinor)
    {
        if (heldMinor > 0)
        {
            Paid(heldMinor);
        }

        var transfers = _books.Transfers.Count;
        Assert.Equal(ApplyResult.Waiting, Returned(200_00));
        Assert.Equal(transfers, _books.Transfers.Count);
        Assert.Equal((EventType.StatementWaits, OrderExceptions.Waiting), (Last().Type, Now.Exceptions));
        var left = Assert.Single(_books.Left);
        Assert.Equal((StatementOutcome.Waiting, "b1", 200_00L, 1L), (left.Outcome, left.DedupeKey, left.AmountMinor, left.OrderId));
        var open = Assert.Single(_books.OpenCases);
        Assert.Equal((CaseKind.WaitingReturn, 200_00L, "MXN", 1, left.Id), (open.Kind, open.AmountMinor, open.Currency, open.Count, open.StatementId));

        // Told again it is the same statement and the same case, once more.
        Assert.Equal(ApplyResult.Waiting, Returned(200_00));
        Assert.Equal(2, (Assert.Single(_books.OpenCases), Assert.Single(_books.Left)).Item1.Count);

        // Its payment comes: now it goes back.
        Paid(200_00, key: "k2");
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Statement.Of(left), Scene.Now) { LastWaiting = true }));
        Assert.Equal((heldMinor, 200_00L), (PayInBooking.HeldMinor(Now), Now.ReturnedMinor));
        Assert.Empty(_books.OpenCases);
        Assert.Equal((0, StatementOutcome.Booked), (_books.Left.Count(), Assert.Single(_books.Returns).Outcome));
        Assert.False(Now.Exceptions.HasFlag(OrderExceptions.Waiting));
        Assert.Equal(ApplyResult.Repeated, _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Statement.Of(left), Scene.Now)));
        Assert.Equal(ApplyResult.Repeated, Returned(200_00));
    }

    [Fact]
    public void AMovementThatAnotherBucketHasBookedMovesNothing()
    {
        Paid(Scene.Amount);
        Elsewhere("b1");
        Assert.Equal(ApplyResult.Contradiction, Returned(Scene.Amount));
        Assert.Equal(EventType.Contradiction, Last().Type);
        Assert.EndsWith("the same movement is booked for another reference", Last().Detail, StringComparison.Ordinal);
        Assert.Empty(_books.Returns);
    }

    [Fact]
    public void MoneyThatWaitedForTheRestGoesBackOutOfSuspense()
    {
        Paid(40_00, WholeOnly);
        Assert.Equal(ApplyResult.Waiting, Returned(40_01, "b9"));
        Elsewhere("b0");
        Assert.Equal(ApplyResult.Contradiction, Returned(1_00, "b0"));
        Assert.Equal(ApplyResult.Applied, Returned(10_00));
        Assert.Equal([(AccountKind.Suspense, -10_00L), (AccountKind.Clearing, 10_00)], _books.LastLegs());
        Assert.Equal((OrderState.Pending, 30_00L, 0L, 0, Scene.Expires), (Now.State, Now.SuspenseMinor, Now.ReturnedMinor, Now.ResultVersion, Now.TimerDueMs));
        Assert.Equal((EventType.Returned, "the payer asked"), Last());
        Assert.Equal((10_00L, 2L), _books.Returns.Select(r => (r.AmountMinor, r.TransferNo)).Single());
    }

    [Theory]
    [InlineData(nameof(OrderState.Pending), 0, 40_00, true)]
    [InlineData(nameof(OrderState.Pending), 0, 39_99, false)]
    [InlineData(nameof(OrderState.Pending), Scene.Now + 5, 40_00, false)]
    [InlineData(nameof(OrderState.Expired), 0, 40_00, false)]
    public void AnOrderThatNeededAPersonBecauseOfItExpiresAgain(string state, long timerMs, long backMinor, bool expires)
    {
        Paid(40_00, WholeOnly);
        _books.Store(Now with { State = Enum.Parse<OrderState>(state), TimerDueMs = timerMs, Exceptions = OrderExceptions.NeedsPerson | OrderExceptions.Contradiction }, _books.Attempts.Values.Single());
        Assert.Equal(ApplyResult.Applied, Returned(backMinor));
        Assert.Equal(
            backMinor == 40_00 ? (OrderExceptions.Contradiction, expires ? Scene.Expires : timerMs) : (OrderExceptions.NeedsPerson | OrderExceptions.Contradiction, timerMs),
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
        new ApplyPayInStatement(Scene.Ref(_order, rules, terms), Scene.Told(Scene.Said(_order, ObservationKind.Paid, amountMinor, key)), Scene.Now));

    private ApplyResult Returned(long amountMinor, string key = "b1", Terms? terms = null, BookingRules? rules = null) => _books.Run(
        new ApplyPayInStatement(Scene.Ref(_order, rules, terms), Scene.Told(Scene.Said(_order, ObservationKind.Returned, amountMinor, key, "the payer asked")), Scene.Now));

    private void Elsewhere(string key) => _books.Movements[Scene.Ref(_order).Movement(key).Everywhere(MovementKind.Return)] = new RailMovementRow
    {
        ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = MovementKind.Return, DedupeKey = key, Bucket = Scene.Bucket + 1,
    };

    private (EventType Type, string Detail) Last() => _books.LastEvent(_order.Key) is var e ? (e.Type, e.Detail) : default;
}
