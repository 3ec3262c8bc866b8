using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>A lost reply to COMMIT is neither a success nor a failure until somebody has asked.</summary>
public sealed class CommitFateTests(ITestOutputHelper output)
{
    private const int Orders = 2000;
    private const int Callers = 32;
    private const int Units = 100;

    /// <summary>Patient: every command is stored in the end. Impatient: some fail, and of those nothing may be there.</summary>
    [Theory]
    [InlineData(8000)]
    [InlineData(0)]
    public async Task EveryAnswerIsTrueWhereverTheConnectionIsCut(int retryForMs)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
#pragma warning disable CA5394 // Chance, not secrecy: the seed is printed so that a run can be looked at again.
        var random = new Random(seed);
        var armed = false;
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CuttingProxy(
            settings.Port,
            "enable_hashjoin=off",
            at => !Volatile.Read(ref armed) || random.Next(at == CutAt.Probe ? 2 : 8) != 0 ? Cut.No : (Cut)random.Next(1, 4));
#pragma warning restore CA5394
        (settings.Host, settings.Port, settings.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
        await using var node = await Node.StartAsync(
            Engine.Postgres, settings.ConnectionString, "Paypro:Writer:Lanes=4", $"Paypro:Writer:RetryForMs={retryForMs.ToString(CultureInfo.InvariantCulture)}");
        var merchants = await node.AddMerchantsAsync(12, openingMinor: 100_000_000);
        var opening = (await Task.WhenAll(merchants.Select(m => node.BalanceAsync(m)))).Sum();

        Volatile.Write(ref armed, true);
        var acknowledged = new ConcurrentDictionary<string, string>();
        var failed = new ConcurrentDictionary<string, byte>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) =>
        {
            var (merchant, tradeNo) = (merchants[i % merchants.Length], $"t{i.ToString(CultureInfo.InvariantCulture)}");
            try
            {
                var result = i % 3 == 0 ? await node.PayoutAsync(merchant, tradeNo, Units) : (await node.PayInAsync(merchant, tradeNo, Units)).Result;
                Assert.True(acknowledged.TryAdd(tradeNo, Assert.IsType<CreateResult.Created>(result).Order.Number));
            }
            catch (WriteFailedException)
            {
                Assert.True(failed.TryAdd(tradeNo, 0));
            }
        });
        Volatile.Write(ref armed, false);
        output.WriteLine($"{acknowledged.Count} acknowledged, {failed.Count} failed; cut {proxy.Count(CutAt.Commit, Cut.BeforeCommit)} times before COMMIT, " +
            $"{proxy.Count(CutAt.Commit, Cut.BeforeReply)} times before its reply, {proxy.Count(CutAt.Commit, Cut.CommitLate)} times with a late COMMIT; " +
            $"{proxy.Count(CutAt.Probe, Cut.BeforeCommit)} times before a probe, {proxy.Count(CutAt.Probe, Cut.BeforeReply)} times before its reply");

        Assert.Equal(Orders, acknowledged.Count + failed.Count);
        Assert.All([Cut.BeforeCommit, Cut.BeforeReply, Cut.CommitLate], cut => Assert.True(proxy.Count(CutAt.Commit, cut) > 0));
        Assert.All([Cut.BeforeCommit, Cut.BeforeReply, Cut.CommitLate], cut => Assert.True(proxy.Count(CutAt.Probe, cut) > 0));
        Assert.Equal(retryForMs > 0, failed.IsEmpty);
        var stored = await node.ReadAsync(c => c.Orders.ToListAsync());
        Assert.Equal(acknowledged.OrderBy(a => a.Key), stored.Select(o => KeyValuePair.Create(o.TradeNo, o.Number)).OrderBy(a => a.Key));
        Assert.All(stored, order => Assert.Equal(1, order.EventCount));
        Assert.Equal(stored.Count, await node.ReadAsync(c => c.Events.CountAsync()));
        Assert.Equal(stored.Count, await node.ReadAsync(c => c.Attempts.CountAsync()));

        var payouts = stored.Where(o => o.Direction == Direction.Payout).Select(o => o.Id).Order().ToList();
        Assert.Equal(payouts, await node.ReadAsync(c => c.Transfers.Where(t => t.Type == TransferType.PayoutReserve).Select(t => t.OrderId).Order().ToListAsync()));
        await Books.AssertRightAsync(node);
        var left = (await Task.WhenAll(merchants.Select(m => node.BalanceAsync(m)))).Sum();
        Assert.Equal(opening - payouts.Count * Units * 100L, left);
    }
}
