using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>What a probe for the fate of a COMMIT leaves behind is never taken for the batch, however many replies are lost.</summary>
public sealed class LostProbeTests(ITestOutputHelper output)
{
    /// <summary>The COMMIT is cut, then so many probes in a row.</summary>
    [Theory]
    [InlineData(nameof(Cut.BeforeCommit), 1)]
    [InlineData(nameof(Cut.BeforeCommit), 2)]
    [InlineData(nameof(Cut.BeforeCommit), 6)]
    [InlineData(nameof(Cut.BeforeReply), 1)]
    [InlineData(nameof(Cut.BeforeReply), 6)]
    [InlineData(nameof(Cut.CommitLate), 3)]
    public async Task AnyNumberOfLostProbesFindsTheTruth(string commit, int lostProbes)
    {
        var cuts = new ConcurrentQueue<Cut>();
        await using var place = await Place.StartAsync(at => at == CutAt.Nothing || !cuts.TryDequeue(out var cut) ? Cut.No : cut, nodes: 1, "Paypro:Writer:RetryForMs=0");
        var merchant = (await place.Nodes[0].AddMerchantsAsync(1, openingMinor: 1_000_00))[0];
        var before = place.Proxy.Count(CutAt.Probe, Cut.BeforeReply);
        foreach (var cut in Enumerable.Repeat(Cut.BeforeReply, lostProbes).Prepend(Enum.Parse<Cut>(commit)))
        {
            cuts.Enqueue(cut);
        }

        // Impatient, so that a batch that was not committed is a failure and not simply run again.
        CreateResult? result = null;
        var failed = await Record.ExceptionAsync(async () => result = await place.Nodes[0].PayoutAsync(merchant, "lost", 100));

        Assert.Empty(cuts);
        Assert.Equal(lostProbes, place.Proxy.Count(CutAt.Probe, Cut.BeforeReply) - before);
        var stored = await place.Nodes[0].ReadAsync(c => c.Orders.Where(o => o.MerchantNo == merchant).Select(o => o.Number).ToListAsync());
        if (commit == nameof(Cut.BeforeCommit))
        {
            Assert.IsType<WriteFailedException>(failed);
            Assert.Empty(stored);
        }
        else if (failed is null)
        {
            Assert.Equal([Assert.IsType<CreateResult.Created>(result).Order.Number], stored);
        }
        else
        {
            // A COMMIT that comes late may lose the race against the probe; then it is dead for good.
            Assert.Equal(nameof(Cut.CommitLate), commit);
            Assert.IsType<WriteFailedException>(failed);
            Assert.Empty(stored);
        }

        await Books.AssertRightAsync(place.Nodes[0]);
    }

    /// <summary>Two nodes race for the same payouts while COMMITs and probes are cut: one of them is told to send, once, and it is stored that it was.</summary>
    [Fact]
    public async Task OnlyOneWakerIsToldToSend()
    {
        const int payouts = 60;
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
#pragma warning disable CA5394 // Chance, not secrecy.
        var random = new Random(seed);
        var armed = false;
        await using var place = await Place.StartAsync(
            at => !Volatile.Read(ref armed) ? Cut.No
                : at == CutAt.Commit ? random.Next(3) == 0 ? (Cut)random.Next(1, 4) : Cut.No
                : random.Next(2) == 0 ? Cut.BeforeReply : Cut.No,
            nodes: 2);
#pragma warning restore CA5394
        var merchants = await place.Nodes[0].AddMerchantsAsync(12, openingMinor: 100_000_00);
        await place.Nodes[1].Get<Server.Merchants.SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        for (var i = 0; i < payouts; i++)
        {
            Assert.IsType<CreateResult.Created>(await place.Nodes[0].PayoutAsync(merchants[i % 12], i.ToString(CultureInfo.InvariantCulture)));
        }

        Volatile.Write(ref armed, true);
        var sends = new ConcurrentBag<long>();
        for (var round = 0; round < 2; round++)
        {
            var due = await place.Nodes[0].ReadAsync(c => c.Orders.Where(o => o.Direction == Direction.Payout).ToListAsync());
            await Parallel.ForEachAsync(due.SelectMany(o => place.Nodes.Select(n => (o, n))), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (one, _) =>
            {
                var reference = (await one.n.Get<OrderQueries>().AttemptsAsync(one.o.Key, CancellationToken.None))[^1].Reference;
                var taken = await one.n.WriteAsync(new TakeDuePayout(one.o.Key, one.o.TimerDueMs, reference, repeatIsHarmless: false, 60_000, one.o.CreatedAtMs));
                if (taken.Action == DueAction.Send)
                {
                    sends.Add(one.o.Id);
                }
            });
        }

        Volatile.Write(ref armed, false);
        output.WriteLine($"{place.Proxy.Count(CutAt.Commit, Cut.BeforeCommit)} COMMITs and {place.Proxy.Count(CutAt.Probe, Cut.BeforeReply)} replies to probes were lost");
        Assert.True(place.Proxy.Count(CutAt.Probe, Cut.BeforeReply) > 0);
        Assert.Equal(payouts, sends.Count);
        Assert.Equal(payouts, sends.Distinct().Count());
        Assert.Equal(
            sends.Order(), await place.Nodes[0].ReadAsync(c => c.Attempts.Where(a => a.State == AttemptState.Sending).Select(a => a.OrderId).Order().ToListAsync()));
    }

    /// <summary>Nodes whose connections lead through one proxy.</summary>
    private sealed class Place(TestDatabase database, CuttingProxy proxy, Node[] nodes) : IAsyncDisposable
    {
        public CuttingProxy Proxy => proxy;

        public Node[] Nodes => nodes;

        public static async Task<Place> StartAsync(Func<CutAt, Cut> choose, int nodes, params string[] settings)
        {
            var database = await TestDatabase.CreateAsync(Engine.Postgres);
            var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            var proxy = new CuttingProxy(connection.Port, "enable_hashjoin=off", choose);
            (connection.Host, connection.Port, connection.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
            var started = new List<Node>();
            for (var i = 0; i < nodes; i++)
            {
                started.Add(await Node.StartAsync(Engine.Postgres, connection.ConnectionString, settings));
            }

            return new Place(database, proxy, [.. started]);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            await proxy.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
