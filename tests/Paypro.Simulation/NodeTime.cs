namespace Paypro.Simulation;

/// <summary>
/// The clock as one node sees it: virtual, a little wrong, and silent for a node that is dead. Timers that end while a node is
/// paused fire when it wakes, late, as they do in a process that was stopped.
/// </summary>
/// <param name="clock">The only real one.</param>
/// <param name="skew">How far this node's wall clock is off.</param>
internal sealed class NodeTime(VirtualClock clock, TimeSpan skew) : TimeProvider
{
    /// <summary>Set by a node's end: nothing fires any more.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Until when the node stands still, in <see cref="VirtualClock.Ticks"/>.</summary>
    public long PausedUntil { get; set; }

    /// <summary>For the broken variant in which a node does not notice that it stood still.</summary>
    public long MonotonicLostTicks { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => VirtualClock.Start + clock.Passed + skew;

    public override long GetTimestamp() => clock.Ticks - MonotonicLostTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, clock, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(NodeTime time, VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock.After(dueTime, () => Fire(version, period));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int version, TimeSpan period)
        {
            if (version != _version || time.IsStopped)
            {
                return;
            }

            if (time.PausedUntil > clock.Ticks)
            {
                clock.At(time.PausedUntil, () => Fire(version, period));
                return;
            }

            if (period != Timeout.InfiniteTimeSpan && period > TimeSpan.Zero)
            {
                clock.After(period, () => Fire(version, period));
            }

            callback(state);
        }
    }
}
