using CsCheck;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Storage;

/// <summary>Commands wait by group: a batch is of one group, and nobody is passed over.</summary>
public sealed class LaneQueueTests
{
    [Fact]
    public void EveryBucketIsInOneGroup() => Gen.Int[1, 64].Sample(count =>
    {
        var groups = new BucketGroups(count);
        var all = Enumerable.Range(0, Buckets.Count).Select(b => (short)b).ToList();
        Assert.Equal(all, all.Select(groups.BucketsOf).DistinctBy(g => g[0]).SelectMany(g => g).Order());
        Assert.All(all, b => Assert.Contains(b, groups.BucketsOf(b)));
        Assert.All(all, b => Assert.All(groups.BucketsOf(b), other => Assert.Equal(groups.Of(b), groups.Of(other))));
        Assert.Equal(count, all.Select(groups.Of).Distinct().Count());
    });

    /// <summary>Whatever comes in whatever order: a batch has one group, a group's commands leave as they came, and each waits no longer than for one batch of every other group.</summary>
    [Fact]
    public void ABatchIsOfOneGroupAndKeepsItsOrder() => Gen.Select(Gen.Int[1, 8], Gen.Int[1, 5], Gen.Int[0, 7].Array[0, 60]).Sample((groups, most, arrivals) =>
    {
        var queue = new LaneQueue(1000, groups);
        var waiting = new List<Numbered>();
        foreach (var arrival in arrivals)
        {
            var command = new Numbered(arrival % groups, waiting.Count);
            waiting.Add(command);
            Assert.True(queue.TryAdd(command.Group, command));
        }

        var since = new int[groups];
        while (queue.Count > 0)
        {
            var batch = Take(queue, most);
            Assert.InRange(batch.Count, 1, most);
            var group = Assert.Single(batch.Select(c => c.Group).Distinct());
            Assert.Equal(waiting.Where(c => c.Group == group).Take(batch.Count), batch);
            batch.ForEach(c => waiting.Remove(c));
            for (var other = 0; other < groups; other++)
            {
                since[other] = other == group || waiting.TrueForAll(c => c.Group != other) ? 0 : since[other] + 1;
                Assert.True(since[other] < groups);
            }
        }

        Assert.Empty(waiting);
    });

    [Fact]
    public async Task AFullOneRefusesAndAClosedOneIsEmptied()
    {
        var queue = new LaneQueue(2, 2);
        var reader = queue.WaitAsync();
        Assert.False(reader.IsCompleted);
        Assert.True(queue.TryAdd(0, new Numbered(0, 0)));
        Assert.True(await reader);
        Assert.True(queue.TryAdd(1, new Numbered(1, 1)));
        Assert.False(queue.TryAdd(1, new Numbered(1, 2)));

        queue.Close();
        Assert.True(await queue.WaitAsync());
        Assert.Equal([0], Take(queue, 10).Select(c => c.No));
        Assert.False(queue.TryAdd(0, new Numbered(0, 3)));
        Assert.Equal([1], Take(queue, 10).Select(c => c.No));
        Assert.False(await queue.WaitAsync());
    }

    [Fact]
    public async Task WhoWaitsForNothingHearsOfTheEnd()
    {
        var queue = new LaneQueue(2, 2);
        var reader = queue.WaitAsync();
        queue.Close();
        Assert.False(await reader);
    }

    private static List<Numbered> Take(LaneQueue queue, int most)
    {
        var taken = new List<WriteCommand>();
        queue.Take(taken, most);
        return taken.ConvertAll(c => (Numbered)c);
    }

    private sealed class Numbered(int group, int no) : WriteCommand
    {
        public int Group => group;

        public int No => no;

        public override short Bucket => (short)group;

        public override void Declare(Needs needs)
        {
        }

        public override void Run(BatchState state)
        {
        }

        public override void Answer()
        {
        }

        public override void Fault(Exception error)
        {
        }
    }
}
