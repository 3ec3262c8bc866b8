using Paypro.Server.Routing;

namespace Paypro.UnitTests.Routing;

/// <summary>When an account is demoted, and how it recovers by itself.</summary>
public sealed class CallWindowTests
{
    private const long LimitMs = 10_000;
    private readonly CallWindow _window = new();
    private long _nowMs = 1_000_000;

    [Fact]
    public void FewCallsSayNothing()
    {
        Many(CallWindow.FewestCalls - 1, CallEnd.Unknown);
        Assert.False(Demoted);
        Many(1, CallEnd.Answered);
        Assert.True(Demoted);
        Assert.Equal("9 of 10 calls failed in 5 minutes", _window.Why);
    }

    [Theory]
    [InlineData(nameof(CallEnd.Declined))]
    [InlineData(nameof(CallEnd.Unknown))]
    [InlineData(nameof(CallEnd.TimedOut))]
    public void HalfOfTheCallsFailing(string end)
    {
        Many(51, CallEnd.Answered);
        Many(50, Enum.Parse<CallEnd>(end));
        Assert.False(Demoted);
        Many(1, Enum.Parse<CallEnd>(end));
        Assert.True(Demoted);
    }

    [Fact]
    public void SlowAtTheNinetyFifthPercentile()
    {
        Many(38, CallEnd.Answered);
        Many(2, CallEnd.Answered, LimitMs * CallWindow.SlowFromPercent / 100);
        Assert.False(Demoted);
        Many(1, CallEnd.Answered, LimitMs);
        Assert.True(Demoted);
        Assert.Equal("3 of 41 calls were slow in 5 minutes", _window.Why);
    }

    [Fact]
    public void GoodCallsInARowRecoverIt()
    {
        Many(10, CallEnd.TimedOut);
        Many(CallWindow.GoodCallsToRecover - 1, CallEnd.Answered);
        Many(1, CallEnd.Unknown);
        Many(CallWindow.GoodCallsToRecover - 1, CallEnd.Answered);
        Assert.True(Demoted);
        Many(1, CallEnd.Answered);
        Assert.False(Demoted);

        // What it was demoted for counts no more.
        Many(1, CallEnd.Unknown);
        Assert.False(Demoted);
    }

    [Fact]
    public void WhatNobodyHasTriedForTheWholeWindowIsForgotten()
    {
        Many(10, CallEnd.TimedOut);
        _nowMs += CallWindow.LengthMs - 30_001;
        Assert.True(Demoted);
        _nowMs += 30_001;
        Assert.False(Demoted);
        Assert.Equal("", _window.Why);
    }

    [Fact]
    public void OldCallsSlideOut()
    {
        Many(9, CallEnd.TimedOut);
        _nowMs += CallWindow.LengthMs;
        Many(9, CallEnd.TimedOut);
        Assert.False(Demoted);
    }

    private bool Demoted => _window.Judge(_nowMs);

    private void Many(int calls, CallEnd end, long tookMs = 100)
    {
        for (var i = 0; i < calls; i++)
        {
            _window.Count(end, tookMs, LimitMs, _nowMs);
        }
    }
}
