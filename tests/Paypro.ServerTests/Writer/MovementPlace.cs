using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>One node or two, with orders of several merchants in several buckets.</summary>
internal sealed class MovementPlace(TestDatabase database, Node[] nodes, long[] merchants, List<(OrderRow Order, string Reference)> orders) : IAsyncDisposable
{
    private const long Channel = 101;

    /// <summary>What each movement brings, minor units.</summary>
    public const long EachMinor = 7_00;

    public Node First => nodes[0];

    public long[] Merchants => merchants;

    public List<(OrderRow Order, string Reference)> Orders => orders;

    public static async Task<MovementPlace> StartAsync(Engine engine, params int[] groups) => await StartAsync(await TestDatabase.CreateAsync(engine), null, groups);

    /// <param name="database">Is disposed with the place.</param>
    /// <param name="through">The connection string of its nodes, when it is not the database's own.</param>
    /// <param name="groups">Of all nodes, or of each.</param>
    public static async Task<MovementPlace> StartAsync(TestDatabase database, string? through, params int[] groups)
    {
        var engine = database.Engine;
        Node[] nodes = engine == Engine.Sqlite
            ? [await Node.StartAsync(database)]
            : [await StartNodeAsync(groups[0]), await StartNodeAsync(groups[^1])];
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

        return new MovementPlace(database, nodes, merchants, orders);

        Task<Node> StartNodeAsync(int count) =>
            Node.StartAsync(engine, through ?? database.ConnectionString, string.Create(CultureInfo.InvariantCulture, $"Paypro:Writer:Groups={count}"), "Paypro:Writer:RetryForMs=60000");
    }

    /// <summary>A number that nobody has, in another bucket and another of eight groups than an order.</summary>
    public int Elsewhere(int order) =>
        Enumerable.Range(orders.Count, 100).First(told => BucketOf(told) % 8 != orders[order].Order.Bucket % 8);

    /// <summary>
    /// Money of a number that nobody has is told and assigned to an order, while a return of it waits: as if the process that booked the
    /// money had ended before it looked at what waits.
    /// </summary>
    public async Task AssignWhileItWaitsAsync(string key, int told, OrderRow order)
    {
        await BookSuspenseAsync(key, told);
        Assert.Equal(AssignResult.Assigned, await First.Get<AssignSuspense>().AssignAsync(Channel, key, order.Number, "operator:1", CancellationToken.None));
    }

    /// <summary>Such money goes half the way to an order, as if the process had ended in between.</summary>
    public async Task LeaveInTransitAsync(string key, int told, OrderRow order)
    {
        var receipt = await BookSuspenseAsync(key, told);
        var rules = First.Get<SnapshotStore>().Current.Rules[order.Country];
        Assert.Equal(AssignResult.Assigned, await First.WriteAsync(new SendSuspenseAway(new SuspensePayment(receipt, order, rules, "operator:1", 1) { Terms = Terms.Free })));
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
            (await First.ReadAsync(c => c.Movements.ToListAsync())).Select(m => (m.StatementBucket, m.DedupeKey)).Order());
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

    private async Task<StatementRow> BookSuspenseAsync(string key, int told)
    {
        var said = Observe(key, Strange(told), EachMinor, Direction.PayIn, ObservationKind.Paid);
        var statement = new Statement(said, StatementSource.Callback, First.Get<IdSource>().Next(), 1);
        Assert.Equal(ApplyResult.Suspense, await First.WriteAsync(new BookSuspense((BucketOf(told), Channel), statement, null, default, 20260101, 1)));
        return await First.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == BucketOf(told) && s.Id == statement.Id));
    }

    private static string Strange(int told) => $"nobody-has-this-{told}";

    private short BucketOf(int told) => told < orders.Count ? orders[told].Order.Bucket : Buckets.Of(Strange(told));

    private async Task<ApplyResult> SayAsync(
        string key, string reference, long amountMinor, Direction direction, int node, ObservationKind kind, long channelAccountId = Channel)
    {
        var at = nodes[node % nodes.Length];
        var said = Observe(key, reference, amountMinor, direction, kind);
        var offer = at.Get<SnapshotStore>().Current.Accounts[channelAccountId];
        return Assert.Single(await at.Get<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
    }

    private static Observation Observe(string key, string reference, long amountMinor, Direction direction, ObservationKind kind) => new()
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
}
