using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A pay-in from its creation to its end, apart from its money.</summary>
public sealed class PayInLifeTests
{
    private readonly Books _books = new();
    private readonly OrderRow _asked = Scene.PayIn();

    private OrderRow Now => _books.Orders[_asked.Key];

    private AttemptRow Attempt => _books.Attempts[new AttemptKey(Scene.Bucket, _asked.Id, 1)];

    [Fact]
    public void TheInstructionIsRecorded()
    {
        _books.Store(_asked, Scene.Attempt(_asked, AttemptState.Sending));
        var order = Record(new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "clabe", Value = "6461", Bank = "STP", BeneficiaryName = "shop" }));
        Assert.Equal(order, Now);
        Assert.Equal(
            (AttemptState.Accepted, 0L, "clabe", "6461", "STP", "shop"),
            (Attempt.State, Attempt.LeaseUntilMs, Attempt.InstructionKind, Attempt.InstructionValue, Attempt.InstructionBank, Attempt.InstructionBeneficiary));
        Assert.Equal((EventType.InstructionIssued, "channel", "va", Scene.Expires), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail, Now.TimerDueMs) : default);

        var writes = _books.Writes;
        Record(new InstructionOutcome.Declined("no"));
        Assert.Equal(writes, _books.Writes);
    }

    [Fact]
    public void AnInstructionMaySayLittle()
    {
        _books.Store(Scene.PayIn(), Scene.Attempt(_asked, AttemptState.Unknown));
        Record(new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "url", Value = "u" }));
        Assert.Equal((AttemptState.Accepted, "", ""), (Attempt.State, Attempt.InstructionBank, Attempt.InstructionBeneficiary));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADeclinedInstructionFailsADirectPayInAlone(bool hosted)
    {
        _books.Store(Scene.PayIn(hosted: hosted) with { TimerDueMs = Scene.Now }, Scene.Attempt(_asked, AttemptState.Sending) with { LeaseUntilMs = 9 });
        Record(new InstructionOutcome.Declined("no money", FailureCause.DailyAmount));
        Assert.Equal((AttemptState.Failed, 0L), (Attempt.State, Attempt.LeaseUntilMs));
        Assert.Equal(
            hosted ? (OrderState.Pending, "", "", Scene.Expires, 0) : (OrderState.Failed, "0100019", "the day is full", 0L, 1),
            (Now.State, Now.FailureCode, Now.Message, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal(hosted ? [EventType.InstructionDeclined] : [EventType.InstructionDeclined, EventType.Failed], _books.History(Now.Key));
        Assert.Equal(("channel", "no money"), _books.LastEvent(Now.Key) is var e ? (e.Cause, e.Detail) : default);
    }

    [Fact]
    public void AnUnknownInstructionIsAskedAboutSoon()
    {
        _books.Store(_asked, Scene.Attempt(_asked, AttemptState.Sending));
        Record(new InstructionOutcome.Unknown("timed out"));
        Assert.Equal((AttemptState.Unknown, 0L, Scene.Now + 2_000), (Attempt.State, Attempt.LeaseUntilMs, Now.TimerDueMs));
        Assert.Equal((EventType.InstructionUnknown, "timed out"), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Detail) : default);
    }

    [Fact]
    public void NobodyIsWokenForNothing()
    {
        _books.Store(Scene.PayIn() with { State = OrderState.Paid }, Scene.Attempt(_asked));
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(Scene.Expires + 1));
        Assert.Equal(0, _books.Writes);
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(Scene.Expires));
        Assert.Equal(0, Now.TimerDueMs);

        // A timer whose order is gone goes too, or it would be due without end.
        var stray = new TimerRow { Bucket = Scene.Bucket, DueAtMs = 5, OrderId = 99 };
        _books.Timers[stray.Key] = stray;
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), _books.Run(new TakeDuePayIn(new OrderKey(Scene.Bucket, 99), 5, Scene.LeaseMs, Scene.Now)));
        Assert.Empty(_books.Timers);
    }

    [Theory]
    [InlineData(false, -1, false)]
    [InlineData(false, 0, true)]
    [InlineData(true, 0, true)]
    public void WhatRanOutIsAskedAboutOnceMore(bool partly, long afterMs, bool asked)
    {
        _books.Store(Scene.PayIn() with { TimerDueMs = Scene.Now, State = partly ? OrderState.PartlyPaid : OrderState.Pending }, Scene.Attempt(_asked));
        var taken = TakeDue(Scene.Now, Scene.Expires + afterMs);
        Assert.Equal(asked ? (DueAction.Query, Now) : (DueAction.Nothing, null), (taken.Action, taken.Order));
        Assert.Equal(asked ? [Attempt] : [], taken.Asked);
        Assert.Equal(asked ? _books.NowMs + Scene.LeaseMs : Scene.Expires, Now.TimerDueMs);
    }

    /// <summary>The rail does not answer: the question comes again, further and further apart, and once a day when a day has passed.</summary>
    [Fact]
    public void WhatIsNotAnsweredIsAskedAgainAndNeverEndsByItself()
    {
        _books.Store(Scene.PayIn() with { TimerDueMs = Scene.Expires }, Scene.Attempt(_asked));
        _books.NowMs = Scene.Expires;
        var waits = new List<long>();
        for (var turn = 0; turn < 12; turn++)
        {
            Assert.Equal(DueAction.Query, TakeDue(Now.TimerDueMs, _books.NowMs).Action);
            waits.Add(Now.TimerDueMs - _books.NowMs);
            _books.NowMs = Now.TimerDueMs;
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal((Scene.LeaseMs, 600_000L), (waits[0], waits[^1]));
        _books.NowMs = Scene.Expires + TakeDuePayIn.UnansweredAfterMs;
        TakeDue(Now.TimerDueMs, _books.NowMs);
        Assert.Equal((OrderState.Pending, _books.NowMs + TakeDuePayIn.UnansweredAfterMs), (Now.State, Now.TimerDueMs));
    }

    [Fact]
    public void EveryAttemptThatMayBePaidIsAskedAbout()
    {
        AttemptRow[] attempts =
        [
            Scene.Attempt(_asked), Scene.Attempt(_asked, AttemptState.Unknown, no: 2), Scene.Attempt(_asked, AttemptState.Failed, no: 3),
            Scene.Attempt(_asked, AttemptState.Done, no: 4), Scene.Attempt(_asked, AttemptState.Sending, no: 5),
        ];
        _books.Store(Scene.PayIn() with { TimerDueMs = Scene.Now }, attempts);
        Assert.Equal<short>([2, 5], TakeDue(Scene.Now).Asked.Select(a => a.AttemptNo));

        _books.Store(Scene.PayIn() with { TimerDueMs = Scene.Now, State = OrderState.PartlyPaid }, attempts);
        Assert.Equal<short>([1, 2, 4, 5], TakeDue(Scene.Now, Scene.Expires).Asked.Select(a => a.AttemptNo));
    }

    [Theory]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Sending))]
    public void AnAttemptOfUnknownFateIsAskedAboutWhenItsLeaseIsOver(string state)
    {
        _books.Store(Scene.PayIn() with { TimerDueMs = Scene.Now }, Scene.Attempt(_asked, Enum.Parse<AttemptState>(state)) with { LeaseUntilMs = Scene.Now + 1 });
        Assert.Equal(new DueResult(DueAction.Nothing, null, null), TakeDue(Scene.Now));
        Assert.Equal((Scene.Now + 2, 0), (Now.TimerDueMs, Attempt.QueryCount));

        _books.NowMs = Scene.Now + 1;
        var taken = TakeDue(Scene.Now + 2);
        Assert.Equal((DueAction.Query, Now, Attempt), (taken.Action, taken.Order, Assert.Single(taken.Asked)));
        Assert.Equal((1, _books.NowMs + 4_000), (Attempt.QueryCount, Now.TimerDueMs));
    }

    /// <summary>The finality time, in which the sender's lease is counted, is over by the time of the question.</summary>
    [Theory]
    [InlineData(nameof(AttemptState.Sending), 1, true)]
    [InlineData(nameof(AttemptState.Unknown), 1, true)]
    [InlineData(nameof(AttemptState.Unknown), 0, false)]
    [InlineData(nameof(AttemptState.Accepted), 1, false)]
    public void AnAttemptThatNeverArrivedIsForgottenWhenItNoLongerCan(string state, long afterMs, bool forgotten)
    {
        var attempt = Scene.Attempt(_asked, Enum.Parse<AttemptState>(state)) with { SentAtMs = Scene.Now, LeaseUntilMs = 9 };
        _books.Store(Scene.PayIn() with { Exceptions = OrderExceptions.NeedsPerson | OrderExceptions.Over }, attempt);
        var result = _books.Run(new ForgetAttempt(Scene.Ref(_asked), Scene.Told(Scene.Said(_asked, ObservationKind.NotFound, 0, ""), "query", Scene.Now + 5_000 + afterMs), 5_000, Scene.Now));
        Assert.Equal(forgotten ? ApplyResult.Applied : ApplyResult.Nothing, result);
        Assert.Equal(
            forgotten ? (OrderState.Failed, OrderExceptions.Over, AttemptState.Failed, 0L, "REJECTED") : (OrderState.Pending, OrderExceptions.NeedsPerson | OrderExceptions.Over, attempt.State, 9L, ""),
            (Now.State, Now.Exceptions, Attempt.State, Attempt.LeaseUntilMs, Now.Message));
        Assert.Equal(forgotten ? [EventType.InstructionDeclined, EventType.Failed] : [], _books.History(Now.Key));
        if (forgotten)
        {
            Assert.Equal(("query", "the rail never received it"), _books.Events.Values.First() is var e ? (e.Cause, e.Detail) : default);
        }
    }

    [Fact]
    public void OnAHostedPageAForgottenAttemptLeavesTheOrderOpen()
    {
        _books.Store(Scene.PayIn(hosted: true) with { TimerDueMs = Scene.Now }, Scene.Attempt(_asked, AttemptState.Unknown));
        Assert.Equal(ApplyResult.Applied, _books.Run(new ForgetAttempt(Scene.Ref(_asked), Scene.Told(Scene.Said(_asked, ObservationKind.NotFound, 0, ""), "query", Scene.Now * 2), 0, Scene.Now)));
        Assert.Equal((OrderState.Pending, Scene.Expires), (Now.State, Now.TimerDueMs));
    }

    [Fact]
    public void NobodyPaidInTime()
    {
        _books.Store(Scene.PayIn(), Scene.Attempt(_asked));
        Assert.Equal(Expiry.Expired, Expire(Scene.Expires + 5));
        Assert.Equal(
            (OrderState.Expired, "00029", "Collection order timed out without payment", 0L, 1, Scene.Expires),
            (Now.State, Now.FailureCode, Now.Message, Now.TimerDueMs, Now.ResultVersion, Now.ExpiresAtMs));
        Assert.Equal((EventType.Expired, "clock"), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause) : default);
        var writes = _books.Writes;
        Assert.Equal(Expiry.Nothing, Expire(Scene.Expires + 5));
        Assert.Equal(writes, _books.Writes);
        Assert.Equal(Expiry.Nothing, _books.Run(new ExpirePayIn(new OrderKey(Scene.Bucket, 99), "clock", Scene.Now)));
    }

    /// <summary>Between the question and the end a way was chosen, or the time prolonged: that was not asked about.</summary>
    [Fact]
    public void WhatChangedAfterTheQuestionIsNotOver()
    {
        _books.Store(Scene.PayIn(), Scene.Attempt(_asked));
        var asked = Now;
        Expiry End(long nowMs) => _books.Run(new ExpirePayIn(_asked.Key, "clock", nowMs) { Asked = asked });
        _books.Store(asked with { ExpiresAtMs = Scene.Expires + 10 }, Scene.Attempt(_asked));
        Assert.Equal(Expiry.Nothing, End(Scene.Expires + 9));
        _books.Store(asked with { AttemptCount = 2 }, Scene.Attempt(_asked), Scene.Attempt(_asked, no: 2));
        Assert.Equal(Expiry.Nothing, End(Scene.Expires + 9));
        Assert.Equal(OrderState.Pending, Now.State);
        _books.Store(asked, Scene.Attempt(_asked));
        Assert.Equal(Expiry.Expired, End(Scene.Expires));
    }

    [Fact]
    public void AnEarlyEndIsItsEnd()
    {
        _books.Store(Scene.PayIn(), Scene.Attempt(_asked));
        Expire(Scene.Now);
        Assert.Equal(Scene.Now, Now.ExpiresAtMs);
    }

    [Fact]
    public void WhatIsPartlyPaidStaysAsItIs()
    {
        _books.Store(Scene.PayIn() with { State = OrderState.PartlyPaid }, Scene.Attempt(_asked));
        Assert.Equal(Expiry.Expired, Expire(Scene.Now));
        Assert.Equal((OrderState.PartlyPaid, Scene.Now, 0L, 0), (Now.State, Now.ExpiresAtMs, Now.TimerDueMs, Now.ResultVersion));
        _books.Store(Scene.PayIn() with { State = OrderState.PartlyPaid }, Scene.Attempt(_asked));
        Expire(Scene.Expires + 5);
        Assert.Equal(Scene.Expires, Now.ExpiresAtMs);
    }

    [Theory]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Sending))]
    public void AFailureIsOnlySaidWhenItIsCertain(string state)
    {
        _books.Store(Scene.PayIn(), Scene.Attempt(_asked), Scene.Attempt(_asked, Enum.Parse<AttemptState>(state), no: 2));
        Assert.Equal(Expiry.Nothing, Expire(Scene.Expires));
        Assert.Equal(0, _books.Writes);
    }

    [Fact]
    public void MoneyInSuspenseNeedsAPerson()
    {
        _books.Store(Scene.PayIn() with { SuspenseMinor = 1, Exceptions = OrderExceptions.Contradiction }, Scene.Attempt(_asked));
        Assert.Equal(Expiry.NeedsPerson, Expire(Scene.Expires));
        Assert.Equal((OrderState.Pending, OrderExceptions.NeedsPerson | OrderExceptions.Contradiction, 0L, 0), (Now.State, Now.Exceptions, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal((EventType.NeedsPerson, "clock", "expired with money in suspense"), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
    }

    private OrderRow Record(InstructionOutcome outcome) => _books.Run(new RecordInstruction(Scene.Ref(_asked), outcome, Scene.Now)).Order;

    private DueResult TakeDue(long dueAtMs, long nowMs = Scene.Now) => _books.Run(new TakeDuePayIn(_asked.Key, dueAtMs, Scene.LeaseMs, nowMs));

    private Expiry Expire(long nowMs) => _books.Run(new ExpirePayIn(_asked.Key, "clock", nowMs));
}
