using CsCheck;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>
/// One movement of a rail is booked once, under whatever references, in whatever order and through whichever node it is told:
/// orders of the same bucket, of others, and numbers without an order.
/// </summary>
public sealed class MovementTests
{
    private const long Channel = 101, EachMinor = 7_00;

    /// <summary>Both engines; PostgreSQL with two nodes, and with batches of one bucket as a distributed one needs them.</summary>
    public static TheoryData<Engine, bool> Ways => new() { { Engine.Sqlite, false }, { Engine.Postgres, false }, { Engine.Postgres, true } };

    /// <param name="Key">Which movement.</param>
    /// <param name="Told">Which order, or beyond the orders a number that nobody has.</param>
    private readonly record struct Telling(int Key, int Told);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AnyOrderOfTellingsBooksEachMovementOnce(Engine engine, bool oneBucket)
    {
        await using var place = await Place.StartAsync(engine, oneBucket);
        var story = 0;
        await Gen.Select(Gen.Int[0, 5], Gen.Int[0, place.Orders.Count + 2], (k, t) => new Telling(k, t)).Array[2, 16].SampleAsync(
            async tellings =>
            {
                var prefix = $"s{++story}";
                var bookedAt = new Dictionary<int, int>();
                foreach (var telling in tellings)
                {
                    var result = await place.TellAsync($"{prefix}-{telling.Key}", telling.Told, node: telling.Told % 2);
                    if (bookedAt.TryAdd(telling.Key, telling.Told))
                    {
                        Assert.Equal(telling.Told < place.Orders.Count ? ApplyResult.Applied : ApplyResult.Suspense, result);
                    }
                    else
                    {
                        Assert.Equal(place.Again(bookedAt[telling.Key], telling.Told), result);
                    }
                }
            },
            iter: (engine == Engine.Sqlite ? 60 : 25) * Stories.Times,
            threads: 1);
        await place.AssertEachBookedOnceAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AtOnceThroughEveryNodeBooksEachMovementOnce(Engine engine, bool oneBucket)
    {
        await using var place = await Place.StartAsync(engine, oneBucket);
        var told = place.Orders.Count + 3;
        var results = await Task.WhenAll(Enumerable.Range(0, 40 * told).Select(i => Task.Run(async () =>
            (Key: i / told, Result: await place.TellAsync($"m{i / told}", (i + (i / told)) % told, node: i % 2)))));

        foreach (var movement in results.GroupBy(r => r.Key))
        {
            Assert.Single(movement, m => m.Result is ApplyResult.Applied or ApplyResult.Suspense);
            Assert.All(movement, m => Assert.NotEqual(ApplyResult.Nothing, m.Result));
        }

        Assert.Equal(40, await place.AssertEachBookedOnceAsync());
        Assert.NotEqual(0, await place.First.ReadAsync(c => c.Cases.CountAsync(a => a.Kind == "contradiction")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task ACaseIsOpenedAndTheOrderSaysWhy(Engine engine, bool oneBucket)
    {
        await using var place = await Place.StartAsync(engine, oneBucket);
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("m", 0, node: 0));
        Assert.Equal(ApplyResult.Contradiction, await place.TellAsync("m", 1, node: 1));
        var (order, _) = place.Orders[1];
        var open = await place.First.ReadAsync(c => c.Cases.SingleAsync(a => a.Kind == "contradiction"));
        Assert.StartsWith(order.Number, open.Subject, StringComparison.Ordinal);
        Assert.Equal((order.Id, EachMinor), (open.OrderId, open.AmountMinor));
        var after = await place.First.ReadAsync(c => c.Orders.SingleAsync(o => o.Bucket == order.Bucket && o.Id == order.Id));
        Assert.Equal((OrderState.Pending, 0L, OrderExceptions.Contradiction), (after.State, after.PaidMinor, after.Exceptions));

        // The second order is not lost by it: its own money comes under its own key.
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("n", 1, node: 0));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task WhatComesBackIsTakenFromOneOrderAlone(Engine engine, bool oneBucket)
    {
        await using var place = await Place.StartAsync(engine, oneBucket);
        await place.TellAsync("a", 0, node: 0);
        await place.TellAsync("b", 1, node: 0);

        // A return may carry the key of the payment that it takes back: another kind of movement.
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("a", 0, node: 0, ObservationKind.Returned));
        Assert.Equal(ApplyResult.Repeated, await place.TellAsync("a", 0, node: 1, ObservationKind.Returned));
        Assert.Equal(ApplyResult.Contradiction, await place.TellAsync("a", 1, node: 1, ObservationKind.Returned));
        var order = place.Orders[1].Order;
        Assert.Equal(0, await place.First.ReadAsync(c => c.Orders.Where(o => o.Bucket == order.Bucket && o.Id == order.Id).Select(o => o.ReturnedMinor).SingleAsync()));
        Assert.Equal(1, await place.First.ReadAsync(c => c.Returns.CountAsync()));
        await Books.AssertRightAsync(place.First);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task OneMovementPaysOnePayout(Engine engine, bool oneBucket)
    {
        await using var place = await Place.StartAsync(engine, oneBucket);
        var payouts = new List<OrderRow>();
        foreach (var merchant in place.Merchants.Take(2))
        {
            payouts.Add(Assert.IsType<CreateResult.Created>(await place.First.PayoutAsync(merchant, "p", 100)).Order);
        }

        Assert.Equal(ApplyResult.Applied, await place.PaidOutAsync(payouts[0], "out", node: 0));
        Assert.Equal(ApplyResult.Contradiction, await place.PaidOutAsync(payouts[1], "out", node: 1));
        Assert.Equal(ApplyResult.Applied, await place.PaidOutAsync(payouts[1], "own", node: 1));
        Assert.Equal(2, await place.First.ReadAsync(c => c.Receipts.CountAsync(r => r.Direction == Direction.Payout)));
        await Books.AssertRightAsync(place.First);
    }

    /// <summary>One node or two, with orders of several merchants in several buckets.</summary>
    private sealed class Place(TestDatabase database, Node[] nodes, long[] merchants, List<(OrderRow Order, string Reference)> orders) : IAsyncDisposable
    {
        public Node First => nodes[0];

        public long[] Merchants => merchants;

        public List<(OrderRow Order, string Reference)> Orders => orders;

        public static async Task<Place> StartAsync(Engine engine, bool oneBucket)
        {
            var database = await TestDatabase.CreateAsync(engine);
            string[] settings = oneBucket ? ["Paypro:Writer:OneBucketPerBatch=true"] : [];
            Node[] nodes = engine == Engine.Sqlite
                ? [await Node.StartAsync(database)]
                : [await Node.StartAsync(database, settings), await Node.StartAsync(database, settings)];
            var merchants = await nodes[0].AddMerchantsAsync(3, openingMinor: 1_000_00);
            Assert.Equal(3, merchants.Select(Node.BucketOf).Distinct().Count());
            foreach (var node in nodes)
            {
                await node.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            }

            // The first and the last are one merchant's, and so in one bucket.
            var orders = new List<(OrderRow, string)>();
            foreach (var merchant in merchants.Append(merchants[0]))
            {
                var reply = await nodes[0].PayInAsync(merchant, $"t{orders.Count}");
                orders.Add((Assert.IsType<CreateResult.Created>(reply.Result).Order, reply.Attempt!.Reference));
            }

            return new Place(database, nodes, merchants, orders);
        }

        /// <summary>What is said of a movement that is booked elsewhere: a number without an order only repeats what its own bucket knows.</summary>
        public ApplyResult Again(int bookedAt, int told) =>
            bookedAt == told ? ApplyResult.Repeated
            : told < orders.Count || BucketOf(bookedAt) != BucketOf(told) ? ApplyResult.Contradiction
            : ApplyResult.Repeated;

        public Task<ApplyResult> TellAsync(string key, int told, int node, ObservationKind kind = ObservationKind.Paid) =>
            SayAsync(key, told < orders.Count ? orders[told].Reference : Strange(told), EachMinor, Direction.PayIn, node, kind);

        public async Task<ApplyResult> PaidOutAsync(OrderRow payout, string key, int node)
        {
            var attempts = await First.Get<OrderQueries>().AttemptsAsync(payout.Key, CancellationToken.None);
            return await SayAsync(key, attempts[^1].Reference, payout.AmountMinor, Direction.Payout, node, ObservationKind.Paid, attempts[^1].ChannelAccountId);
        }

        /// <summary>No movement has two receipts, and what came is what they say.</summary>
        public async Task<int> AssertEachBookedOnceAsync()
        {
            var receipts = await First.ReadAsync(c => c.Receipts.ToListAsync());
            Assert.All(receipts.GroupBy(r => (r.ChannelAccountId, r.Direction, r.DedupeKey)), same => Assert.Single(same));
            Assert.Equal(
                receipts.Select(r => (r.Bucket, r.DedupeKey)).Order(),
                (await First.ReadAsync(c => c.Movements.ToListAsync())).Select(m => (m.Bucket, m.DedupeKey)).Order());
            var cameMinor = await First.ReadAsync(c => c.Accounts.Where(a => a.Kind == AccountKind.Clearing || a.Kind == AccountKind.ChannelCost).SumAsync(a => a.BalanceMinor));
            Assert.Equal(-EachMinor * receipts.Count, cameMinor);
            await Books.AssertRightAsync(First);
            return receipts.Count;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            await database.DisposeAsync();
        }

        private static string Strange(int told) => $"nobody-has-this-{told}";

        private short BucketOf(int told) => told < orders.Count ? orders[told].Order.Bucket : Buckets.Of(Strange(told));

        private async Task<ApplyResult> SayAsync(
            string key, string reference, long amountMinor, Direction direction, int node, ObservationKind kind, long channelAccountId = Channel)
        {
            var at = nodes[node % nodes.Length];
            var said = new Observation
            {
                Kind = kind,
                Direction = direction,
                Reference = reference,
                AmountMinor = amountMinor,
                Currency = "MXN",
                OccurredAtMs = 1_790_000_000_000,
                RailReference = key,
                DedupeKey = key,
                Reason = kind == ObservationKind.Returned ? "the bank's reason" : "",
            };
            var offer = at.Get<SnapshotStore>().Current.Accounts[channelAccountId];
            return Assert.Single(await at.Get<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
        }
    }
}
