namespace Paypro.Simulation;

/// <summary>
/// Time that passes only when nothing is left to do: a queue of things to come, in the order of their moment and then of their
/// arrival, so that one seed always gives one order.
/// </summary>
internal sealed class VirtualClock
{
    /// <summary>A Thursday at noon UTC, early morning in Mexico.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long AtTicks, long Order)> _coming = new();
    private long _order;

    /// <summary>100 ns since <see cref="Start"/>.</summary>
    public long Ticks { get; private set; }

    public long NowMs => Start.ToUnixTimeMilliseconds() + Ticks / TimeSpan.TicksPerMillisecond;

    public TimeSpan Passed => TimeSpan.FromTicks(Ticks);

    public void At(long ticks, Action what) => _coming.Enqueue(what, (Math.Max(ticks, Ticks), _order++));

    public void After(TimeSpan time, Action what) => At(Ticks + Math.Max(0, time.Ticks), what);

    /// <summary>Does the next thing that comes before a moment; false when there is none, and then it is that moment.</summary>
    public bool Next(long untilTicks)
    {
        if (!_coming.TryPeek(out _, out var when) || when.AtTicks > untilTicks)
        {
            Ticks = Math.Max(Ticks, untilTicks);
            return false;
        }

        var what = _coming.Dequeue();
        Ticks = when.AtTicks;
        what();
        return true;
    }
}
