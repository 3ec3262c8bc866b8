namespace Paypro.Server.Demo;

/// <summary>
/// The clock while a history is made: it stands still until it is moved. What is under way at one moment may each be a little ahead of it, as people are
/// who do something in the same minute. Timers and measured times stay real.
/// </summary>
/// <param name="startMs">Where it begins, Unix milliseconds UTC.</param>
internal sealed class DemoClock(long startMs) : TimeProvider
{
    private readonly AsyncLocal<long> _aheadMs = new();
    private long _nowMs = startMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _nowMs) + _aheadMs.Value);

    /// <summary>Moves it forward for everybody.</summary>
    public void MoveTo(long nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nowMs, Interlocked.Read(ref _nowMs));
        Interlocked.Exchange(ref _nowMs, nowMs);
    }

    /// <summary>Does something so much ahead of the others.</summary>
    public async Task AheadAsync(long aheadMs, Func<Task> work)
    {
        // Of this flow alone: who called sees the old time again.
        _aheadMs.Value = aheadMs;
        await work();
    }
}
