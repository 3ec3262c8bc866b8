using Paypro.Channels;
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
internal sealed class RailLanes(
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

    /// <summary>What is in hand belongs to another lane, and stays in hand there. When that lane is full it stays due.</summary>
    public void Move(DueWork from, TimerLane to)
    {
        lock (_gate)
        {
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
                if (!_lanes.TryGetValue(lane, out var from) || !MayStart(lane, from))
                {
                    return;
                }

                paced = from.HasPace ? OfferOf(lane) : null;
                if (paced is not null)
                {
                    from.IsPacing = true;
                }
                else
                {
                    next = Take(lane, from);
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
                if (waitMs == 0 || from.Waiting.Count == 0)
                {
                    from.IsPacing = false;
                    next = waitMs == 0 && MayStart(lane, from) ? Take(lane, from) : null;
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
            if (_held.TryGetValue(done.Timer.Key, out var holder) && holder == done.Lane)
            {
                _held.Remove(done.Timer.Key);
            }

            again = lane.WasFull && !lane.IsFull;
            lane.WasFull &= !again;
            if (lane is { UnderWay: 0, Waiting.Count: 0, IsPacing: false })
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

    private RailLane Find(TimerLane lane)
    {
        if (!_lanes.TryGetValue(lane, out var found))
        {
            _lanes.Add(lane, found = new RailLane(lane.Work != TimerWork.Parked && OfferOf(lane) is { } offer ? RailPace.Of(offer, CallsOf(lane)) : Pace.Free));
        }

        return found;
    }

    /// <summary>Questions share the account's hands: the late ones have a part of them, and only while no other waits.</summary>
    private bool MayStart(TimerLane key, RailLane lane)
    {
        DropStopped(lane);
        if (lane.IsPacing || lane.Waiting.Count == 0)
        {
            return false;
        }

        var other = key.Work is TimerWork.Send or TimerWork.Parked ? null : _lanes.GetValueOrDefault(key with { Work = key.Work == TimerWork.Ask ? TimerWork.AskLate : TimerWork.Ask });
        return lane.UnderWay + (other?.UnderWay ?? 0) < lane.Most
            && (key.Work != TimerWork.AskLate || (lane.UnderWay < Math.Max(1, lane.Most / LatePart) && other is not { Waiting.Count: > 0 }));
    }

    private DueWork Take(TimerLane key, RailLane lane)
    {
        var (timer, stop) = lane.Waiting.Dequeue();
        lane.UnderWay++;

        // How long it has waited for its turn, as far as this process knows: what had to wait because nobody was here says nothing about the rail.
        var lateMs = Math.Min(time.NowMs() - timer.DueAtMs, (long)time.GetElapsedTime(lane.BusySince).TotalMilliseconds);
        // A rail that tells all that moved is asked about one attempt no oftener than for all.
        return new DueWork(timer, key, Math.Max(ReadListings.EveryMs(OfferOf(key)), 2 * lateMs), stop);
    }

    /// <summary>After a stop they stay due for whoever comes next.</summary>
    private void DropStopped(RailLane lane)
    {
        while (lane.Waiting.TryPeek(out var first) && first.Stop.IsCancellationRequested)
        {
            lane.Waiting.Dequeue();
            _held.Remove(first.Timer.Key);
            _underWay.Leave();
        }
    }

    private AccountOffer? OfferOf(TimerLane lane) => snapshots.Newest?.Accounts.GetValueOrDefault(lane.ChannelAccountId);

    private static PacedCalls CallsOf(TimerLane lane) => lane.Work == TimerWork.Send ? PacedCalls.Send : PacedCalls.Query;
}
