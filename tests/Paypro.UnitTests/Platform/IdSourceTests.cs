using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>Ids under load: more than a unit holds, from many callers.</summary>
public sealed class IdSourceTests
{
    [Fact]
    public void MoreThanAUnitHoldsBorrowsTheNext()
    {
        var ids = new IdSource(new StepTime());
        ids.Begin(1);
        var made = Enumerable.Range(0, 5000).Select(_ => ids.Next()).ToList();
        Assert.Equal(made.Order().Distinct(), made);
        Assert.Equal(StepTime.StartMs, IdSource.TimeOf(made[1023]));
        Assert.Equal(StepTime.StartMs + IdSource.UnitMs, IdSource.TimeOf(made[1024]));
    }

    [Fact]
    public void TwoNodesAndManyCallersNeverMeet()
    {
        var time = new StepTime();
        var nodes = Enumerable.Range(1, 4).Select(n =>
        {
            var ids = new IdSource(time);
            ids.Begin(n);
            return ids;
        }).ToArray();
        var made = Enumerable.Range(0, 20_000).AsParallel().WithDegreeOfParallelism(4).Select(i => nodes[i % 4].Next()).ToHashSet();
        Assert.Equal(20_000, made.Count);
    }

    private sealed class StepTime : TimeProvider
    {
        public const long StartMs = 1_772_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(StartMs);
    }
}
