using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>One due timer in its lane.</summary>
/// <param name="Timer">As it was read.</param>
/// <param name="Lane">Where its work belongs.</param>
/// <param name="LeastMs">How far apart questions about one attempt have to be, so that the lane keeps up; milliseconds.</param>
/// <param name="Stop">Ends what can be broken off.</param>
internal sealed record DueWork(TimerRow Timer, TimerLane Lane, long LeastMs, CancellationToken Stop)
{
    /// <summary>False: only what needs no call is done.</summary>
    public bool MayCall { get; init; } = true;
}

/// <summary>One lane of <see cref="RailLanes"/>, whose lock guards it.</summary>
/// <param name="pace">What its account lets it do.</param>
/// <param name="isListed">Whether its rail tells all that moved, so that most of its orders are asked about by nobody.</param>
internal sealed class RailLane(Pace pace, bool isListed)
{
    public int Most => pace.InFlight;
    public bool HasPace => pace.Calls > 0;

    /// <summary>Where a listing may have answered, each is tried first without the right to call, which is asked for only when it is needed.</summary>
    public bool TriesFirst => isListed && HasPace;
    public Queue<(TimerRow Timer, CancellationToken Stop)> Waiting { get; } = [];

    /// <summary>Those of them that were tried and need a call.</summary>
    public Queue<(TimerRow Timer, CancellationToken Stop)> Tried { get; } = [];

    /// <summary>Those whose next step is a call.</summary>
    public Queue<(TimerRow Timer, CancellationToken Stop)> ToCall => TriesFirst ? Tried : Waiting;
    public int UnderWay { get; set; }
    public bool IsPacing { get; set; }
    public bool WasFull { get; set; }

    /// <summary>The newest stop token.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Since when something has waited without a break, monotonic.</summary>
    public long BusySince { get; set; }

    /// <summary>As many wait as may be under way: it can go on for a while.</summary>
    public bool IsFull => Waiting.Count >= Math.Min(Most, RailLanes.MostWaiting) || Tried.Count >= RailLanes.MostWaiting;
}
