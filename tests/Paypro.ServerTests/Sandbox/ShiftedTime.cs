namespace Paypro.ServerTests.Sandbox;

/// <summary>The machine's clock, put forward by a test: dates jump, timers and measured times stay real.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _aheadTicks;

    /// <summary>Lets so much time pass at once.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _aheadTicks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));
}
