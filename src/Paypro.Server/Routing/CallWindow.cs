using System.Globalization;

namespace Paypro.Server.Routing;

/// <summary>How a call that asks a rail to move money, or for an instruction, ended.</summary>
internal enum CallEnd
{
    /// <summary>The rail answered; a decline for the order's own cause is an answer.</summary>
    Answered = 0,

    /// <summary>The rail declined for a trouble of its own.</summary>
    Declined = 1,

    /// <summary>What became of it is not known.</summary>
    Unknown = 2,

    /// <summary>The same, because no answer came in time.</summary>
    TimedOut = 3,
}

/// <summary>
/// The calls of one channel account and direction over the last five minutes, and whether it is demoted. Times are passed in; not safe for
/// several threads.
/// </summary>
internal sealed class CallWindow
{
    /// <summary>How far back it looks, milliseconds.</summary>
    public const long LengthMs = Slices * SliceMs;

    /// <summary>Calls in the window below which nothing is said about failures.</summary>
    public const int FewestCalls = 10;

    /// <summary>The share of calls that may fail, percent.</summary>
    public const int MostFailedPercent = 50;

    /// <summary>Calls in the window below which nothing is said about slowness.</summary>
    public const int FewestForSlow = 40;

    /// <summary>A call is slow from this share of its time-out on, percent.</summary>
    public const int SlowFromPercent = 80;

    /// <summary>The share of calls that may be slow, percent: with more, the 95th percentile of the durations is slow.</summary>
    public const int MostSlowPercent = 5;

    /// <summary>Good calls one after the other that end a demotion.</summary>
    public const int GoodCallsToRecover = 5;

    private const int Slices = 10;
    private const long SliceMs = 30_000;

    private readonly Slice[] _slices = new Slice[Slices];
    private int _goodInARow;

    /// <summary>Since when it is demoted, in the time that is passed in; null while it is not.</summary>
    public long? DemotedSinceMs { get; private set; }

    /// <summary>Why it was demoted; empty while it is not.</summary>
    public string Why { get; private set; } = "";

    /// <summary>Counts one call and judges.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="tookMs">Milliseconds.</param>
    /// <param name="limitMs">Its time-out, milliseconds.</param>
    /// <param name="nowMs">Milliseconds of any clock that only goes forward.</param>
    public void Count(CallEnd end, long tookMs, long limitMs, long nowMs)
    {
        ref var slice = ref _slices[nowMs / SliceMs % Slices];
        if (slice.No != nowMs / SliceMs)
        {
            slice = new Slice { No = nowMs / SliceMs };
        }

        var (failed, slow) = (end != CallEnd.Answered, tookMs * 100 >= limitMs * SlowFromPercent);
        slice.Calls++;
        slice.Failed += failed ? 1 : 0;
        slice.Slow += slow ? 1 : 0;
        _goodInARow = failed || slow ? 0 : _goodInARow + 1;
        Judge(nowMs);
    }

    /// <summary>Whether it is demoted at this time.</summary>
    public bool Judge(long nowMs)
    {
        var (calls, failed, slow) = Sum(nowMs);
        if (DemotedSinceMs is not null)
        {
            // Either it has shown that it is well, or nobody has tried for so long that nothing is known of it.
            if (_goodInARow >= GoodCallsToRecover || calls == 0)
            {
                (DemotedSinceMs, Why) = (null, "");
                Array.Clear(_slices);
            }
        }
        else if (calls >= FewestCalls && failed * 100 >= calls * MostFailedPercent)
        {
            Demote(string.Create(CultureInfo.InvariantCulture, $"{failed} of {calls} calls failed in {LengthMs / 60_000} minutes"), nowMs);
        }
        else if (calls >= FewestForSlow && slow * 100 > calls * MostSlowPercent)
        {
            Demote(string.Create(CultureInfo.InvariantCulture, $"{slow} of {calls} calls were slow in {LengthMs / 60_000} minutes"), nowMs);
        }

        return DemotedSinceMs is not null;
    }

    private void Demote(string why, long nowMs) => (DemotedSinceMs, Why, _goodInARow) = (nowMs, why, 0);

    private (int Calls, int Failed, int Slow) Sum(long nowMs)
    {
        var (calls, failed, slow) = (0, 0, 0);
        foreach (var slice in _slices)
        {
            if (slice.Calls > 0 && slice.No > (nowMs / SliceMs) - Slices)
            {
                calls += slice.Calls;
                failed += slice.Failed;
                slow += slice.Slow;
            }
        }

        return (calls, failed, slow);
    }

    private record struct Slice(long No, int Calls, int Failed, int Slow);
}
