using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>What anybody can cause is logged once in a while, with how often it happened.</summary>
public sealed class LogSampleTests
{
    [Fact]
    public void OneLineOfAKindIsTakenInAWhileAndTheOthersAreCounted()
    {
        var clock = new StandingClock();
        var sample = new LogSample(clock);
        Assert.True(sample.Takes("a", out var count));
        Assert.Equal(1, count);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(sample.Takes("a", out _));
        }

        Assert.True(sample.Takes("b", out count));
        Assert.Equal(1, count);
        clock.Pass(LogSample.Every - TimeSpan.FromMilliseconds(1));
        Assert.False(sample.Takes("a", out _));
        clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(sample.Takes("a", out count));
        Assert.Equal(102, count);
        Assert.False(sample.Takes("a", out _));
    }

    [Fact]
    public void PlacesAreGivenBackAndCountedForEach()
    {
        var places = new Places<string>(most: 3, mostOfOne: 2);
        Assert.True(places.Enter("a"));
        Assert.True(places.Enter("a"));
        Assert.False(places.Enter("a"));
        Assert.True(places.Enter("b"));
        Assert.False(places.Enter("c"));
        places.Leave("a");
        Assert.True(places.Enter("c"));
        Assert.Equal(3, places.Taken);
        foreach (var key in (string[])["a", "b", "c"])
        {
            places.Leave(key);
        }

        Assert.Equal(0, places.Taken);
        Assert.Throws<KeyNotFoundException>(() => places.Leave("a"));
    }

    private sealed class StandingClock : TimeProvider
    {
        private long ticks = 7_000_000_000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => ticks;

        public void Pass(TimeSpan time) => ticks += (long)time.TotalMicroseconds;
    }
}
