using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What has ended is asked about once a day until no money can move, and its timer waits in the lane of its rail.</summary>
public sealed class LateAskTests
{
    private const long Day = LateAsks.EveryMs;
    private readonly Books _books = new();
    private readonly OrderRow _asked = Scene.PayIn();

    private OrderRow Now => _books.Orders[_asked.Key];

    private TimerRow Timer => Assert.Single(_books.Timers.Values);

    [Fact]
    public void AnExpiredOrderIsAskedAboutUntilNoMoneyCanCome()
    {
        _books.Store(_asked, Scene.Attempt(_asked));
        _books.NowMs = Scene.Expires;
        Assert.Equal(Expiry.Expired, _books.Run(new ExpirePayIn(_asked.Key, "clock", Scene.Expires) { AskedAtMs = Scene.Expires, Answered = [1], LateAfterMs = Day }));
        Assert.Equal((Scene.AccountId, TimerWork.AskLate, (short)1, Scene.Expires + Day), (Timer.ChannelAccountId, Timer.Work, Timer.AttemptNo, Timer.DueAtMs));

        var until = new Dictionary<short, long> { [1] = Scene.Expires + (2 * Day) + 5 };
        var asked = new List<long>();
        for (var turn = 0; turn < 10 && Now.TimerDueMs != 0; turn++)
        {
            _books.NowMs = Now.TimerDueMs;
            if (_books.Run(new TakeLate(_asked.Key, Now.TimerDueMs, Scene.AccountId, until, _books.NowMs)).Attempt is { } attempt)
            {
                asked.Add(_books.NowMs - Scene.Expires);
                _books.Run(new NoteAnswer(attempt.Key, _books.NowMs));
            }
        }

        Assert.Equal([Day, 2 * Day, (2 * Day) + 6], asked);
        Assert.Equal(0, Now.TimerDueMs);
    }

    [Fact]
    public void ARailThatStaysSilentIsNotAskedWithoutEnd()
    {
        _books.Store(_asked with { State = OrderState.Expired, TimerDueMs = Scene.Expires + Day }, Scene.Attempt(_asked));
        var until = new Dictionary<short, long> { [1] = Scene.Expires + Day };
        var turns = 0;
        while (Now.TimerDueMs != 0)
        {
            _books.NowMs = Now.TimerDueMs;
            _books.Run(new TakeLate(_asked.Key, Now.TimerDueMs, Scene.AccountId, until, _books.NowMs));
            turns++;
        }

        Assert.InRange(turns, 28, 34);
    }

    /// <summary>Nothing to ask (a listing tells of it), another lane, another timer.</summary>
    [Fact]
    public void WhatNeedsNoQuestionIsLetGo()
    {
        _books.Store(_asked with { State = OrderState.Paid, TimerDueMs = Scene.Now }, Scene.Attempt(_asked, AttemptState.Done));
        var until = new Dictionary<short, long> { [1] = Scene.Now + Day };
        Assert.Equal(DueAction.Nothing, _books.Run(new TakeLate(_asked.Key, Scene.Now - 1, Scene.AccountId, until, Scene.Now)).Action);
        Assert.Equal(DueAction.Nothing, _books.Run(new TakeLate(_asked.Key, Scene.Now, Scene.AccountId + 1, until, Scene.Now)).Action);
        Assert.NotEqual(0, Now.TimerDueMs);
        Assert.Equal(DueAction.Nothing, _books.Run(new TakeLate(_asked.Key, Now.TimerDueMs, Scene.AccountId, new Dictionary<short, long>(), Scene.Now)).Action);
        Assert.Equal(0, Now.TimerDueMs);
    }

    [Theory]
    [InlineData(nameof(OrderState.Pending), nameof(AttemptState.Ready), nameof(TimerWork.Send))]
    [InlineData(nameof(OrderState.Pending), nameof(AttemptState.Sending), nameof(TimerWork.Ask))]
    [InlineData(nameof(OrderState.Pending), nameof(AttemptState.Accepted), nameof(TimerWork.Ask))]
    [InlineData(nameof(OrderState.Paid), nameof(AttemptState.Done), nameof(TimerWork.AskLate))]
    public void APayoutWaitsInTheLaneOfItsWork(string state, string attempt, string work)
    {
        var order = Scene.Payout() with { State = Enum.Parse<OrderState>(state) };
        var plan = TimerPlan.Of(order, [Scene.Attempt(order, Enum.Parse<AttemptState>(attempt))], Scene.Now);
        Assert.Equal(new TimerLane(Scene.AccountId, Enum.Parse<TimerWork>(work)), plan.Lane);
    }

    /// <summary>Held money whose order nobody decides yet is asked about further, but only when a person knows and every rail has answered.</summary>
    [Theory]
    [InlineData(false, true, nameof(TimerWork.Ask))]
    [InlineData(true, false, nameof(TimerWork.Ask))]
    [InlineData(true, true, nameof(TimerWork.AskLate))]
    public void HeldMoneyIsAskedAboutFurther(bool answered, bool person, string work)
    {
        var order = _asked with { SuspenseMinor = 1, Exceptions = person ? OrderExceptions.NeedsPerson : OrderExceptions.None };
        var plan = TimerPlan.Of(order, [Scene.Attempt(order, AttemptState.Done) with { AnsweredAtMs = answered ? Scene.Expires : 0 }], Scene.Expires);
        Assert.Equal(Enum.Parse<TimerWork>(work), plan.Work);
    }
}
