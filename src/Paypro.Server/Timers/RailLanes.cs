using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// What this process has taken in hand. The work of each channel account waits in lanes of its own, sends apart from questions, and questions about
/// orders under way before those about orders that have ended. A lane starts as much as the account lets it: so many calls at once, and its pace. A
/// rail that does not answer fills its own lane and no other.
/// </summary>
/// <param name="snapshots">The channel accounts.</param>
/// <param name="pace">Their pace.</param>
/// <param name="work">Does it; true when the rail was called.</param>
/// <param name="hasRoom">Called when a lane that was full has room.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Faults of a lane.</param>
internal sealed partial class RailLanes(
    SnapshotStore snapshots, RailPace pace, Func<DueWork, Task<bool>> work, Action hasRoom, TimeProvider time, ILogger log)
{
    /// <summary>Timers that wait in one lane beside those under way.</summary>
    public const int MostWaiting = 256;

    /// <summary>Of the questions under way at once, late ones get this part, so that a rail that does not answer them is still asked the others.</summary>
    private const int LatePart = 8;

    /// <summary>How long a lane waits for its pace before it looks again.</summary>
    private const int MostPacedMs = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TimerLane, RailLane> _lanes = [];
    private readonly Dictionary<TimerKey, TimerLane> _held = [];

    /// <summary>Tried without a call, and waiting for one in the same lane.</summary>
    private readonly HashSet<TimerKey> _again = [];
    private readonly UnderWay _underWay = new();

    /// <summary>Timers in hand.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>The lanes that want no more at present.</summary>
    public List<TimerLane> Full()
    {
        lock (_gate)
        {
            var full = _lanes.Where(static l => l.Value.IsFull).ToList();
            full.ForEach(static l => l.Value.WasFull = true);
            return full.ConvertAll(static l => l.Key);
        }
    }

    /// <summary>Waits until nothing is in hand.</summary>
    public Task WhenIdleAsync() => _underWay.WhenNoneAsync();

    /// <summary>Takes a timer in hand; false when it is there already or its lane is full.</summary>
    public bool Add(TimerRow timer, TimerLane lane, CancellationToken stop)
    {
        lock (_gate)
        {
            var to = Find(lane);
            if (to.Waiting.Count >= MostWaiting || !_held.TryAdd(timer.Key, lane))
            {
                return false;
            }

            if (to.Waiting.Count == 0)
            {
                to.BusySince = time.GetTimestamp();
            }

            to.Stop = stop;
            to.Waiting.Enqueue((timer, stop));
            _underWay.Enter();
        }

        return true;
    }

    /// <summary>
    /// What is in hand belongs to another lane, or needs a call in its own and was tried without; it stays in hand there. When that lane is full it stays due.
    /// </summary>
    public void Move(DueWork from, TimerLane to)
    {
        lock (_gate)
        {
            if (from.Lane == to && !from.MayCall)
            {
                // When as many wait for a call already, it stays due.
                var lane = _lanes[to];
                if (lane.Tried.Count < MostWaiting)
                {
                    _again.Add(from.Timer.Key);
                    lane.Tried.Enqueue((from.Timer, from.Stop));
                    _underWay.Enter();
                }

                return;
            }

            _held.Remove(from.Timer.Key);
        }

        if (Add(from.Timer, to, from.Stop))
        {
            Start(to);
        }
    }

    /// <summary>Starts what may start. Does not wait for any of it.</summary>
    public void Start()
    {
        List<TimerLane> all;
        lock (_gate)
        {
            all = [.. _lanes.Keys];
        }

        all.ForEach(Start);
    }

    private void Start(TimerLane lane)
    {
        while (true)
        {
            DueWork? next = null;
            AccountOffer? paced;
            lock (_gate)
            {
                if (!_lanes.TryGetValue(lane, out var from))
                {
                    return;
                }

                var isTry = MayTry(from);
                if (!isTry && !MayStart(lane, from))
                {
                    return;
                }

                paced = from.HasPace && !isTry ? OfferOf(lane) : null;
                if (paced is not null)
                {
                    from.IsPacing = true;
                }
                else
                {
                    next = Take(lane, from, mayCall: !isTry);
                }
            }

            _ = paced is not null ? PaceAsync(lane, paced) : RunAsync(next!, null);
            if (paced is not null)
            {
                return;
            }
        }
    }

    /// <summary>Waits until the account's pace lets one more call begin, then begins it.</summary>
    private async Task PaceAsync(TimerLane lane, AccountOffer offer)
    {
        var calls = CallsOf(lane);
        while (true)
        {
            var waitMs = 0L;
            try
            {
                waitMs = await pace.TakeAsync(offer, calls, onlyIfIdle: lane.Work == TimerWork.AskLate);
            }
#pragma warning disable CA1031 // The database is away: the lane asks again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                log.LogWarning(error, "The pace of channel account {AccountId} could not be read", lane.ChannelAccountId);
                waitMs = 1_000;
            }

            DueWork? next = null;
            lock (_gate)
            {
                var from = _lanes[lane];
                DropStopped(from);
                if (waitMs == 0 || from.ToCall.Count == 0)
                {
                    from.IsPacing = false;
                    next = waitMs == 0 && MayStart(lane, from) ? Take(lane, from, mayCall: true) : null;
                }
            }

            if (next is not null)
            {
                _ = RunAsync(next, offer);
                Start(lane);
                return;
            }

            if (waitMs == 0)
            {
                pace.GiveBack(offer, calls);
            }

            CancellationToken stop;
            lock (_gate)
            {
                if (!_lanes.TryGetValue(lane, out var from) || !from.IsPacing)
                {
                    return;
                }

                stop = from.Stop;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(waitMs, 1, MostPacedMs)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task RunAsync(DueWork next, AccountOffer? paced)
    {
        var called = false;
        try
        {
            called = await work(next);
        }
        finally
        {
            if (!called && paced is not null)
            {
                pace.GiveBack(paced, CallsOf(next.Lane));
            }

            Leave(next);
        }
    }

    private void Leave(DueWork done)
    {
        bool again;
        lock (_gate)
        {
            var lane = _lanes[done.Lane];
            lane.UnderWay--;
            if (!_again.Remove(done.Timer.Key) && _held.TryGetValue(done.Timer.Key, out var holder) && holder == done.Lane)
            {
                _held.Remove(done.Timer.Key);
            }

            again = lane.WasFull && !lane.IsFull;
            lane.WasFull &= !again;
            if (lane is { UnderWay: 0, Waiting.Count: 0, Tried.Count: 0, IsPacing: false })
            {
                _lanes.Remove(done.Lane);
            }
        }

        if (again)
        {
            hasRoom();
        }

        Start(done.Lane);
        Start(done.Lane with { Work = done.Lane.Work == TimerWork.AskLate ? TimerWork.Ask : TimerWork.AskLate });
        _underWay.Leave();
    }
}
