using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A payout from its reservation until the rail has answered.</summary>
public sealed class PayoutSendTests : PayoutBooks
{
    [Fact]
    public void ItsMoneyIsReservedWithThePrice()
    {
        Books.Open(Scene.Available, Reserved);
        var made = Assert.IsType<CreateResult.Created>(Create()).Order;
        Assert.Equal(made, Now);
        Assert.Equal(
            (OrderState.Pending, 3_00L, 48L, "*", (short)1, Scene.Now, 1), (Now.State, Now.FeeMinor, Now.TaxMinor, Now.CountedLimits, Now.AttemptCount, Now.TimerDueMs, Now.EventCount));
        Assert.Equal([(AccountKind.Available, -Reserved), (AccountKind.Frozen, Reserved)], Books.LastLegs());
        var transfer = Books.Transfers.Values.Last();
        Assert.Equal((TransferType.PayoutReserve, "api", 1L, Scene.Created), (transfer.Type, transfer.Cause, transfer.OrderId, transfer.BookedAtMs));
        Assert.Equal((AttemptState.Ready, 100_00L), (Attempt.State, Books.DailyTotals[Scene.Total(Direction.Payout)].AmountMinor));
        Assert.Equal((EventType.Created, "api", Scene.Created), Books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.AtMs) : default);
        Assert.Single(Books.Persons);
    }

    [Fact]
    public void TheSameAgainIsTheSameAnswerAndAnotherContentIsRefused()
    {
        Books.Open(Scene.Available, 3 * Reserved);
        Create();
        var writes = Books.Writes;
        Assert.Equal(Now, Assert.IsType<CreateResult.Known>(Create()).Order);
        Assert.Equal(Now, Assert.IsType<CreateResult.Known>(Create(refusal: "amount: is wrong today")).Order);
        Assert.Equal("tradeNo: was used before for an order with other content", Assert.IsType<CreateResult.Refused>(Create(Asked with { ContentHash = [2] })).Sentence);
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public async Task EqualOnesInOneBatchAreOne()
    {
        Books.Open(Scene.Available, 3 * Reserved);
        var (first, second) = (Command(Asked, null, long.MaxValue), Command(Asked with { Id = 2, Number = "n2" }, null, long.MaxValue));
        Books.RunTogether(first, second);
        Assert.IsType<CreateResult.Created>(await first.Done);
        Assert.IsType<CreateResult.Known>(await second.Done);
        Assert.Equal(2 * Reserved, Books.Balance(Scene.Available));
    }

    /// <summary>Amount and fee together would wrap to less than nothing, which every balance covers.</summary>
    [Fact]
    public void APriceThatDoesNotFitIsRefused()
    {
        Books.Open(Scene.Available, Reserved);
        var writes = Books.Writes;
        Assert.Throws<OverflowException>(() => Create(Asked with { AmountMinor = long.MaxValue - 1 }));
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void AFailureWithoutAMovementNamesNone()
    {
        var needs = new Needs();
        new ApplyPayoutStatement(Scene.Ref(Asked), Scene.Told(Scene.Said(Asked, ObservationKind.Failed, 0, ""), "query", Scene.Now), false, 0, Scene.Now).Declare(needs);
        Assert.Empty(needs.Movements);
    }

    [Theory]
    [InlineData("balance", "amount: is more than the available balance after the fee")]
    [InlineData("closed", "merchantNo: this merchant takes no payouts at present")]
    [InlineData("unknown", "merchantNo: this merchant takes no payouts at present")]
    [InlineData("limit", "amount: is more than this merchant may still pay out today")]
    [InlineData("asked", "amount: is wrong today")]
    public void ARefusalLeavesNothing(string why, string sentence)
    {
        Books.Open(Scene.Available, why == "balance" ? Reserved - 1 : Reserved);
        if (why is "closed" or "unknown")
        {
            Books.Merchants.Clear();
            if (why == "closed")
            {
                Books.Merchants[Scene.MerchantNo] = new MerchantGate(Scene.MerchantNo, true, false);
            }
        }

        var writes = Books.Writes;
        var result = Create(limitMinor: why == "limit" ? 99_99 : Scene.Amount, refusal: why == "asked" ? sentence : null);
        Assert.Equal(sentence, Assert.IsType<CreateResult.Refused>(result).Sentence);
        Assert.Equal(writes, Books.Writes);
    }

    [Fact]
    public void ItIsSentByOneAloneAndAskedAboutAfterwards()
    {
        Created();
        var taken = TakeDue();
        Assert.Equal(DueAction.Send, taken.Action);
        Assert.Equal((Now, Attempt), (taken.Order, taken.Attempt));
        Assert.Equal((AttemptState.Sending, Scene.Now + Scene.LeaseMs, Scene.Now + 3), (Attempt.State, Attempt.LeaseUntilMs, Attempt.SentAtMs));
        Assert.Equal((Attempt.LeaseUntilMs + 1, EventType.Sending), (Now.TimerDueMs, Books.LastEvent(Now.Key).Type));

        // A timer that is no longer its order's: somebody was here.
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(dueAtMs: Scene.Now));

        // Too early: the sender still may.
        Books.Store(Now with { TimerDueMs = Scene.Now }, Attempt);
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue());
        Assert.Equal(Attempt.LeaseUntilMs + 1, Now.TimerDueMs);

        Books.NowMs = Attempt.LeaseUntilMs;
        taken = TakeDue();
        Assert.Equal((DueAction.Query, 1, AttemptState.Sending), (taken.Action, Attempt.QueryCount, Attempt.State));
        Assert.Equal((Now, Attempt), (taken.Order, taken.Attempt));
        Assert.Equal(Books.NowMs + 4_000, Now.TimerDueMs);
    }

    [Fact]
    public void WhereARepeatIsHarmlessItIsSentAgainOnceTheLeaseIsOver()
    {
        Created();
        TakeDue();
        Books.NowMs = Attempt.LeaseUntilMs;
        Assert.Equal(DueAction.Send, TakeDue(repeatIsHarmless: true).Action);
        Assert.Equal(Books.NowMs + Scene.LeaseMs, Attempt.LeaseUntilMs);

        Books.Store(Now, Attempt with { State = AttemptState.Unknown, LeaseUntilMs = 0 });
        Assert.Equal(DueAction.Query, TakeDue(repeatIsHarmless: true).Action);
    }

    [Fact]
    public void WhoIsNotPreparedMayNotSend()
    {
        Created();
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(prepared: null));
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(prepared: "r1-2"));
        Assert.Equal(AttemptState.Ready, Attempt.State);
        Assert.Equal(DueAction.Send, TakeDue().Action);
    }

    /// <summary>The holder of the lease says that nothing has left. Anybody else's word, or one that comes too late, changes nothing.</summary>
    [Fact]
    public void WhatWasCertainlyNotSentIsReadyAgain()
    {
        Created();
        var given = TakeDue().Attempt!;
        Assert.False(Release(given.LeaseUntilMs + 1));
        Assert.True(Release(given.LeaseUntilMs));
        Assert.Equal((AttemptState.Ready, 0L, 0L), (Attempt.State, Attempt.LeaseUntilMs, Attempt.SentAtMs));
        Assert.Equal((Books.NowMs + ReleaseSend.AgainAfterMs, EventType.NotSent), (Now.TimerDueMs, Books.LastEvent(Now.Key).Type));
        Assert.False(Release(given.LeaseUntilMs));

        // Sent again by its next holder, whom the first one's late word does not concern.
        Books.NowMs += 1;
        Assert.Equal(DueAction.Send, TakeDue().Action);
        Assert.False(Release(given.LeaseUntilMs));
        Record(new SendOutcome.Unknown("no answer"));
        Assert.False(Release(Attempt.LeaseUntilMs));
        Assert.Equal(AttemptState.Unknown, Attempt.State);
    }

    private bool Release(long leaseUntilMs) => Books.Run(new ReleaseSend(Scene.Ref(Asked), leaseUntilMs, "too slow", Scene.Now));

    [Fact]
    public void NobodyIsWokenForWhatIsOver()
    {
        Created();
        Books.Store(Now with { State = OrderState.Failed }, Attempt);
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue());
        Assert.Equal((0L, AttemptState.Ready), (Now.TimerDueMs, Attempt.State));

        // A timer whose order is gone goes too, or it would be due without end.
        var stray = new TimerRow { Bucket = Scene.Bucket, DueAtMs = 5, OrderId = 99 };
        Books.Timers[stray.Key] = stray;
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), Books.Run(new TakeDuePayout(new OrderKey(Scene.Bucket, 99), 5, null, false, Scene.LeaseMs, Scene.Now)));
        Assert.Empty(Books.Timers);
    }

    [Theory]
    [InlineData(0, 2_000)]
    [InlineData(1, 4_000)]
    [InlineData(8, 512_000)]
    [InlineData(9, 600_000)]
    [InlineData(63, 600_000)]
    public void QuestionsComeApart(int queries, long afterMs) => Assert.Equal(afterMs, QuerySchedule.AfterMs(queries));

    [Fact]
    public void WhatTheRailAnsweredIsRecorded()
    {
        Sending();
        Assert.Equal(ApplyResult.Applied, Record(new SendOutcome.Accepted()));
        Assert.Equal((AttemptState.Accepted, 0L, Scene.Now + 60_000, EventType.Sent), (Attempt.State, Attempt.LeaseUntilMs, Now.TimerDueMs, Books.LastEvent(Now.Key).Type));

        // Later answers to the same call come too late.
        Assert.Equal(ApplyResult.Nothing, Record(new SendOutcome.Declined("no")));
        Assert.Equal(OrderState.Pending, Now.State);
    }

    [Fact]
    public void NotKnowingIsNoFailure()
    {
        Sending();
        Assert.Equal(ApplyResult.Applied, Record(new SendOutcome.Unknown("timed out")));
        Assert.Equal((AttemptState.Unknown, 0L, Scene.Now + 2_000, OrderState.Pending), (Attempt.State, Attempt.LeaseUntilMs, Now.TimerDueMs, Now.State));
        Assert.Equal((EventType.SendUnknown, "timed out"), Books.LastEvent(Now.Key) is var e ? (e.Type, e.Detail) : default);
        Assert.Equal(Reserved, Books.Balance(Scene.Frozen));
    }

    [Fact]
    public void ACertainNoGivesTheReservationBack()
    {
        Sending();
        Books.Store(Now with { Exceptions = OrderExceptions.NeedsPerson | OrderExceptions.Contradiction }, Attempt);
        Assert.Equal(ApplyResult.Applied, Record(new SendOutcome.Declined("the day is full", FailureCause.DailyAmount)));
        AssertVoided("0100019", "the day is full", "channel");
        Assert.Equal(OrderExceptions.Contradiction, Now.Exceptions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACallbackMayBeFasterThanTheAnswer(bool order)
    {
        Sending();
        Books.Store(order ? Now with { State = OrderState.Paid } : Now, order ? Attempt : Attempt with { State = AttemptState.Done });
        var writes = Books.Writes;
        Assert.Equal(ApplyResult.Nothing, Record(new SendOutcome.Accepted()));
        Assert.Equal(writes, Books.Writes);

        // A rail that declines what it has paid says two things: what is booked stays, and a person looks.
        var transfers = Books.Transfers.Count;
        Assert.Equal(order ? ApplyResult.Contradiction : ApplyResult.Nothing, Record(new SendOutcome.Declined("no")));
        Assert.Equal((transfers, order ? 1 : 0), (Books.Transfers.Count, Books.OpenCases.Count()));
    }
}
