using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>Two nodes on one PostgreSQL are as correct as one.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private Node[] _nodes = [];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Engine.Postgres);

        // Both at once: an empty database is migrated and seeded by one of them while the other waits.
        _nodes = await Task.WhenAll(Node.StartAsync(_database), Node.StartAsync(_database));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task TheSamePayInAskedForAHundredTimesIsOneOrder()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => _nodes[i % 2].PayInAsync(Node.Mexico, "same"))));

        Assert.Single(replies, r => r.Result is CreateResult.Created);
        Assert.Equal(99, replies.Count(r => r.Result is CreateResult.Known));
        var clabe = Assert.Single(replies.Select(r => r.Attempt?.InstructionValue).Distinct());
        Assert.Equal(18, clabe?.Length);
        Assert.Equal(1, await _nodes[0].ReadAsync(c => c.Orders.CountAsync()));
    }

    /// <summary>One signature, sent to both nodes at once for many numbers: whoever is first has it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneSignatureBuysOneOrderWhateverTheNode(bool payouts)
    {
        var merchant = (await _nodes[0].AddMerchantsAsync(1, openingMinor: 100_000_00))[0];
        await RefreshAsync(_nodes[1]);
        for (var round = 0; round < 5; round++)
        {
            var no = round;
            var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
            {
                var tradeNo = $"s{Text(no)}-{Text(i)}";
                var sign = new CreationSignRow { Bucket = Node.BucketOf(merchant), MerchantNo = merchant, SignHash = no, Operation = 1, TradeNo = tradeNo, AtMs = i };
                return payouts
                    ? await _nodes[i % 2].PayoutAsync(merchant, tradeNo, sign: sign)
                    : (await _nodes[i % 2].PayInAsync(merchant, tradeNo, sign: sign)).Result;
            })));

            var made = Assert.Single(results.OfType<CreateResult.Created>()).Order;
            Assert.Equal(19, results.Count(r => r is CreateResult.Refused { Sentence: CreateResult.UsedElsewhere }));
            Assert.Equal(made.TradeNo, await _nodes[0].ReadAsync(c => c.CreationSigns.Where(s => s.SignHash == no).Select(s => s.TradeNo).SingleAsync()));
        }

        Assert.Equal(5, await _nodes[0].ReadAsync(c => c.Orders.CountAsync()));
        await Books.AssertRightAsync(_nodes[0]);
    }

    [Fact]
    public async Task PayoutsOverTheBalanceStopAtIt()
    {
        var merchant = (await _nodes[0].AddMerchantsAsync(1, openingMinor: 2_050_00))[0];
        await RefreshAsync(_nodes[1]);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => _nodes[i % 2].PayoutAsync(merchant, $"p{Text(i)}", 100))));

        Assert.Equal(20, results.Count(r => r is CreateResult.Created));
        Assert.All(results.OfType<CreateResult.Refused>(), r => Assert.StartsWith("amount: ", r.Sentence, StringComparison.Ordinal));
        Assert.Equal(50_00, await _nodes[0].BalanceAsync(merchant));
        Assert.Equal(2_000_00, await _nodes[0].BalanceAsync(merchant, AccountKind.Frozen));
        await Books.AssertRightAsync(_nodes[0]);
    }

    /// <summary>Batches of both nodes lock the same many accounts: a deadlock or a lost race must stay inside the writer.</summary>
    [Fact]
    public async Task ManyMerchantsOverBothNodesMeetNoError()
    {
        var merchants = await _nodes[0].AddMerchantsAsync(20, openingMinor: 100_000_000);
        await RefreshAsync(_nodes[1]);

        var answers = new ConcurrentBag<CreateResult>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1200), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            // Each number twice, once on either node, in different company.
            var (node, order) = i < 600 ? (_nodes[i % 2], i) : (_nodes[(i + 1) % 2], (i * 7) % 600);
            var merchant = merchants[order % 20];
            answers.Add(order % 2 == 0
                ? await node.PayoutAsync(merchant, $"x{Text(order)}", 10)
                : (await node.PayInAsync(merchant, $"x{Text(order)}")).Result);
        });

        Assert.Equal(600, answers.Count(a => a is CreateResult.Created));
        Assert.Equal(600, answers.Count(a => a is CreateResult.Known));
        var reserved = await _nodes[1].ReadAsync(c => c.Transfers.Where(t => t.Type == TransferType.PayoutReserve).Select(t => t.OrderId).ToListAsync());
        Assert.Equal(300, reserved.Distinct().Count());
        Assert.Equal(300, reserved.Count);
        await Books.AssertRightAsync(_nodes[1]);
    }

    [Fact]
    public async Task NoNumberIsGivenTwice()
    {
        var space = new NumberSpace("test", "646180", SerialDigits: 7, serial => serial);
        var given = new ConcurrentBag<string>();

        // More than a block of each node, in two buckets.
        await Parallel.ForEachAsync(Enumerable.Range(0, 6000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            given.Add(await _nodes[i % 2].Get<NumberPool>().TakeAsync(101, space, (short)(i / 3000), TimeSpan.FromHours(1))));

        Assert.Equal(6000, given.Distinct().Count());
    }

    private static Task RefreshAsync(Node node) => node.Get<Server.Merchants.SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
