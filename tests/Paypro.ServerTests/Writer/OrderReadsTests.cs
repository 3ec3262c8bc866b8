using Npgsql;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Postgres;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

public sealed class OrderReadsTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ManyOrdersAreReadInOneStatementByEitherKey(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var orders = (await MakeAsync(node)).ToDictionary(static o => o.TradeKey);
        var reads = node.Get<IOrderReads>();
        await AssertAllAsync(reads, orders);

        var outsider = orders.Keys.First() with { MerchantNo = 999 };
        Assert.Empty(await reads.ByTradeAsync([outsider, outsider with { Direction = Direction.Payout }], CancellationToken.None));
        Assert.Empty(await reads.ByKeyAsync([new OrderKey(1, 1)], CancellationToken.None));
        Assert.Empty(await reads.ByTradeAsync([], CancellationToken.None));
        Assert.Empty(await reads.ByKeyAsync([], CancellationToken.None));
    }

    /// <summary>Each statement names the buckets of its group.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    public async Task AStatementForEachGroupFindsTheSame(int groups)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var node = await Node.StartAsync(database);
        var orders = (await MakeAsync(node)).ToDictionary(static o => o.TradeKey);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Assert.True(orders.Keys.Select(static k => k.Bucket).Distinct().Count() > 1);
        await AssertAllAsync(new PostgresOrderReads(source, new BucketGroups(groups)), orders);
    }

    private static async Task AssertAllAsync(IOrderReads reads, Dictionary<TradeKey, OrderRow> orders)
    {
        var missing = orders.Keys.First() with { TradeNo = "missing" };
        foreach (var rows in new[]
        {
            await reads.ByTradeAsync([.. orders.Keys, missing], CancellationToken.None),
            await reads.ByKeyAsync([.. orders.Values.Select(static o => o.Key), new OrderKey(1, 1)], CancellationToken.None),
        })
        {
            Assert.Equal(orders.Count, rows.Count);
            Assert.All(rows, r => Assert.Equivalent(orders[r.TradeKey], r, strict: true));
        }
    }

    private static async Task<List<OrderRow>> MakeAsync(Node node)
    {
        var made = new List<OrderRow>();
        foreach (var merchant in await node.AddMerchantsAsync(3, openingMinor: 1))
        {
            for (var n = 0; n < 5; n++)
            {
                made.Add(Assert.IsType<CreateResult.Created>((await node.PayInAsync(merchant, $"trade-{n}")).Result).Order);
            }
        }

        return made;
    }
}
