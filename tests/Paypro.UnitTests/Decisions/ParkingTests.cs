using CsCheck;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A payout that waits for money of ours: parked, resumed, ended; never sent twice, never given back while anything is sent.</summary>
public sealed class ParkingTests
{
    private const long Day = 86_400_000;
    private const string Why = "too little money of ours is there";
    private readonly Books _books = new();

    [Fact]
    public void ANewOneIsReservedAndNotSentAndEndsADayLater()
    {
        var order = Scene.Payout();
        _books.Open(Scene.Available, 500_00);
        var created = _books.Run(new CreatePayout(order with { TimerDueMs = 0, EventCount = 0 }, Scene.Attempt(order, AttemptState.Parked), Scene.Person(order), Scene.Ref(order), null)
        {
            Parked = Why, ParkForMs = Day,
        });
        Assert.IsType<CreateResult.Created>(created);
        Assert.Equal((AttemptState.Parked, _books.NowMs, _books.NowMs + Day), (Attempt(order).State, Attempt(order).ParkedAtMs, Now(order).TimerDueMs));
        Assert.Equal((OrderState.Pending, 103_48L, 0), (Now(order).State, _books.Balance(Scene.Frozen), Now(order).ResultVersion));
        Assert.Equal((EventType.Parked, $"parked at account 101: {Why}"), Last(order));
        Assert.Equal(TimerWork.Parked, TimerPlan.Of(Now(order), [Attempt(order)], _books.NowMs).Work);

        // Whoever believes that it is ready does not get it.
        Assert.Equal(DueAction.Nothing, _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, Attempt(order).Reference, false, Scene.LeaseMs, Scene.Now)).Action);
        Assert.Equal(AttemptState.Parked, Attempt(order).State);
    }

    [Fact]
    public void WhatIsReadyAndFindsNoMoneyIsParkedOnceAndGoesElsewhereOnce()
    {
        var order = Stored(AttemptState.Ready);
        Assert.False(Park(order, dueAtMs: Now(order).TimerDueMs + 1));
        Assert.True(Park(order, Now(order).TimerDueMs));
        Assert.Equal((AttemptState.Parked, _books.NowMs), (Attempt(order).State, Attempt(order).ParkedAtMs));
        Assert.False(Park(order, Now(order).TimerDueMs));

        order = Stored(AttemptState.Ready);
        Assert.True(Park(order, Now(order).TimerDueMs, next: true));
        Assert.Equal((AttemptState.Failed, AttemptState.Ready, 202L), (Attempt(order).State, Attempt(order, 2).State, Attempt(order, 2).ChannelAccountId));
        Assert.Equal((EventType.Routed, $"account 202 is tried instead of account 101: {Why}"), Last(order));
        Assert.Equal(DueAction.Send, Take(order, 2));
    }

    [Theory]
    [InlineData(nameof(AttemptState.Sending))]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Accepted))]
    [InlineData(nameof(AttemptState.Failed))]
    public void NothingElseIsParkedResumedOrEnded(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state));
        Assert.False(Park(order, Now(order).TimerDueMs));
        Assert.False(Resume(order));
        Assert.False(End(order));
        Assert.Equal((Enum.Parse<AttemptState>(state), OrderState.Pending), (Attempt(order).State, Now(order).State));
    }

    [Fact]
    public void ADeclineForOurFundsIsNoVerdictAndTheTimeCountsFromTheFirstParking()
    {
        var order = Stored(AttemptState.Sending, parkedAtMs: Scene.Now - 5000);
        var next = Scene.Attempt(order, AttemptState.Parked, 2) with { CreatedAtMs = Scene.Now };
        Assert.Equal(ApplyResult.Applied, Declined(order, next));
        Assert.Equal((AttemptState.Failed, AttemptState.Parked, Scene.Now - 5000), (Attempt(order).State, Attempt(order, 2).State, Attempt(order, 2).ParkedAtMs));
        Assert.Equal((OrderState.Pending, 103_48L, Scene.Now - 5000 + Day, 0), (Now(order).State, _books.Balance(Scene.Frozen), Now(order).TimerDueMs, Now(order).ResultVersion));
        Assert.Equal(EventType.Parked, Last(order).Type);
        Assert.NotEqual(Attempt(order).Reference, Attempt(order, 2).Reference);

        // Where the plan has an account with money, it is sent there in its turn; where it cannot be parked it is not failed either.
        order = Stored(AttemptState.Sending, parkedAtMs: Scene.Now - 5000);
        Declined(order, Scene.Attempt(order, AttemptState.Ready, 2) with { ChannelAccountId = 202 });
        Assert.Equal((AttemptState.Ready, Scene.Now - 5000, EventType.Routed), (Attempt(order, 2).State, Attempt(order, 2).ParkedAtMs, Last(order).Type));
        order = Stored(AttemptState.Sending);
        Declined(order, null);
        Assert.Equal((OrderState.Pending, AttemptState.Unknown), (Now(order).State, Attempt(order).State));
    }

    /// <summary>The rail had taken it, and cancelled it since our money was used up: no verdict either, however often and by whomever it is told.</summary>
    [Theory]
    [InlineData(nameof(AttemptState.Sending))]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Accepted))]
    public void ACancellationForOurFundsIsNoVerdictAndOpensOneAttempt(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state), parkedAtMs: Scene.Now - 5000);
        var next = Scene.Attempt(order, AttemptState.Parked, 2) with { CreatedAtMs = Scene.Now };
        Assert.Equal(ApplyResult.Applied, Cancelled(order, next));
        Assert.Equal((AttemptState.Failed, AttemptState.Parked, Scene.Now - 5000), (Attempt(order).State, Attempt(order, 2).State, Attempt(order, 2).ParkedAtMs));
        Assert.Equal((OrderState.Pending, 103_48L, Scene.Now - 5000 + Day, 0), (Now(order).State, _books.Balance(Scene.Frozen), Now(order).TimerDueMs, Now(order).ResultVersion));
        Assert.Equal(ApplyResult.Repeated, Cancelled(order, next));
        Assert.Equal(2, Now(order).AttemptCount);

        // The answer to the call comes after it; and what the rail took back by mistake is no second payment while nothing else was sent.
        Assert.Equal(ApplyResult.Nothing, _books.Run(new RecordSend(Scene.Ref(order), new SendOutcome.Accepted(), Scene.Now)));
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayoutStatement(Scene.Ref(order), Scene.Told(Scene.Said(order, ObservationKind.Paid, Scene.Amount)), false, 600_000, Scene.Now)));
        Assert.Equal((OrderState.Paid, AttemptState.Failed), (Now(order).State, Attempt(order, 2).State));
    }

    [Theory]
    [InlineData(nameof(AttemptState.Ready))]
    [InlineData(nameof(AttemptState.Parked))]
    [InlineData(nameof(AttemptState.Failed))]
    public void WhatWasNotSentOrCannotWaitIsLeftAsItIs(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state));
        Assert.Equal(ApplyResult.Nothing, Cancelled(order, Scene.Attempt(order, AttemptState.Parked, 2)));
        Assert.Equal((OrderState.Pending, Enum.Parse<AttemptState>(state), 1), (Now(order).State, Attempt(order).State, (int)Now(order).AttemptCount));
        order = Stored(AttemptState.Accepted);
        Assert.Equal(ApplyResult.Nothing, Cancelled(order, null));
        Assert.Equal((OrderState.Pending, AttemptState.Accepted), (Now(order).State, Attempt(order).State));
    }

    [Fact]
    public void ItEndsWithItsMoneyGivenBackOnceAndOnlyWhenItsTimeIsOver()
    {
        var order = Stored(AttemptState.Parked, parkedAtMs: _books.NowMs - Day + 1);
        Assert.False(End(order));
        Assert.Equal((OrderState.Pending, _books.NowMs + 1), (Now(order).State, Now(order).TimerDueMs));

        order = Stored(AttemptState.Parked, parkedAtMs: _books.NowMs - Day);
        Assert.True(End(order));
        Assert.Equal((OrderState.Failed, "00029", AttemptState.Failed, 0L, 1), (Now(order).State, Now(order).FailureCode, Attempt(order).State, Now(order).TimerDueMs, Now(order).ResultVersion));
        Assert.Equal((EventType.Failed, EndParked.Reason), Last(order));
        var available = _books.Balance(Scene.Available);
        Assert.False(End(order));
        Assert.False(Resume(order));
        Assert.Equal(available, _books.Balance(Scene.Available));
    }

    /// <summary>The two that may come at the same moment: the first decides.</summary>
    [Fact]
    public void WhatIsResumedDoesNotEndAndIsSent()
    {
        var order = Stored(AttemptState.Parked, parkedAtMs: _books.NowMs - Day);
        var dueAtMs = Now(order).TimerDueMs;
        Assert.True(Resume(order));
        Assert.False(_books.Run(new EndParked(Scene.Ref(order), dueAtMs, Day, Scene.Now)));
        Assert.False(Resume(order));
        Assert.Equal((EventType.Resumed, "it can be sent now"), Last(order));
        Assert.Equal(DueAction.Send, Take(order, 1));
    }

    [Fact]
    public void ResumedElsewhereTheParkedAttemptIsNothing()
    {
        var order = Stored(AttemptState.Parked, parkedAtMs: Scene.Now - 7);
        Assert.True(_books.Run(new ResumeParked(Scene.Ref(order), Scene.Attempt(order, AttemptState.Ready, 2) with { ChannelAccountId = 202 }, Scene.Now)));
        Assert.Equal((AttemptState.Failed, AttemptState.Ready, Scene.Now - 7), (Attempt(order).State, Attempt(order, 2).State, Attempt(order, 2).ParkedAtMs));
        Assert.False(Resume(order));
        Assert.Equal(DueAction.Send, Take(order, 2));
    }

    /// <summary>Whatever happens in whatever order: what is reserved is there until it is sent or ended, once, and at most one attempt is anything but nothing.</summary>
    [Fact]
    public void InAnyOrder() => Gen.Int[0, 8].Array[1, 14].Sample(
        steps =>
        {
            var books = new Books();
            var order = Scene.Payout();
            books.Open(Scene.Frozen, 103_48);
            books.Store(order, Scene.Attempt(order, AttemptState.Ready));
            foreach (var step in steps)
            {
                var now = books.Orders[order.Key];
                var no = now.AttemptCount;
                var reference = Scene.Ref(order, no: no);
                var next = Scene.Attempt(order, step == 4 ? AttemptState.Parked : AttemptState.Ready, (short)(no + 1)) with { ChannelAccountId = step == 4 ? 101 : 202 };
                switch (step)
                {
                    case 0: books.Run(new ParkSend(reference, now.TimerDueMs, null, Why, Day, Scene.Now)); break;
                    case 1: books.Run(new ParkSend(reference, now.TimerDueMs, next, Why, Day, Scene.Now)); break;
                    case 2: books.Run(new ResumeParked(reference, null, Scene.Now)); break;
                    case 3: books.Run(new ResumeParked(reference, next, Scene.Now)); break;
                    case 4 or 5: books.Run(new RecordSend(reference, new SendOutcome.Declined("empty", Scope: DeclineScope.Funds), Scene.Now) { Next = next, ParkForMs = Day }); break;
                    case 6: books.Run(new TakeDuePayout(order.Key, now.TimerDueMs, $"r{order.Id}-{no}", false, Scene.LeaseMs, Scene.Now)); break;
                    case 7: books.Run(CancelledCommand(reference, order, next with { State = AttemptState.Parked })); break;
                    default: books.Run(new EndParked(reference, now.TimerDueMs, 0, Scene.Now)); break;
                }
            }

            var (after, attempts) = (books.Orders[order.Key], books.Attempts.Values.Where(a => a.OrderId == order.Id).ToList());
            return attempts.Count(a => a.State != AttemptState.Failed) == (after.State == OrderState.Pending ? 1 : 0)
                && attempts.Count == after.AttemptCount
                && books.Balance(Scene.Frozen) == (after.State == OrderState.Pending ? 103_48 : 0)
                && after.State is OrderState.Pending or OrderState.Failed
                && after.TimerDueMs > 0 == (after.State == OrderState.Pending);
        });

    private OrderRow Stored(AttemptState state, long parkedAtMs = 0)
    {
        var order = Scene.Payout(++_orders);
        _books.Open(Scene.Frozen, 103_48);
        _books.Store(order, Scene.Attempt(order, state) with { ParkedAtMs = parkedAtMs });
        return order;
    }

    private long _orders = 10;

    private bool Park(OrderRow order, long dueAtMs, bool next = false) => _books.Run(new ParkSend(
        Scene.Ref(order), dueAtMs, next ? Scene.Attempt(order, AttemptState.Ready, 2) with { ChannelAccountId = 202 } : null, Why, Day, Scene.Now));

    private bool Resume(OrderRow order) => _books.Run(new ResumeParked(Scene.Ref(order), null, Scene.Now));

    private bool End(OrderRow order) => _books.Run(new EndParked(Scene.Ref(order), Now(order).TimerDueMs, Day, Scene.Now));

    private ApplyResult Declined(OrderRow order, AttemptRow? next) => _books.Run(
        new RecordSend(Scene.Ref(order), new SendOutcome.Declined("empty", Scope: DeclineScope.Funds), Scene.Now) { Next = next, ParkForMs = Day });

    private ApplyResult Cancelled(OrderRow order, AttemptRow? next) => _books.Run(CancelledCommand(Scene.Ref(order), order, next));

    private static ApplyPayoutStatement CancelledCommand(AttemptRef attempt, OrderRow order, AttemptRow? next) =>
        new(attempt, Scene.Told(Scene.Said(order, ObservationKind.Failed) with { LacksFunds = true }), false, 600_000, Scene.Now) { Next = next, ParkForMs = Day };

    private DueAction Take(OrderRow order, short no) =>
        _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, Attempt(order, no).Reference, false, Scene.LeaseMs, Scene.Now)).Action;

    private OrderRow Now(OrderRow order) => _books.Orders[order.Key];

    private AttemptRow Attempt(OrderRow order, short no = 1) => _books.Attempts[new AttemptKey(order.Bucket, order.Id, no)];

    private (EventType Type, string Detail) Last(OrderRow order) => _books.LastEvent(order.Key) is var e ? (e.Type, e.Detail) : default;
}
