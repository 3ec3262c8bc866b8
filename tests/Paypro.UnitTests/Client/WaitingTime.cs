namespace Paypro.UnitTests.Client;

/// <summary>A clock that stands still until somebody waits: then it goes forward by the wait, at once. The time-out of an attempt never comes.</summary>
internal sealed class WaitingTime(DateTimeOffset now) : TimeProvider
{
    private static readonly TimeSpan AttemptTimeout = new Paypro.Client.RetryPolicy().AttemptTimeout;

    private TimeSpan passed;

    /// <summary>The waits so far, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => now + passed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == AttemptTimeout || dueTime == Timeout.InfiniteTimeSpan)
        {
            return new NoTimer();
        }

        Waits.Add(dueTime);
        passed += dueTime;
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
