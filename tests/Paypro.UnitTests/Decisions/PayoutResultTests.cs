using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a rail says of a payout: every field, every leg.</summary>
public sealed class PayoutResultTests : PayoutBooks
{
    [Fact]
    public void PaidTakesTheReservation()
    {
        Sending();
        Books.Store(Now with { Exceptions = OrderExceptions.NeedsPerson }, Attempt);
        Assert.Equal(ApplyResult.Applied, Paid());
        Assert.Equal(
            [(AccountKind.Frozen, -Reserved), (AccountKind.Clearing, 100_60), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48), (AccountKind.ChannelCost, -60)], Books.LastLegs());
        Assert.Equal(
            (OrderState.Paid, Scene.Amount, "utr-k1", Scene.Now - 1000, OrderExceptions.None, 0L, 1),
            (Now.State, Now.PaidMinor, Now.Utr, Now.SuccessAtMs, Now.Exceptions, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal((AttemptState.Done, 0L, 60L), (Attempt.State, Attempt.LeaseUntilMs, Attempt.CostMinor));
        Assert.Equal((EventType.Paid, "callback", "utr-k1"), Books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.Equal(
            new ReceiptRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.Payout, DedupeKey = "k1", OrderId = 1, Reference = "r1-1",
                AmountMinor = Scene.Amount, Currency = "MXN", RailReference = "utr-k1", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 3,
            },
            Assert.Single(Books.Receipts.Values));
        var transfer = Books.Transfers.Values.Last();
        Assert.Equal((TransferType.PayoutPost, "callback", 1L, Scene.Now), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.BookedAtMs));
        Assert.Equal(Scene.Now, Books.Notifications[Now.Key].DueAtMs);

        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Repeated, Paid());
        Assert.Equal(writes, Books.Writes);
        Assert.Equal((ApplyResult.Contradiction, "the same rail reference was told with other content"), (Paid(1_00), Books.LastEvent(Now.Key).Detail));
    }

    [Fact]
    public void WithoutATimeOfItsOwnItIsPaidNow()
    {
        Sending();
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(Asked, ObservationKind.Paid, occurredAtMs: 0)));
        Assert.Equal(Scene.Now, Now.SuccessAtMs);
    }

    [Fact]
    public void PaidTwiceOrAnotherAmountOrElsewhereIsARiddle()
    {
        Sending();
        Assert.Equal((ApplyResult.Contradiction, "the rail paid another amount"), (Paid(99_99), Books.LastEvent(Now.Key).Detail));
        Sending();
        Elsewhere(MovementKind.Receipt, "k1");
        Assert.Equal((ApplyResult.Contradiction, BatchState.ToldElsewhere), (Paid(), Books.LastEvent(Now.Key).Detail));
        Books.Movements.Clear();
        Sending();
        Paid();
        Assert.Equal((ApplyResult.Contradiction, "the rail says paid twice"), (Paid(key: "k2"), Books.LastEvent(Now.Key).Detail));
        Assert.Equal(OrderExceptions.Contradiction, Now.Exceptions);
        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Contradiction, Paid(key: "k2"));
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void PaidAfterFailedIsARiddle()
    {
        Sending();
        Say(Scene.Said(Asked, ObservationKind.Failed));
        Assert.Equal((ApplyResult.Contradiction, "the rail says paid after it failed"), (Paid(), Books.LastEvent(Now.Key).Detail));
        Assert.Equal(0, Books.Balance(Scene.Frozen));
    }

    [Fact]
    public void AnotherOrdersMovementIsNotThisOnes()
    {
        Sending();
        Paid();
        var other = Scene.Payout(2);
        Books.Store(other, Scene.Attempt(other));
        Assert.Equal(ApplyResult.Contradiction, Books.Run(new ApplyPayoutObservation(Scene.Ref(other), Scene.Said(other, ObservationKind.Paid), "callback", Scene.Now, false, Finality, Scene.Now)));
        Assert.Equal(OrderState.Pending, Books.Orders[other.Key].State);
    }

    [Fact]
    public void FailedGivesTheReservationBackAndRepaysWhatIsOwed()
    {
        Sending();
        Books.Open(Scene.Receivable, -50_00);
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(Asked, ObservationKind.Failed, reason: "no such account")));
        Assert.Equal([(AccountKind.Frozen, -Reserved), (AccountKind.Receivable, 50_00), (AccountKind.Available, 53_48)], Books.LastLegs());
        AssertVoided("00029", "REJECTED", "callback", "no such account");

        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Repeated, Say(Scene.Said(Asked, ObservationKind.Failed)));
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void FailedAfterPaidIsARiddle()
    {
        Sending();
        Paid();
        Assert.Equal((ApplyResult.Contradiction, "the rail says failed after it said paid"), (Say(Scene.Said(Asked, ObservationKind.Failed)), Books.LastEvent(Now.Key).Detail));
        Assert.Equal(OrderState.Paid, Now.State);
    }

    /// <summary>The finality time, in which the sender's lease is counted, is over by the time of the question.</summary>
    [Theory]
    [InlineData(nameof(AttemptState.Sending), 1, true)]
    [InlineData(nameof(AttemptState.Unknown), 1, true)]
    [InlineData(nameof(AttemptState.Sending), 0, false)]
    [InlineData(nameof(AttemptState.Accepted), 1, false)]
    [InlineData(nameof(AttemptState.Ready), 1, false)]
    public void NotFoundIsAFailureOnlyWhenItCanNoLongerArrive(string attempt, long afterMs, bool failed)
    {
        Sending();
        Books.Store(Now, Attempt with { State = Enum.Parse<AttemptState>(attempt) });
        var saidAtMs = Attempt.SentAtMs + Finality + afterMs;
        Assert.Equal(failed ? ApplyResult.Applied : ApplyResult.Nothing, Say(Scene.Said(Asked, ObservationKind.NotFound), saidAtMs: saidAtMs));
        Assert.Equal(failed ? OrderState.Failed : OrderState.Pending, Now.State);
        if (failed)
        {
            AssertVoided("00029", "REJECTED", "callback", "the rail never received it");
        }
    }

    [Fact]
    public void NotFoundSaysNothingOfAPayoutThatIsPaid()
    {
        Sending();
        Books.Store(Now with { State = OrderState.Paid }, Attempt);
        Assert.Equal(ApplyResult.Nothing, Say(Scene.Said(Asked, ObservationKind.NotFound), saidAtMs: Scene.Now + 10 * Finality));
    }

    [Theory]
    [InlineData(ObservationKind.Pending)]
    [InlineData(ObservationKind.Unreachable)]
    public void WhatSaysNothingNewChangesNothing(ObservationKind kind)
    {
        Sending();
        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Nothing, Say(Scene.Said(Asked, kind)));
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void ReturnedCreditsTheAmountAndThePrice()
    {
        Sending();
        Paid();
        Books.Open(Scene.Receivable, -50_00);
        Assert.Equal(ApplyResult.Applied, Returned());
        Assert.Equal(
            [(AccountKind.Clearing, -100_00L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Receivable, 50_00), (AccountKind.Available, 53_48)], Books.LastLegs());
        Assert.Equal(
            (OrderState.Returned, Scene.Amount, Scene.Amount, 0L, 0L, "00029", "RETURNED", 2),
            (Now.State, Now.PaidMinor, Now.ReturnedMinor, Now.FeeMinor, Now.TaxMinor, Now.FailureCode, Now.Message, Now.ResultVersion));
        Assert.Equal((EventType.Returned, "wrong name"), Books.LastEvent(Now.Key) is var e ? (e.Type, e.Detail) : default);
        Assert.Equal(
            new ReturnRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.Payout, DedupeKey = "b1", OrderId = 1, AmountMinor = Scene.Amount,
                Currency = "MXN", RailReference = "utr-b1", Reason = "wrong name", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 5,
            },
            Assert.Single(Books.Returns.Values));
        Assert.Equal(TransferType.PayoutReturn, Books.Transfers.Values.Last().Type);

        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Repeated, Returned());
        Assert.Equal(writes, Books.Writes);
        Assert.Equal((ApplyResult.Contradiction, "the same rail reference was told with other content"), (Returned(1_00), Books.LastEvent(Now.Key).Detail));
    }

    [Fact]
    public void WhereThePriceIsKeptTheAmountAloneComesBack()
    {
        Sending();
        Paid();
        Assert.Equal(ApplyResult.Applied, Returned(terms: Scene.Terms with { ReturnsFee = false }));
        Assert.Equal([(AccountKind.Clearing, -100_00L), (AccountKind.Available, 100_00)], Books.LastLegs());
        Assert.Equal((3_00L, 48L), (Now.FeeMinor, Now.TaxMinor));
    }

    [Fact]
    public void AReturnBeforeItsPaymentIsFinalOnlyAsTheWholeStory()
    {
        Sending();
        var writes = Books.Writes;
        Assert.Equal(ApplyResult.OutOfOrder, Returned());
        Assert.Equal(writes, Books.Writes);

        Elsewhere(MovementKind.Return, "b1");
        Assert.Equal((ApplyResult.Contradiction, BatchState.ToldElsewhere), (Returned(wholeStory: true), Books.LastEvent(Now.Key).Detail));
        Books.Movements.Clear();
        Assert.Equal(ApplyResult.Applied, Returned(wholeStory: true));
        AssertVoided("00029", "RETURNED", "callback", "wrong name");
        Assert.Equal((0L, Scene.Amount), Books.Returns.Values.Select(r => (r.TransferNo, r.AmountMinor)).Single());
    }

    [Fact]
    public void AReturnOfAnotherAmountOrOfNothingIsARiddle()
    {
        Sending();
        Assert.Equal((ApplyResult.Contradiction, "another amount came back than was paid"), (Returned(99_99), Books.LastEvent(Now.Key).Detail));
        Sending();
        Paid();
        Elsewhere(MovementKind.Return, "b1");
        Assert.Equal((ApplyResult.Contradiction, BatchState.ToldElsewhere), (Returned(), Books.LastEvent(Now.Key).Detail));
        Assert.Equal(OrderState.Paid, Now.State);
    }

    [Fact]
    public void AReturnAfterAFailureIsARiddle()
    {
        Sending();
        Say(Scene.Said(Asked, ObservationKind.Failed));
        Assert.Equal((ApplyResult.Contradiction, "money came back for a payout that is not paid"), (Returned(), Books.LastEvent(Now.Key).Detail));
    }
}
