using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>One due timer in its lane.</summary>
/// <param name="Timer">As it was read.</param>
/// <param name="Lane">Where its work belongs.</param>
/// <param name="LeastMs">How far apart questions about one attempt have to be, so that the lane keeps up; milliseconds.</param>
/// <param name="Stop">Ends what can be broken off.</param>
internal sealed record DueWork(TimerRow Timer, TimerLane Lane, long LeastMs, CancellationToken Stop);

/// <summary>One lane of <see cref="RailLanes"/>, whose lock guards it.</summary>
/// <param name="pace">What its account lets it do.</param>
internal sealed class RailLane(Pace pace)
{
    public int Most => pace.InFlight;
    public bool HasPace => pace.Calls > 0;
    public Queue<(TimerRow Timer, CancellationToken Stop)> Waiting { get; } = [];
    public int UnderWay { get; set; }
    public bool IsPacing { get; set; }
    public bool WasFull { get; set; }

    /// <summary>The newest stop token.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Since when something has waited without a break, monotonic.</summary>
    public long BusySince { get; set; }

    /// <summary>As many wait as may be under way: it can go on for a while.</summary>
    public bool IsFull => Waiting.Count >= Math.Min(Most, RailLanes.MostWaiting);
}
