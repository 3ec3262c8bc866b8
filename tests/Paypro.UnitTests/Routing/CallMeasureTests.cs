using CsCheck;
using Paypro.Server.Routing;

namespace Paypro.UnitTests.Routing;

/// <summary>What is said of an account's calls in the last minutes.</summary>
public sealed class CallMeasureTests
{
    [Fact]
    public void TheShareIsWhatItIsAndTheTimeIsHardlyTooHigh() => Gen.Select(Gen.Long[0, 100_000].List[1, 300], Gen.Int[0, 3].List[1, 300]).Sample((times, ends) =>
    {
        var measure = new CallMeasure();
        for (var i = 0; i < times.Count; i++)
        {
            measure.Count((CallEnd)ends[i % ends.Count], times[i], 1_000 + i);
        }

        var read = measure.Read(2_000)!;
        var all = Enumerable.Range(0, times.Count).Select(i => (CallEnd)ends[i % ends.Count]).ToList();
        Assert.Equal((times.Count, all.Count(e => e == CallEnd.Answered), all.Count(e => e is CallEnd.Unknown or CallEnd.TimedOut)), (read.Calls, read.Answered, read.Unknown));
        var exact = times.Order().ElementAt((int)Math.Ceiling(times.Count * 0.95) - 1);
        Assert.InRange(read.P95Ms, exact, (long)(exact * 1.13) + 1);
    });

    [Fact]
    public void WhatIsOlderThanTheWindowIsForgotten()
    {
        var measure = new CallMeasure();
        Assert.Null(measure.Read(0));
        measure.Count(CallEnd.Unknown, 10, 0);
        measure.Count(CallEnd.Answered, 20, 60_000);
        Assert.Equal(new MeasuredCalls(2, 1, 1, 20), measure.Read(CallWindow.LengthMs - 1)! with { P95Ms = 20 });
        Assert.Equal((1, 1, 0), measure.Read(CallWindow.LengthMs) is { } read ? (read.Calls, read.Answered, read.Unknown) : default);
        Assert.Null(measure.Read(CallWindow.LengthMs + 60_000));
    }
}
