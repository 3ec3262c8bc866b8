using Paypro.Channels;
using Paypro.Server.Routing;

namespace Paypro.UnitTests.Orders;

/// <summary>A burst and what comes evenly after it stay within what the rail allows.</summary>
public sealed class RailPaceTests
{
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(2, 60_000)]
    [InlineData(5, 1_000)]
    [InlineData(100, 3_600_000)]
    [InlineData(500, 1_000)]
    [InlineData(5_000, 86_400_000)]
    public void NoSpanHoldsMoreCallsThanThePace(int calls, int perMs)
    {
        var (burst, eachMs) = RailPace.Spread(new Pace(calls, TimeSpan.FromMilliseconds(perMs), 64));
        var begun = new List<long>();
        var busyUntilMs = 0L;
        for (var nowMs = 0L; nowMs < 3L * perMs && begun.Count < 4 * calls; nowMs += Math.Max(1, eachMs / 3))
        {
            // As the row is filled: one call as long as it is less than a burst ahead.
            while (busyUntilMs <= nowMs + ((burst - 1) * eachMs))
            {
                busyUntilMs = eachMs + Math.Max(busyUntilMs, nowMs);
                begun.Add(nowMs);
            }
        }

        for (int first = 0, last = 0; first < begun.Count; first++)
        {
            while (last < begun.Count && begun[last] < begun[first] + perMs)
            {
                last++;
            }

            Assert.InRange(last - first, 1, calls);
        }

        Assert.True(begun.Count >= 1.5 * calls, $"{begun.Count} calls");
    }
}
