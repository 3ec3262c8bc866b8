using Paypro.Server.Timers;

namespace Paypro.ServerTests.Payments;

/// <summary>The clock as a test takes it: a turn and all that it started.</summary>
internal static class ClockTurns
{
    public static async Task TurnAsync(this OrderClock clock, CancellationToken stop)
    {
        try
        {
            await clock.RunOnceAsync(stop);
        }
        finally
        {
            await clock.WhenIdleAsync();
        }
    }
}
