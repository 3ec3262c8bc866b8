using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Paypro.Channels;

namespace Paypro.Server.Routing;

/// <summary>An account that goes to the end of the plans of pay-ins.</summary>
/// <param name="AccountId">Its number.</param>
/// <param name="Why">What was seen.</param>
/// <param name="For">How long already.</param>
internal sealed record Demotion(long AccountId, string Why, TimeSpan For);

/// <summary>
/// How the channel accounts have answered this process lately. In memory only: each node sees its own calls, and one that starts knows
/// nothing. A pay-in account that is in trouble is demoted and recovers by itself; payouts are counted and never demoted.
/// </summary>
internal sealed class ChannelHealth(TimeProvider time)
{
    public const string MeterName = "Paypro.Rails";

    /// <summary>Accounts that are remembered; calls of more are measured and not remembered.</summary>
    public const int MostAccounts = 10_000;

    private static readonly Meter Meter = new(MeterName);
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "paypro.rails.calls", "s", "Calls that ask a rail to move money or for an instruction, by how they ended");

    private static readonly UpDownCounter<int> Demoted = Meter.CreateUpDownCounter<int>(
        "paypro.rails.demoted", "{account}", "Pay-in accounts that this process tries last");

    private static readonly Dictionary<long, string> Nobody = [];

    private readonly ConcurrentDictionary<long, CallWindow> _windows = new();
    private readonly ConcurrentDictionary<(long AccountId, Direction Direction), CallMeasure> _measures = new();
    private readonly long _began = time.GetTimestamp();
    private int _demoted;

    private long NowMs => (long)time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>A call has ended.</summary>
    public void Called(long accountId, Direction direction, CallEnd end, TimeSpan took, TimeSpan limit)
    {
        Durations.Record(
            took.TotalSeconds,
            new("account", accountId),
            new("direction", direction == Direction.PayIn ? "pay-in" : "payout"),
            new("outcome", end switch { CallEnd.Answered => "answered", CallEnd.Declined => "declined", CallEnd.TimedOut => "timed-out", _ => "unknown" }));
        if (_measures.Count < MostAccounts || _measures.ContainsKey((accountId, direction)))
        {
            _measures.GetOrAdd((accountId, direction), static _ => new CallMeasure()).Count(end, (long)took.TotalMilliseconds, NowMs);
        }

        if (direction != Direction.PayIn || (!_windows.ContainsKey(accountId) && _windows.Count >= MostAccounts))
        {
            return;
        }

        var window = _windows.GetOrAdd(accountId, static _ => new CallWindow());
        lock (window)
        {
            var before = window.DemotedSinceMs is not null;
            window.Count(end, (long)took.TotalMilliseconds, (long)limit.TotalMilliseconds, NowMs);
            Changed(accountId, before, window.DemotedSinceMs is not null);
        }
    }

    /// <summary>What this process saw of an account's calls in the last minutes; null while it made none.</summary>
    public MeasuredCalls? Of(long accountId, Direction direction) => _measures.TryGetValue((accountId, direction), out var measure) ? measure.Read(NowMs) : null;

    /// <summary>The pay-in accounts that are to be tried last, and why. Costs nothing while there are none.</summary>
    public IReadOnlyDictionary<long, string> LastForPayIns() =>
        Volatile.Read(ref _demoted) == 0 ? Nobody : Demotions().ToDictionary(one => one.AccountId, one => one.Why);

    /// <summary>The same with their times.</summary>
    public IReadOnlyList<Demotion> Demotions()
    {
        var found = new List<Demotion>();
        foreach (var (accountId, window) in _windows)
        {
            lock (window)
            {
                var nowMs = NowMs;
                var before = window.DemotedSinceMs is not null;
                if (before && window.Judge(nowMs))
                {
                    found.Add(new Demotion(accountId, window.Why, TimeSpan.FromMilliseconds(nowMs - window.DemotedSinceMs!.Value)));
                }

                Changed(accountId, before, window.DemotedSinceMs is not null);
            }
        }

        found.Sort(static (a, b) => a.AccountId.CompareTo(b.AccountId));
        return found;
    }

    private void Changed(long accountId, bool before, bool after)
    {
        if (before != after)
        {
            Interlocked.Add(ref _demoted, after ? 1 : -1);
            Demoted.Add(after ? 1 : -1, new KeyValuePair<string, object?>("account", accountId));
        }
    }
}
