using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>What one batch does to its neighbours: nothing.</summary>
public sealed class BatchTests
{
    /// <summary>What makes a whole batch fail on both engines, and the texts that only PostgreSQL refuses, on the server and before.</summary>
    public static TheoryData<Engine, string> Poisons => new()
    {
        { Engine.Sqlite, "null" }, { Engine.Postgres, "null" }, { Engine.Postgres, "nul" }, { Engine.Postgres, "half a character" },
        { Engine.Sqlite, "declare" }, { Engine.Postgres, "declare" }, { Engine.Sqlite, "load" }, { Engine.Postgres, "load" },
    };

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ADecisionThatThrowsFailsAlone(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);

        var (before, thrown, after) = await InOneBatchAsync(node, new HistoryCommand(7, 2, "test", "", new InvalidOperationException("poison")));

        Assert.Equal((1, 3), (before, after));
        Assert.Equal("poison", Assert.IsType<InvalidOperationException>(thrown).Message);
        Assert.Equal<long>([1, 3], await node.ReadAsync(c => c.Events.Select(e => e.OrderId).Order().ToListAsync()));
    }

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task WhateverFailsABatchFailsAlone(Engine engine, string poison)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);

        WriteCommand<long> bad = poison switch
        {
            "null" => new HistoryCommand(7, 2, null!, ""),
            "nul" => new HistoryCommand(7, 2, "test", "\0"),
            "half a character" => new HistoryCommand(7, 2, "test", "\ud83d"),
            _ => new UnrulyCommand(7, poison),
        };
        var (before, thrown, after) = await InOneBatchAsync(node, bad);

        Assert.Equal((1, 3), (before, after));
        Assert.IsType<WriteFailedException>(thrown);
        Assert.Equal<long>([1, 3], await node.ReadAsync(c => c.Events.Select(e => e.OrderId).Order().ToListAsync()));

        // The connections that it went through are as good as before.
        for (var i = 4; i < 12; i++)
        {
            Assert.Equal(i, await node.WriteAsync(new HistoryCommand(7, i, "test", "")));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AFullQueueRefusesAtOnceAndKeepsWhatItTook(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database, "Paypro:Writer:QueueLength=2");
        var gate = new GatedCommand(7);
        var first = node.WriteAsync(gate);
        await gate.Entered;

        Task<long>[] taken = [node.WriteAsync(new HistoryCommand(7, 1, "test", "")), node.WriteAsync(new HistoryCommand(7, 2, "test", ""))];
        await Assert.ThrowsAsync<WriterBusyException>(() => node.WriteAsync(new HistoryCommand(7, 3, "test", "")));
        gate.LetGo();

        Assert.True(await first);
        Assert.Equal<long[]>([1, 2], await Task.WhenAll(taken));
        Assert.Equal<long>([1, 2], await node.ReadAsync(c => c.Events.Select(e => e.OrderId).Order().ToListAsync()));
    }

    /// <summary>A lane waits for another's end only while that is worth it.</summary>
    [Fact]
    public async Task ALaneIsNotHeldUpByAnotherThatIsStuck()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var node = await Node.StartAsync(database, "Paypro:Writer:Lanes=2");
        var stuck = new GatedCommand(6);
        var standing = node.WriteAsync(stuck);
        await stuck.Entered;

        Assert.Equal(1, await node.WriteAsync(new HistoryCommand(7, 1, "test", "")));
        Assert.False(standing.IsCompleted);
        stuck.LetGo();
        Assert.True(await standing);
    }

    /// <summary>Under merchants of many buckets; SQLite has one group, whatever is asked for.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task GroupsDoTheSame(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database, "Paypro:Writer:Groups=8");
        var merchants = await node.AddMerchantsAsync(20, openingMinor: 100_000);

        var created = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            var (merchant, tradeNo) = (merchants[i % 20], i.ToString(CultureInfo.InvariantCulture));
            var result = i % 3 == 0 ? await node.PayoutAsync(merchant, tradeNo, 10) : (await node.PayInAsync(merchant, tradeNo)).Result;
            created.Add(Assert.IsType<CreateResult.Created>(result).Order.Id);
        });

        Assert.True(merchants.Select(Node.BucketOf).Distinct().Count() > 10);
        Assert.Equal(created.Order(), await node.ReadAsync(c => c.Orders.Select(o => o.Id).Order().ToListAsync()));
        await Books.AssertRightAsync(node);
    }

    /// <summary>Whether another node took a timer away first is not known when it is set again: afterwards it is there.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ATimerThatIsTakenAndSetAgainInOneBatchIsThere(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var stored = new TimerRow { Bucket = 7, DueAtMs = 4_000_000_000_000, OrderId = 1 };
        await node.WriteAsync(new TimerCommand(stored, takeFirst: false));

        await node.WriteAsync(new TimerCommand(stored, takeFirst: true));
        await node.WriteAsync(new TimerCommand(stored with { OrderId = 2 }, takeFirst: true));

        Assert.Equal<long>([1, 2], await node.ReadAsync(c => c.Timers.Where(t => t.Bucket == 7).Select(t => t.OrderId).Order().ToListAsync()));
    }

    /// <summary>What would wait for itself on SQLite is refused on both engines, and the writer goes on.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AChangeThatHasItsTurnMayNotWaitForAnother(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var (writer, store, cases) = (node.Get<BatchWriter>(), node.Get<ConfigStore>(), node.Get<RaiseCases>());

        var turn = await Assert.ThrowsAsync<InvalidOperationException>(() => store.SaveAsync(_ => cases.RaiseAsync("test", "turn", "A turn inside a turn.")));
        var batch = await Assert.ThrowsAsync<InvalidOperationException>(() => writer.InTurnAsync(() => node.WriteAsync(new HistoryCommand(7, 1, "test", ""))));

        Assert.Contains("must not wait for another turn", turn.Message, StringComparison.Ordinal);
        Assert.Equal(turn.Message, batch.Message);
        Task<long>? leftBehind = null;
        await writer.InTurnAsync(() =>
        {
            leftBehind = LaterAsync();
            return Task.FromResult(true);
        });
        await cases.RaiseAsync("test", "turn", "A turn after a turn.");
        Assert.Equal(2, await leftBehind!);

        async Task<long> LaterAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            return await node.WriteAsync(new HistoryCommand(7, 2, "test", ""));
        }
    }

    /// <summary>The bad command between two good ones, all three in one batch, because they gathered behind a standing lane.</summary>
    private static async Task<(long Before, Exception Thrown, long After)> InOneBatchAsync(Node node, WriteCommand<long> bad)
    {
        var gate = new GatedCommand(bad.Bucket);
        var first = node.WriteAsync(gate);
        await gate.Entered;
        var before = node.WriteAsync(new HistoryCommand(bad.Bucket, 1, "test", ""));
        var refused = node.WriteAsync(bad);
        var after = node.WriteAsync(new HistoryCommand(bad.Bucket, 3, "test", ""));
        gate.LetGo();
        Assert.True(await first);
        return (await before, await Assert.ThrowsAnyAsync<Exception>(() => refused), await after);
    }
}
