using Paypro.Channels;
using Paypro.Server.Cases;
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
            new StatementRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.Payout, Kind = ObservationKind.Paid, Source = StatementSource.Callback,
                Outcome = StatementOutcome.Booked, ReceivedAtMs = Scene.Now, DedupeKey = "k1", OrderId = 1, Reference = "r1-1",
                AmountMinor = Scene.Amount, Currency = "MXN", RailReference = "utr-k1", FindKey = "UTRK1", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 3,
            },
            Assert.Single(Books.Receipts) with { Id = 0 });
        var transfer = Books.Transfers.Values.Last();
        Assert.Equal((TransferType.PayoutPost, "callback", 1L, Scene.Now), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.BookedAtMs));
        Assert.Equal(Scene.Now, Books.Notifications[Now.Key].DueAtMs);

        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Repeated, Paid());
        Assert.Equal(writes, Books.Writes);
        AssertContradicts("the same movement is booked with 10000 minor units", () => Paid(1_00));
    }

    [Fact]
    public void WithoutATimeOfItsOwnItIsPaidNow()
    {
        Sending();
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(Asked, ObservationKind.Paid, occurredAtMs: 0)));
        Assert.Equal(Scene.Now, Now.SuccessAtMs);
    }

    [Fact]
    public void PaidTwiceOrAnotherAmountOrElsewhereContradicts()
    {
        Sending();
        AssertContradicts("the payout has another amount", () => Paid(99_99));
        Sending();
        Elsewhere(MovementKind.Receipt, "k1");
        AssertContradicts("the same movement is booked for another reference", () => Paid());
        Books.Movements.Clear();
        Sending();
        Paid();
        AssertContradicts("the payout is paid", () => Paid(key: "k2"));
        Assert.Equal(OrderExceptions.Contradiction, Now.Exceptions);
        Assert.Equal(ApplyResult.Contradiction, Paid(key: "k2"));
        Assert.Equal(2, Books.OpenCases.Single(c => c.Text.Contains("key k2", StringComparison.Ordinal)).Count);
    }

    [Fact]
    public void PaidAfterFailedContradicts()
    {
        Sending();
        Say(Scene.Said(Asked, ObservationKind.Failed));
        AssertContradicts("the payout failed", () => Paid());
        Assert.Equal(0, Books.Balance(Scene.Frozen));
    }

    [Fact]
    public void AnotherOrdersMovementIsNotThisOnes()
    {
        Sending();
        Paid();
        var other = Scene.Payout(2);
        Books.Store(other, Scene.Attempt(other));
        Assert.Equal(ApplyResult.Contradiction, Books.Run(new ApplyPayoutStatement(Scene.Ref(other), Scene.Told(Scene.Said(other, ObservationKind.Paid), "callback", Scene.Now), false, Finality, Scene.Now)));
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
    public void FailedAfterPaidContradicts()
    {
        Sending();
        Paid();
        AssertContradicts("the payout is paid", () => Say(Scene.Said(Asked, ObservationKind.Failed)));
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
            new StatementRow
            {
                Bucket = Scene.Bucket, ChannelAccountId = Scene.AccountId, Direction = Direction.Payout, Kind = ObservationKind.Returned, Source = StatementSource.Callback,
                Outcome = StatementOutcome.Booked, ReceivedAtMs = Scene.Now, Reference = "r1-1", DedupeKey = "b1", OrderId = 1, AmountMinor = Scene.Amount,
                Currency = "MXN", RailReference = "utr-b1", FindKey = "UTRB1", Reason = "wrong name", OccurredAtMs = Scene.Now - 1000, BookedAtMs = Scene.Now, TransferNo = 5,
            },
            Assert.Single(Books.Returns) with { Id = 0 });
        Assert.Equal(TransferType.PayoutReturn, Books.Transfers.Values.Last().Type);

        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Repeated, Returned());
        Assert.Equal(writes, Books.Writes);
        AssertContradicts("the same movement is booked with 10000 minor units", () => Returned(1_00));
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
    public void AReturnBeforeItsPaymentIsFinalOnlyWhenAllIsKnown()
    {
        Sending();
        Assert.Equal(ApplyResult.Waiting, Returned());
        Assert.Equal((StatementOutcome.Waiting, Scene.Amount), Books.Left.Select(s => (s.Outcome, s.AmountMinor)).Single());
        Assert.Equal((OrderState.Pending, OrderExceptions.Waiting), (Now.State, Now.Exceptions));

        Elsewhere(MovementKind.Return, "b1");
        var waiting = Books.Left.Single();
        AssertContradicts("the same movement is booked for another reference", () => Books.Run(
            new ApplyPayoutStatement(Scene.Ref(Asked), Statement.Of(waiting), allKnown: true, Finality, Scene.Now)));
        Assert.Equal(CaseKind.Contradiction, Assert.Single(Books.OpenCases).Kind);
        Books.Movements.Clear();
        Assert.Equal(ApplyResult.Applied, Returned(allKnown: true));
        AssertVoided("00029", "RETURNED", "callback", "wrong name");
        Assert.Equal((0L, Scene.Amount), Books.Returns.Select(r => (r.TransferNo, r.AmountMinor)).Single());
    }

    [Fact]
    public void AReturnOfAnotherAmountOrOfNothingContradicts()
    {
        Sending();
        AssertContradicts("the payout has another amount", () => Returned(99_99));
        Sending();
        Paid();
        Elsewhere(MovementKind.Return, "b1");
        AssertContradicts("the same movement is booked for another reference", () => Returned());
        Assert.Equal(OrderState.Paid, Now.State);
    }

    [Fact]
    public void AReturnAfterAFailureContradicts()
    {
        Sending();
        Say(Scene.Said(Asked, ObservationKind.Failed));
        AssertContradicts("the payout is not paid", () => Returned());
    }

    /// <summary>Nobody at the rail could tell, and a person has found it out.</summary>
    [Fact]
    public void WhatAPersonDecidesAsPaidTheRailConfirms()
    {
        Sending();
        Assert.Equal(ApplyResult.Nothing, Decide(ObservationKind.Paid));
        Books.Store(Now, Attempt with { LeaseUntilMs = Scene.Now });
        Assert.Equal(ApplyResult.Applied, Decide(ObservationKind.Paid));
        Assert.Equal((OrderState.Paid, OrderExceptions.Decided, 1), (Now.State, Now.Exceptions, Now.ResultVersion));
        Assert.Equal(("operator:7", "operator:8", "letter-1"), Books.CaseActions.Values.Single() is var a ? (a.Actor, a.Approver, a.Evidence) : default);
        Assert.Equal("operator:7", Books.LastEvent(Now.Key).Cause);

        var transfers = Books.Transfers.Count;
        Assert.Equal(ApplyResult.Applied, Paid());
        Assert.Equal((transfers, OrderExceptions.None, OrderState.Paid, 1), (Books.Transfers.Count, Now.Exceptions, Now.State, Now.ResultVersion));
        AssertContradicts("the payout is paid", () => Paid(key: "k2"));
    }

    [Fact]
    public void WhatAPersonDecidesAsFailedAndTheRailPaysIsOurLossAndNeverTheMerchants()
    {
        Sending();
        Books.Store(Now, Attempt with { SentAtMs = Scene.Now - Finality - 1, LeaseUntilMs = 0 });
        Assert.Equal(ApplyResult.Applied, Decide(ObservationKind.Failed));
        Assert.Equal((OrderState.Failed, OrderExceptions.Decided, Reserved), (Now.State, Now.Exceptions, Books.Balance(Scene.Available)));

        Assert.Equal(ApplyResult.Applied, Paid());
        Assert.Equal([(AccountKind.Loss, -100_00L), (AccountKind.Clearing, 100_60), (AccountKind.ChannelCost, -60)], Books.LastLegs());
        Assert.Equal((OrderState.Failed, Reserved), (Now.State, Books.Balance(Scene.Available)));
        Assert.Equal((CaseKind.PaidAfterDecision, CaseSeverity.Now), Books.OpenCases.Select(c => (c.Kind, c.Severity)).Single());
        Assert.Equal(ApplyResult.Repeated, Paid());
    }

    /// <summary>As failed only when nothing can arrive any longer; nothing is decided that is known or was never sent.</summary>
    [Fact]
    public void APersonDecidesOnlyWhatTheRailCannotTell()
    {
        Sending();
        Assert.Equal(ApplyResult.Nothing, Decide(ObservationKind.Failed));
        Paid();
        Assert.Equal(ApplyResult.Nothing, Decide(ObservationKind.Paid));
        Books.Store(Now with { State = OrderState.Pending }, Attempt with { State = AttemptState.Ready });
        Assert.Equal(ApplyResult.Nothing, Decide(ObservationKind.Paid));
        Assert.Empty(Books.CaseActions);
    }

    private ApplyResult Decide(ObservationKind fate) => Books.Run(new ApplyPayoutStatement(
        Scene.Ref(Asked),
        Scene.Told(Scene.Said(Asked, fate, fate == ObservationKind.Paid ? Scene.Amount : 0, fate == ObservationKind.Paid ? "decided:n1" : "")) with
        {
            Source = StatementSource.Person, Actor = "operator:7",
        },
        allKnown: false,
        Finality,
        Scene.Now)
    {
        Action = new CaseActionRow { Bucket = Scene.Bucket, Id = 1, OrderId = Asked.Id, Action = "payout.decide", Actor = "operator:7", Approver = "operator:8", Evidence = "letter-1" },
    });

    private void AssertContradicts(string booked, Func<ApplyResult> say)
    {
        Books.Store(Now with { Exceptions = Now.Exceptions & ~OrderExceptions.Contradiction }, Attempt);
        Assert.Equal(ApplyResult.Contradiction, say());
        Assert.EndsWith("; " + booked, Books.LastEvent(Now.Key).Detail, StringComparison.Ordinal);
        Assert.Contains(Books.Left, s => s.Outcome == StatementOutcome.Contradiction && s.Note == booked);
    }
}
