using Paypro.Server.Storage.Postgres;

namespace Paypro.UnitTests.Storage;

/// <summary>That no row waits long for a look at everything, and that such looks do not take all the time.</summary>
public sealed class QueueLookTests
{
    private const int OverlapMs = 1_000;
    private readonly HandTime _time = new();
    private readonly QueueLook _look;

    public QueueLookTests() => _look = new QueueLook(_time, OverlapMs);

    [Fact]
    public void TheFirstLookTakesEverything() => Assert.Null(_look.Begin().WithinMs);

    [Fact]
    public void ALookAtEverythingRestsTwentyTimesWhatItTook()
    {
        LookAt(tookMs: 10, hasMore: false);
        _time.Pass(199);
        Assert.NotNull(_look.Begin().WithinMs);
        _time.Pass(1);
        Assert.Null(_look.Begin().WithinMs);
    }

    [Fact]
    public void WithRowsLeftBehindItRestsAsLongAsItTook()
    {
        LookAt(tookMs: 10, hasMore: true);
        _time.Pass(9);
        Assert.NotNull(_look.Begin().WithinMs);
        _time.Pass(1);
        Assert.Null(_look.Begin().WithinMs);
    }

    [Fact]
    public void RowsLeftBehindByAShortLookAreLookedForAtOnce()
    {
        LookAt(tookMs: 1_000, hasMore: false);
        _time.Pass(5);
        var shortLook = _look.Begin();
        Assert.NotNull(shortLook.WithinMs);
        _look.End(shortLook, hasMore: true);
        Assert.Null(_look.Begin().WithinMs);
    }

    /// <summary>Looks leave no gap between them: each begins before the one before began, however long either took.</summary>
    [Fact]
    public void ShortLooksOverlap()
    {
        LookAt(tookMs: 5_000, hasMore: false);
        var random = new Random(7);
        var lookedAtMs = 0L;
        for (var i = 0; i < 1_000; i++)
        {
            _time.Pass(random.Next(90));
            var (beganAtMs, look) = (_time.NowMs, _look.Begin());
            if (look.WithinMs is { } withinMs)
            {
                Assert.InRange(beganAtMs - withinMs, lookedAtMs - OverlapMs, lookedAtMs - OverlapMs + 1);
            }

            lookedAtMs = beganAtMs;
            _time.Pass(random.Next(20));
            _look.End(look, hasMore: false);
        }
    }

    private void LookAt(int tookMs, bool hasMore)
    {
        var look = _look.Begin();
        _time.Pass(tookMs);
        _look.End(look, hasMore);
    }

    private sealed class HandTime : TimeProvider
    {
        public long NowMs { get; private set; }

        public override long TimestampFrequency => 1_000;

        public void Pass(int milliseconds) => NowMs += milliseconds;

        public override long GetTimestamp() => NowMs;
    }
}
