using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a rail's "paid" makes of a pay-in: every field, every leg.</summary>
public sealed class PayInMoneyTests
{
    private static readonly BookingRules WholeOnly = Scene.Rules with { AcceptsPartial = false };
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn();

    public PayInMoneyTests() => _books.Store(_order, Scene.Attempt(_order) with { LeaseUntilMs = 5, CostMinor = 7 });

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void WhatWasAskedForIsCreditedLessThePrice()
    {
        Assert.Equal(ApplyResult.Applied, Paid(Scene.Amount));
        Assert.Equal(
            [(AccountKind.Clearing, -99_40L), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48), (AccountKind.ChannelCost, -60)],
            _books.LastLegs());
        Assert.Equal(
            _order with
            {
                State = OrderState.Paid, PaidMinor = Scene.Amount, FeeMinor = 3_00, TaxMinor = 48, Utr = "utr-k1", SuccessAtMs = Scene.Now - 1000, TimerDueMs = 0,
                EventCount = 2, ResultVersion = 1, ContentHash = Now.ContentHash,
            },
            Now);
        var transfer = Assert.Single(_books.Transfers.Values);
        Assert.Equal((TransferType.PayInReceipt, "callback", 1L, null, Scene.Now), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.OnceKey, transfer.BookedAtMs));
        Assert.All(_books.Entries.Values, e => Assert.Equal((Scene.Today, 0, Scene.Now), (e.ValueDate, e.DueDate, e.BookedAtMs)));
        Assert.Equal(
            new StatementRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = ObservationKind.Paid, Source = StatementSource.Callback,
                Outcome = StatementOutcome.Booked, DedupeKey = "k1", OrderId = 1, Reference = "r1-1", AmountMinor = Scene.Amount, Currency = "MXN", RailReference = "utr-k1", FindKey = "UTRK1",
                OccurredAtMs = Scene.Now - 1000, ReceivedAtMs = Scene.Now, BookedAtMs = Scene.Now, TransferNo = 1,
            },
            Assert.Single(_books.Receipts) with { Id = 0 });
        Assert.Equal((AttemptState.Done, 0L, 67L), _books.Attempts.Values.Select(a => (a.State, a.LeaseUntilMs, a.CostMinor)).Single());
        Assert.Equal((EventType.Paid, "callback", "utr-k1", Scene.Now), (_books.LastEvent(_order.Key) is var e ? (e.Type, e.Cause, e.Detail, e.AtMs) : default));
        Assert.Equal((Scene.Amount, 1), (_books.DailyTotals[Scene.Total(Direction.PayIn)].AmountMinor, _books.PayerCounts[Scene.Payer].Paid));
        var movement = Assert.Single(_books.Movements.Values);
        Assert.Equal((Scene.Bucket, 1L, Scene.Amount), (movement.Bucket, movement.OrderId, movement.AmountMinor));
        Assert.Equal(_books.Receipts.Single().Key, movement.Statement);
        var told = Assert.Single(_books.Notifications.Values);
        Assert.Equal((Scene.MerchantNo, 1, (short)0, Scene.Now, 0L), (told.MerchantNo, told.Version, told.Tries, told.DueAtMs, told.LeaseUntilMs));
    }

    [Fact]
    public void ToldAgainItCountsOnce()
    {
        Paid(Scene.Amount);
        var writes = _books.Writes;
        Assert.Equal(ApplyResult.Repeated, Paid(Scene.Amount));
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public void TheSameKeyWithAnotherAmountMovesNothingAndIsStoredWithACase()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Contradiction, Paid(Scene.Amount + 1));
        Assert.Equal(OrderExceptions.Contradiction, Now.Exceptions);
        Assert.Equal(EventType.Contradiction, Last().Type);
        Assert.Contains("100.01 MXN, key k1", Last().Detail, StringComparison.Ordinal);
        Assert.Single(_books.Transfers);
        Assert.Equal((StatementOutcome.Contradiction, "k1", Scene.Amount + 1), _books.Left.Select(s => (s.Outcome, s.DedupeKey, s.AmountMinor)).Single());
        Assert.Equal((CaseKind.Contradiction, Scene.Amount + 1, 1), Assert.Single(_books.OpenCases) is var c ? (c.Kind, c.AmountMinor, c.Count) : default);

        // Told again it is the same statement; another one is another, with a case of its own.
        var events = _books.Events.Count;
        Assert.Equal(ApplyResult.Contradiction, Paid(Scene.Amount + 1));
        Assert.Equal(ApplyResult.Contradiction, Paid(Scene.Amount + 2));
        Assert.Equal([1, 2], _books.OpenCases.Select(c => c.Count).Order());
        Assert.Equal([Scene.Amount + 1, Scene.Amount + 2], _books.Left.Select(s => s.AmountMinor).Order());
        Assert.Equal((events, 1), (_books.Events.Count, _books.Transfers.Count));
    }

    [Fact]
    public void OneMovementPaysOneOrder()
    {
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Paid(Scene.Amount);

        // Told again under the other order's reference, in the same bucket.
        Assert.Equal(ApplyResult.Contradiction, _books.Run(new ApplyPayInStatement(Scene.Ref(other), Scene.Told(Scene.Said(other, ObservationKind.Paid)), Scene.Now)));
        Assert.Equal(0, _books.Orders[other.Key].PaidMinor);
        Assert.Single(_books.Transfers);
    }

    [Fact]
    public void AMovementThatAnotherBucketHasBookedMovesNothing()
    {
        var everywhere = Scene.Ref(_order).Movement("k1").Everywhere(MovementKind.Receipt);
        _books.Movements[everywhere] = new RailMovementRow
        {
            ChannelAccountId = Scene.AccountId, Direction = Direction.PayIn, Kind = MovementKind.Receipt, DedupeKey = "k1", Bucket = Scene.Bucket + 1,
        };
        Assert.Equal(ApplyResult.Contradiction, Paid(Scene.Amount));
        Assert.Equal(EventType.Contradiction, Last().Type);
        Assert.Empty(_books.Transfers);
        Assert.Equal(StatementOutcome.Contradiction, Assert.Single(_books.Left).Outcome);
    }

    [Fact]
    public void APartIsPartlyPaidAndTheRestMakesItWhole()
    {
        Assert.Equal(ApplyResult.Applied, Paid(40_00));
        Assert.Equal((OrderState.PartlyPaid, 40_00L, 1_80L, 29L, Scene.Expires, 1), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal((EventType.PartlyPaid, "utr-k1"), Last());
        Assert.False(_books.PayerCounts.ContainsKey(Scene.Payer));

        Assert.Equal(ApplyResult.Applied, Paid(60_00, "k2"));
        Assert.Equal((OrderState.Paid, Scene.Amount, 3_00L, 48L, 0L, 2), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal((OrderExceptions.None, "utr-k2"), (Now.Exceptions, Now.Utr));
        Assert.Equal((EventType.Paid, "utr-k2"), Last());
        Assert.Equal(1, _books.PayerCounts[Scene.Payer].Paid);
        Assert.Equal(Scene.Amount, _books.DailyTotals[Scene.Total(Direction.PayIn)].AmountMinor);
        Assert.Equal(96_52, _books.Balance(Scene.Available));
    }

    [Fact]
    public void MoreIsCreditedAsOver()
    {
        Paid(Scene.Amount);
        Assert.Equal(ApplyResult.Applied, Paid(1, "k2"));
        Assert.Equal((OrderState.Paid, OrderExceptions.Over, 100_01L, 2), (Now.State, Now.Exceptions, Now.PaidMinor, Now.ResultVersion));
        Assert.Equal((EventType.PaidMore, "utr-k2"), Last());

        // More of it changes nothing of that.
        Paid(1, "k3");
        Assert.Equal((OrderExceptions.Over, 100_02L), (Now.Exceptions, Now.PaidMinor));

        // It was paid once: the payer's count says so.
        Assert.Equal(1, _books.PayerCounts[Scene.Payer].Paid);
    }

    [Fact]
    public void LateTwiceIsLate()
    {
        foreach (var key in (string[])["k1", "k2"])
        {
            Assert.Equal(
                ApplyResult.Applied,
                _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(Scene.Said(_order, ObservationKind.Paid, 1_00, key, occurredAtMs: Scene.Expires), "query"), Scene.Expires)));
            Assert.Equal(OrderExceptions.Late, Now.Exceptions);
        }
    }

    [Fact]
    public void ThePayersOtherPaymentsStayCounted()
    {
        _books.PayerCounts[Scene.Payer] = PayerCountRow.Of(Scene.Payer) with { Begun = 3, Paid = 1, BegunAtMs = 5 };
        Paid(Scene.Amount);
        Assert.Equal((3, 2, 5L), _books.PayerCounts[Scene.Payer] is var p ? (p.Begun, p.Paid, p.BegunAtMs) : default);
    }

    /// <summary>What a rail says is not bounded as a merchant's amounts are.</summary>
    [Fact]
    public void ATotalThatDoesNotFitIsRefused()
    {
        _books.Store(_order with { State = OrderState.PartlyPaid, PaidMinor = 60_00 }, Scene.Attempt(_order));
        Assert.Throws<OverflowException>(() => Paid(long.MaxValue));
        Assert.Equal(0, _books.Writes);
    }

    /// <summary>Else every "still pending" of a rail would wait for the accounts of the bucket.</summary>
    [Fact]
    public void AWordWithoutMoneyNeedsNoAccounts()
    {
        var needs = new Needs();
        new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(Scene.Said(_order, ObservationKind.Pending), "query"), Scene.Now).Declare(needs);
        new ApplyPayoutStatement(Scene.Ref(Scene.Payout()), Scene.Told(Scene.Said(Scene.Payout(), ObservationKind.Pending), "query", Scene.Now), false, 0, Scene.Now).Declare(needs);
        Assert.Empty(needs.Chains);
        Assert.Empty(needs.Accounts);
        Assert.Equal(_order.Key, Assert.Single(needs.Orders));
    }

    [Theory]
    [InlineData(0, false, false, Scene.Now)]
    [InlineData(Scene.Expires - 1 - Scene.Now, false, false, Scene.Expires - 1)]
    [InlineData(Scene.Expires - Scene.Now, false, true, Scene.Expires)]
    [InlineData(-1000, true, true, Scene.Now - 1000)]
    [InlineData(Scene.Created - Scene.Now - 5, false, false, Scene.Created)]
    [InlineData(Scene.Expires - Scene.Now + 5, false, true, Scene.Expires)]
    public void LateIsByTheRailsClockWithinWhatCanBe(long occurredAfterMs, bool failed, bool late, long paidAtMs)
    {
        var nowMs = Math.Max(Scene.Now, Math.Min(Scene.Now + occurredAfterMs, Scene.Expires));
        if (failed)
        {
            _books.Store(_order with { State = OrderState.Failed, FailureCode = "00029", Message = "REJECTED", TimerDueMs = 0 }, _books.Attempts.Values.Single());
        }

        var said = Scene.Said(_order, ObservationKind.Paid, occurredAtMs: occurredAfterMs == 0 ? 0 : Scene.Now + occurredAfterMs);
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(said, "query"), nowMs)));
        Assert.Equal((late ? OrderExceptions.Late : OrderExceptions.None, paidAtMs, OrderState.Paid), (Now.Exceptions, Now.SuccessAtMs, Now.State));
        Assert.Equal(("", ""), (Now.FailureCode, Now.Message));
    }

    [Theory]
    [InlineData(Scene.Expires - 1, Scene.Expires)]
    [InlineData(Scene.Expires, 0)]
    public void APartThatCameTooLateWaitsForNothing(long nowMs, long timerMs)
    {
        _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(Scene.Said(_order, ObservationKind.Paid, 1_00), "query"), nowMs));
        Assert.Equal((OrderState.PartlyPaid, timerMs), (Now.State, Now.TimerDueMs));
    }

    [Fact]
    public void WhereNothingPartialIsKnownItWaitsInSuspenseForTheRest()
    {
        Assert.Equal(ApplyResult.Applied, Paid(99_99, rules: WholeOnly));
        Assert.Equal([(AccountKind.Clearing, -99_39L), (AccountKind.Suspense, 99_99), (AccountKind.ChannelCost, -60)], _books.LastLegs());
        Assert.Equal((OrderState.Pending, 0L, 99_99L, 0L, 0, Scene.Expires), (Now.State, Now.PaidMinor, Now.SuspenseMinor, Now.FeeMinor, Now.ResultVersion, Now.TimerDueMs));
        Assert.Equal((EventType.HeldInSuspense, "utr-k1"), Last());
        Assert.Equal((StatementOutcome.Suspense, "underpaid", 1L), _books.Receipts.Select(r => (r.Outcome, r.Note, r.TransferNo)).Single());
        Assert.Empty(_books.OpenCases);
        Assert.Equal(TransferType.SuspenseReceipt, _books.Transfers.Values.Single().Type);
        Assert.Equal(99_99, _books.DailyTotals[Scene.Total(Direction.PayIn)].AmountMinor);
        Assert.Empty(_books.Notifications);

        Assert.Equal(ApplyResult.Applied, Paid(1, "k2", WholeOnly));
        Assert.Equal(
            [
                (AccountKind.Clearing, 9L), (AccountKind.Suspense, -99_99), (AccountKind.Available, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48),
                (AccountKind.ChannelCost, -10),
            ],
            _books.LastLegs());
        Assert.Equal((OrderState.Paid, Scene.Amount, 0L, 1), (Now.State, Now.PaidMinor, Now.SuspenseMinor, Now.ResultVersion));
        Assert.Equal(("", 2L), _books.Receipts.Where(r => r.DedupeKey == "k2").Select(r => (r.Note, r.TransferNo)).Single());
    }

    /// <summary>Nobody is going to look at the order any more, so a case says that less than asked is there.</summary>
    [Theory]
    [InlineData(nameof(OrderState.Expired), Scene.Now)]
    [InlineData(nameof(OrderState.Failed), Scene.Now)]
    [InlineData(nameof(OrderState.Pending), Scene.Expires)]
    public void TooLittleForAnOrderWhoseTimeIsOverIsACaseUntilTheRestComes(string state, long nowMs)
    {
        _books.Store(_order with { State = Enum.Parse<OrderState>(state), TimerDueMs = 0, FailureCode = "00029" }, Scene.Attempt(_order));
        var said = Scene.Told(Scene.Said(_order, ObservationKind.Paid, 40_00));
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order, WholeOnly), said, nowMs)));
        Assert.Equal((OrderExceptions.NeedsPerson, 40_00L), (Now.Exceptions, Now.SuspenseMinor));
        var open = Assert.Single(_books.OpenCases);
        Assert.Equal((CaseKind.Underpaid, "n1", 40_00L), (open.Kind, open.Subject, open.AmountMinor));

        Assert.Equal(ApplyResult.Applied, Paid(60_00, "k2", WholeOnly));
        Assert.Equal((OrderState.Paid, 0L, false), (Now.State, Now.SuspenseMinor, Now.Exceptions.HasFlag(OrderExceptions.NeedsPerson)));
        Assert.Empty(_books.OpenCases);
    }

    [Fact]
    public void WhereNothingPartialIsKnownTheWholeIsCreditedAtOnce()
    {
        Assert.Equal(ApplyResult.Applied, Paid(Scene.Amount, rules: WholeOnly));
        Assert.Equal((OrderState.Paid, 0L), (Now.State, Now.SuspenseMinor));
    }

    [Fact]
    public void MoneyThatIsSettledLaterIsUnsettledWithItsDate()
    {
        Assert.Equal(ApplyResult.Applied, Paid(Scene.Amount, terms: Scene.Terms with { SettlementDays = 2 }));
        Assert.Equal(
            [(AccountKind.Clearing, -99_40L), (AccountKind.Unsettled, 96_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48), (AccountKind.ChannelCost, -60)],
            _books.LastLegs());
        Assert.Equal((20260304, 96_52L, 0L, 0), _books.Dues.Values.Select(d => (d.DueDate, d.AmountMinor, d.SettledMinor, d.RunCount)).Single());
        Assert.Equal(20260304, _books.Entries.Values.Single(e => e.DueDate != 0).DueDate);
    }

    [Fact]
    public void WhatTheMerchantOwesIsRepaidFirst()
    {
        _books.Open(Scene.Receivable, -50_00);
        Paid(Scene.Amount, cost: default(CostTerms));
        Assert.Equal(
            [(AccountKind.Clearing, -100_00L), (AccountKind.Receivable, 50_00), (AccountKind.Available, 46_52), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48)],
            _books.LastLegs());
    }

    private ApplyResult Paid(long amountMinor, string key = "k1", BookingRules? rules = null, Terms? terms = null, CostTerms? cost = null) => _books.Run(
        new ApplyPayInStatement(Scene.Ref(_order, rules, terms, cost), Scene.Told(Scene.Said(_order, ObservationKind.Paid, amountMinor, key)), Scene.Now));

    private (EventType Type, string Detail) Last() => _books.LastEvent(_order.Key) is var e ? (e.Type, e.Detail) : default;
}
