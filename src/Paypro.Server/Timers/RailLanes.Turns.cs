using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <content>Whose turn it is in a lane.</content>
internal sealed partial class RailLanes
{
    private RailLane Find(TimerLane lane)
    {
        if (!_lanes.TryGetValue(lane, out var found))
        {
            var offer = lane.Work == TimerWork.Parked ? null : OfferOf(lane);
            _lanes.Add(lane, found = new RailLane(offer is null ? Pace.Free : RailPace.Of(offer, CallsOf(lane)), lane.Work == TimerWork.Ask && ReadListings.EveryMs(offer) > 0));
        }

        return found;
    }

    /// <summary>Questions share what the account may do at a time: the late ones have a part of them, and only while no other waits.</summary>
    private bool MayStart(TimerLane key, RailLane lane)
    {
        DropStopped(lane);
        if (lane.IsPacing || lane.ToCall.Count == 0)
        {
            return false;
        }

        var other = key.Work is TimerWork.Send or TimerWork.Parked ? null : _lanes.GetValueOrDefault(key with { Work = key.Work == TimerWork.Ask ? TimerWork.AskLate : TimerWork.Ask });
        return lane.UnderWay + (other?.UnderWay ?? 0) < lane.Most
            && (key.Work != TimerWork.AskLate || (lane.UnderWay < Math.Max(1, lane.Most / LatePart) && other is not { ToCall.Count: > 0 }));
    }

    /// <summary>Whether one may be tried without a call.</summary>
    private bool MayTry(RailLane lane)
    {
        DropStopped(lane);
        return lane.TriesFirst && lane.Waiting.Count > 0 && lane.UnderWay < lane.Most;
    }

    private DueWork Take(TimerLane key, RailLane lane, bool mayCall)
    {
        var (timer, stop) = (mayCall ? lane.ToCall : lane.Waiting).Dequeue();
        lane.UnderWay++;

        // How long it has waited for its turn, as far as this process knows: what had to wait because nobody was here says nothing about the rail.
        var lateMs = Math.Min(time.NowMs() - timer.DueAtMs, (long)time.GetElapsedTime(lane.BusySince).TotalMilliseconds);
        // A rail that tells all that moved is asked about one attempt no oftener than for all.
        return new DueWork(timer, key, Math.Max(ReadListings.EveryMs(OfferOf(key)), 2 * lateMs), stop) { MayCall = mayCall };
    }

    /// <summary>After a stop they stay due for whoever comes next.</summary>
    private void DropStopped(RailLane lane)
    {
        DropStopped(lane.Waiting);
        DropStopped(lane.Tried);
    }

    private void DropStopped(Queue<(TimerRow Timer, CancellationToken Stop)> waiting)
    {
        while (waiting.TryPeek(out var first) && first.Stop.IsCancellationRequested)
        {
            waiting.Dequeue();
            _held.Remove(first.Timer.Key);
            _underWay.Leave();
        }
    }

    private AccountOffer? OfferOf(TimerLane lane) => snapshots.Newest?.Accounts.GetValueOrDefault(lane.ChannelAccountId);

    private static PacedCalls CallsOf(TimerLane lane) => lane.Work == TimerWork.Send ? PacedCalls.Send : PacedCalls.Query;
}
