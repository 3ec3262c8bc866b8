using CsCheck;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A payout that is kept back: by a rule, the block list or screening; sent once it is let go, given back once when it is not.</summary>
public sealed class KeepingBackTests
{
    private const long HeldFor = 3 * 86_400_000L, Again = 300_000;
    private readonly Books _books = new();
    private long _orders = 10;

    [Fact]
    public void ARuleHoldsOneTooManyAndRefusesMore()
    {
        _books.Open(Scene.Available, 5_000_00);
        PersonRule[] rules = [new(RuleSpan.Hour, RuleAction.Hold, 1, null), new(RuleSpan.Hour, RuleAction.Refuse, 2, null)];
        Assert.Equal(AttemptState.Ready, Created(rules, "a").State);
        var held = Created(rules, "a");
        Assert.Equal(AttemptState.Held, held.State);
        var order = _books.Orders[held.OrderKey];
        Assert.Equal((OrderState.Pending, order.CreatedAtMs + HeldFor), (order.State, order.TimerDueMs));
        Assert.Equal(CaseState.Open, _books.Cases.Values.Single(c => c.Kind == CaseKind.HeldPayout).State);
        Assert.Equal("customerAccount: one recipient may have at most 2 of this merchant's payouts within an hour", Refused(rules, "a"));

        // Another recipient is another one, and what is refused counts nothing.
        Assert.Equal(AttemptState.Ready, Created(rules, "b").State);
        Assert.Equal(2, Recent("a").Count);
        var lane = TimerPlan.Of(order, [held], _books.NowMs).Lane;
        Assert.Equal((TimerLane.Screening, TimerWork.Ask), (lane.ChannelAccountId, lane.Work));
    }

    [Fact]
    public void AnHourIsAnySixtyMinutesAndADayAnyTwentyFourHours()
    {
        _books.Open(Scene.Available, 50_000_00);
        PersonRule[] rules = [new(RuleSpan.Hour, RuleAction.Refuse, null, 250_00), new(RuleSpan.Day, RuleAction.Refuse, 4, null)];
        const long minute = 60_000;
        Created(rules, "a", 0);
        Created(rules, "a", 10 * minute);
        Assert.Contains("has reached the most", Refused(rules, "a", 60 * minute - 1), StringComparison.Ordinal);
        Created(rules, "a", 60 * minute);
        Created(rules, "a", 180 * minute);
        Assert.Contains("at most 4", Refused(rules, "a", 24 * 60 * minute - 1), StringComparison.Ordinal);
        Created(rules, "a", 24 * 60 * minute);
        Assert.Equal(4, Recent("a").Count);
    }

    /// <summary>Whatever comes: a row remembers at most so many, and what it remembers as one counts at least as long.</summary>
    [Fact]
    public void ARowStaysSmallAndNeverForgetsTooEarly()
    {
        _books.Open(Scene.Available, 1_000_000_00);
        PersonRule[] rules = [new(RuleSpan.Day, RuleAction.Hold, 200, null)];
        for (var i = 0; i < 260; i++)
        {
            Assert.Equal(i < 200 ? AttemptState.Ready : AttemptState.Held, Created(rules, "a", i).State);
        }

        Assert.Equal(201, Recent("a").Count);
        Assert.Equal(260, Recent("a").Sum(u => int.Parse(u.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void WhatIsClearIsSentAndWhatIsNotWaitsForAPerson()
    {
        var order = Stored(AttemptState.Screening);
        var right = Ask(order);
        Assert.Equal((_books.NowMs + KeepingBack.AskLeaseMs, 0L), (right, _books.Run(new TakeScreening(Scene.Ref(order), right - 1))));
        Assert.False(Said(order, right - 1, Verdict.Clear));
        Assert.True(Said(order, right, Verdict.Clear));
        Assert.False(Said(order, right, Verdict.Hit));
        Assert.Equal((AttemptState.Ready, true), (Attempt(order).State, Now(order).Screened));
        Assert.Equal(DueAction.Send, Take(order));

        order = Stored(AttemptState.Screening);
        Assert.True(Said(order, Ask(order), Verdict.Hit, "LIST-7"));
        Assert.Equal((AttemptState.Held, Now(order).CreatedAtMs + HeldFor), (Attempt(order).State, Now(order).TimerDueMs));
        Assert.Contains("LIST-7", Open(CaseKind.HeldPayout, order).Text, StringComparison.Ordinal);
        Assert.Equal(DueAction.Nothing, Take(order));
        Assert.True(Release(order));
        Assert.False(Release(order));
        Assert.False(Refuse(order));
        Assert.Equal((AttemptState.Ready, true, CaseState.Resolved), (Attempt(order).State, Now(order).Screened, Open(CaseKind.HeldPayout, order).State));
        Assert.Equal(_books.NowMs, Now(order).ReleasedAtMs);
    }

    [Fact]
    public void NoAnswerIsAskedAgainAndSaidOnce()
    {
        var order = Stored(AttemptState.Screening);
        var events = Now(order).EventCount;
        for (var i = 0; i < 3; i++)
        {
            Assert.True(Said(order, Ask(order), Verdict.NoAnswer));
            Assert.Equal((AttemptState.Screening, _books.NowMs + Again), (Attempt(order).State, Now(order).TimerDueMs));
        }

        Assert.Equal(events + 1, Now(order).EventCount);
        Assert.Equal((CaseState.Open, CaseSeverity.Now), (Open(CaseKind.UnscreenedPayout, order).State, Open(CaseKind.UnscreenedPayout, order).Severity));
        Assert.True(Said(order, Ask(order), Verdict.Clear));
        Assert.Equal((AttemptState.Ready, CaseState.Resolved), (Attempt(order).State, Open(CaseKind.UnscreenedPayout, order).State));
    }

    [Fact]
    public void WhatIsReadyIsKeptBackAndWhatARuleHeldIsStillScreened()
    {
        var order = Stored(AttemptState.Ready);
        Assert.False(_books.Run(new KeepBack(Scene.Ref(order), Now(order).TimerDueMs + 1, AttemptState.Held, KeepingBack.Blocked, HeldFor, Scene.Now)));
        Assert.True(_books.Run(new KeepBack(Scene.Ref(order), Now(order).TimerDueMs, AttemptState.Held, KeepingBack.Blocked, HeldFor, Scene.Now)));
        Assert.Equal(AttemptState.Held, Attempt(order).State);
        Assert.True(Release(order));
        Assert.False(Now(order).Screened);
        Assert.True(_books.Run(new KeepBack(Scene.Ref(order), Now(order).TimerDueMs, AttemptState.Screening, "waits", HeldFor, Scene.Now)));
        Assert.True(Said(order, Ask(order), Verdict.Clear));
        Assert.Equal(DueAction.Send, Take(order));
    }

    [Fact]
    public void ItEndsWithItsMoneyGivenBackOnce()
    {
        var order = Stored(AttemptState.Held);
        Assert.False(End(order, HeldFor));
        Assert.True(End(order, 0));
        Assert.Equal((OrderState.Failed, "00029", AttemptState.Failed, 1), (Now(order).State, Now(order).FailureCode, Attempt(order).State, Now(order).ResultVersion));
        var available = _books.Balance(Scene.Available);
        Assert.False(End(order, 0));
        Assert.False(Refuse(order));
        Assert.Equal(available, _books.Balance(Scene.Available));

        order = Stored(AttemptState.Screening);
        Assert.True(Refuse(order));
        Assert.Equal((OrderState.Failed, EndKept.Refused), (Now(order).State, _books.LastEvent(order.Key)!.Detail));
    }

    [Theory]
    [InlineData(nameof(AttemptState.Sending))]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Accepted))]
    [InlineData(nameof(AttemptState.Parked))]
    public void WhatMayHaveLeftIsNeverKeptBackOrEnded(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state));
        Assert.False(_books.Run(new KeepBack(Scene.Ref(order), Now(order).TimerDueMs, AttemptState.Held, KeepingBack.Blocked, HeldFor, Scene.Now)));
        Assert.Equal(0, _books.Run(new TakeScreening(Scene.Ref(order), Now(order).TimerDueMs)));
        Assert.False(Release(order));
        Assert.False(Refuse(order));
        Assert.False(End(order, 0));
        Assert.Equal((Enum.Parse<AttemptState>(state), OrderState.Pending), (Attempt(order).State, Now(order).State));
    }

    /// <summary>Whatever happens in whatever order: what is reserved is there until it is sent or ended, once, and it is sent only when it is ready.</summary>
    [Fact]
    public void InAnyOrder() => Gen.Int[0, 8].Array[1, 16].Sample(
        steps =>
        {
            var (books, order, right, isSent) = (new Books(), Scene.Payout(), 0L, false);
            books.Open(Scene.Frozen, 103_48);
            books.Store(order, Scene.Attempt(order, AttemptState.Screening));
            foreach (var step in steps)
            {
                var (now, facts, before) = (books.Orders[order.Key], Scene.Ref(order), books.Attempts[new AttemptKey(order.Bucket, order.Id, 1)].State);
                switch (step)
                {
                    case 0 or 1: right = books.Run(new TakeScreening(facts, now.TimerDueMs)) is > 0 and var taken ? taken : right; break;
                    case 2 or 3 or 4: books.Run(new RecordScreening(facts, right, (Verdict)(step - 1), "", Again, HeldFor, Scene.Now)); break;
                    case 5: books.Run(new ReleaseHeld(facts, Action(order), Scene.Now)); break;
                    case 6: books.Run(new EndKept(facts, Action(order), 0, 0, Scene.Now)); break;
                    case 7: books.Run(new KeepBack(facts, now.TimerDueMs, AttemptState.Held, KeepingBack.Blocked, HeldFor, Scene.Now)); break;
                    default: isSent |= books.Run(new TakeDuePayout(order.Key, now.TimerDueMs, $"r{order.Id}-1", false, Scene.LeaseMs, Scene.Now)).Action == DueAction.Send && (before == AttemptState.Ready || Fail()); break;
                }
            }

            var (after, attempt) = (books.Orders[order.Key], books.Attempts.Values.Single());
            return books.Balance(Scene.Frozen) == (after.State == OrderState.Pending ? 103_48 : 0)
                && after.State is OrderState.Pending or OrderState.Failed
                && isSent == (attempt.State == AttemptState.Sending)
                && after.TimerDueMs > 0 == (after.State == OrderState.Pending);

            static bool Fail() => throw new InvalidOperationException("It was sent before it was ready.");
        });

    private OrderRow Stored(AttemptState state)
    {
        var order = Scene.Payout(++_orders);
        _books.Open(Scene.Frozen, 103_48);
        _books.Store(order, Scene.Attempt(order, state));
        return order;
    }

    private AttemptRow Created(PersonRule[] rules, string person, long afterMs = 0) =>
        _books.Attempts[new AttemptKey(Scene.Bucket, Assert.IsType<CreateResult.Created>(Create(rules, person, afterMs)).Order.Id, 1)];

    private string Refused(PersonRule[] rules, string person, long afterMs = 0) => Assert.IsType<CreateResult.Refused>(Create(rules, person, afterMs)).Sentence;

    private CreateResult Create(PersonRule[] rules, string person, long afterMs)
    {
        var order = Scene.Payout(++_orders);
        order = order with { TimerDueMs = 0, EventCount = 0, CreatedAtMs = order.CreatedAtMs + afterMs };
        return _books.Run(new CreatePayout(order, Scene.Attempt(order, AttemptState.Ready), Scene.Person(order), Scene.Ref(order), null)
        {
            KeptForMs = HeldFor,
            Rules = new PersonRules(Direction.Payout, rules, [Key(person)], order.AmountMinor, order.CreatedAtMs) { Field = "customerAccount" },
        });
    }

    private static RuleCountKey Key(string person) => new(Scene.Bucket, Scene.MerchantNo, person);

    private List<string> Recent(string person) => [.. _books.RuleCounts[Key(person)].Recent.Split(',')];

    private long Ask(OrderRow order) => _books.Run(new TakeScreening(Scene.Ref(order), Now(order).TimerDueMs));

    private bool Said(OrderRow order, long right, Verdict verdict, string reference = "") => _books.Run(new RecordScreening(Scene.Ref(order), right, verdict, reference, Again, HeldFor, Scene.Now));

    private bool Release(OrderRow order) => _books.Run(new ReleaseHeld(Scene.Ref(order), Action(order), Scene.Now));

    private bool Refuse(OrderRow order) => _books.Run(new EndKept(Scene.Ref(order), Action(order), 0, 0, Scene.Now));

    private bool End(OrderRow order, long heldForMs) => _books.Run(new EndKept(Scene.Ref(order), null, Now(order).TimerDueMs, heldForMs, Scene.Now));

    private DueAction Take(OrderRow order) => _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, Attempt(order).Reference, false, Scene.LeaseMs, Scene.Now)).Action;

    private CaseRow Open(string kind, OrderRow order) => _books.Cases[CaseKey.Of(order.Bucket, kind, order.Number)];

    private OrderRow Now(OrderRow order) => _books.Orders[order.Key];

    private AttemptRow Attempt(OrderRow order) => _books.Attempts[new AttemptKey(order.Bucket, order.Id, 1)];

    private static long _actions;

    private static CaseActionRow Action(OrderRow order) => new() { Bucket = order.Bucket, Id = Interlocked.Increment(ref _actions), Action = "payout.decide", Actor = "operator:1", Approver = "operator:2", AtMs = Scene.Now };
}
