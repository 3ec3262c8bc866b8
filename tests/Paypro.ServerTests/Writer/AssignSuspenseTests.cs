using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>Money in suspense finds its order, in the same bucket or in another one, once.</summary>
public sealed class AssignSuspenseTests
{
    private const long Account = 101;

    public static TheoryData<Engine, bool> EnginesAndBuckets => new()
    {
        { Engine.Sqlite, true }, { Engine.Sqlite, false }, { Engine.Postgres, true }, { Engine.Postgres, false },
    };

    [Theory]
    [InlineData(Engine.Sqlite, true, 1)]
    [InlineData(Engine.Sqlite, false, 1)]
    [InlineData(Engine.Postgres, true, 1)]
    [InlineData(Engine.Postgres, false, 1)]
    [InlineData(Engine.Postgres, true, 8)]
    [InlineData(Engine.Postgres, false, 8)]
    public async Task PaysTheOrderOnceAsIfTheBankHadNamedIt(Engine engine, bool sameBucket, int groups)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database, $"Paypro:Writer:Groups={groups}");
        var order = await OrderAsync(node, "a");
        var other = await OrderAsync(node, "b");
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        await UnknownMoneyAsync(node, BucketFor(order, sameBucket), "k1", 300_00);
        Assert.Equal(300_00, await PlatformAsync(node, AccountKind.Suspense));

        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", order));
        Assert.Equal(AssignResult.Repeated, await AssignAsync(node, "k1", order));
        Assert.Equal(AssignResult.Taken, await AssignAsync(node, "k1", other));

        var paid = (await node.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Order;
        Assert.Equal((OrderState.Paid, 300_00, "utr-k1", 1), (paid.State, paid.PaidMinor, paid.Utr, paid.ResultVersion));
        Assert.Equal(
            [EventType.Created, EventType.AssignedFromSuspense, EventType.Paid],
            await node.ReadAsync(c => c.Events.Where(e => e.OrderId == order.Id).OrderBy(e => e.Sequence).Select(e => e.Type).ToListAsync()));
        Assert.Equal(1, await node.ReadAsync(c => c.Notifications.CountAsync(n => n.OrderId == order.Id)));
        Assert.Equal(1, await node.ReadAsync(c => c.Receipts.CountAsync(r => r.Bucket == order.Bucket && r.OrderId == order.Id)));
        Assert.Equal(openingMinor + 300_00, await node.BalanceAsync(Node.Mexico));
        Assert.Equal((0, 0), (await PlatformAsync(node, AccountKind.Suspense), await PlatformAsync(node, AccountKind.Transit)));

        // The bank tells of the same money once more.
        Assert.Equal(ApplyResult.Repeated, await UnknownMoneyAsync(node, BucketFor(order, sameBucket), "k1", 300_00));
        await Books.AssertRightAsync(node);
        await node.Get<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        Assert.False(await node.ReadAsync(c => c.LedgerChecks.AnyAsync(r => r.Finding != "")));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ACrashBetweenTheHalvesLeavesTheMoneyToItsOrderAlone(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var order = await OrderAsync(node, "a");
        var other = await OrderAsync(node, "b");
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        await UnknownMoneyAsync(node, BucketFor(order, sameBucket: false), "k1", 200_00);
        var receipt = await node.ReadAsync(c => c.Receipts.SingleAsync(r => r.DedupeKey == "k1"));
        var rules = node.Get<SnapshotStore>().Current.Rules["MX"];

        await node.WriteAsync(new SendSuspenseAway(new SuspensePayment(receipt, order, rules, "operator:1", 1) { Terms = Terms.Free }));

        Assert.Equal((0, 200_00), (await PlatformAsync(node, AccountKind.Suspense), await PlatformAsync(node, AccountKind.Transit)));
        Assert.Equal(openingMinor, await node.BalanceAsync(Node.Mexico));
        Assert.Equal(AssignResult.Taken, await AssignAsync(node, "k1", other));

        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", order));
        Assert.Equal(AssignResult.Repeated, await AssignAsync(node, "k1", order));
        var paid = (await node.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Order;
        Assert.Equal((OrderState.PartlyPaid, 200_00), (paid.State, paid.PaidMinor));
        Assert.Equal(openingMinor + 200_00, await node.BalanceAsync(Node.Mexico));
        Assert.Equal(0, await PlatformAsync(node, AccountKind.Transit));
        var halves = await node.ReadAsync(c => c.Transfers.Where(t => t.OnceKey != null && t.OnceKey.StartsWith("assign-")).Select(t => t.OnceKey).Order().ToListAsync());
        Assert.Equal(["assign-in:101:k1", "assign-out:101:k1"], halves);
        await Books.AssertRightAsync(node);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatACrashLeftInTransitIsBroughtInByItself(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var order = await OrderAsync(node, "a");
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        await UnknownMoneyAsync(node, BucketFor(order, sameBucket: false), "20261123:40012:k:1", 300_00);
        await UnknownMoneyAsync(node, BucketFor(order, sameBucket: false), "young", 50_00);
        var rules = node.Get<SnapshotStore>().Current.Rules["MX"];
        foreach (var receipt in await node.ReadAsync(c => c.Receipts.ToListAsync()))
        {
            var bookedAtMs = receipt.DedupeKey == "young" ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() : 1;
            await node.WriteAsync(new SendSuspenseAway(new SuspensePayment(receipt, order, rules, "operator:1", bookedAtMs) { Terms = Terms.Free }));
        }

        Assert.False(await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None));
        Assert.False(await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None));

        // The young one may still be finished by whoever assigns it.
        Assert.Equal((openingMinor + 300_00, 50_00), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Transit)));
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "young", order));
        Assert.Equal((openingMinor + 350_00, 0), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Transit)));
        await Books.AssertRightAsync(node);
    }

    [Theory]
    [MemberData(nameof(EnginesAndBuckets))]
    public async Task ManyAtOnceMoveItOnceAndToOneOrder(Engine engine, bool sameBucket)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        OrderRow[] orders = [await OrderAsync(node, "a"), await OrderAsync(node, "b")];
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        await UnknownMoneyAsync(node, BucketFor(orders[0], sameBucket), "k1", 300_00);

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => AssignAsync(node, "k1", orders[i % 2]))));

        Assert.Single(results, AssignResult.Assigned);
        Assert.Equal(12, results.Count(r => r == AssignResult.Taken));
        Assert.Equal(openingMinor + 300_00, await node.BalanceAsync(Node.Mexico));
        Assert.Equal(1, await node.ReadAsync(c => c.Orders.CountAsync(o => o.State == OrderState.Paid)));
        await Books.AssertRightAsync(node);
    }

    [Fact]
    public async Task ADeveloperAssignsOverTheSandbox()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        await using var node = await Node.StartAsync(database);
        var order = await OrderAsync(node, "a");
        await UnknownMoneyAsync(node, BucketFor(order, sameBucket: true), "k1", 300_00);

        var (status, answer) = await PostAsync(node, $$"""{"utr":"utr-k1","platFormTradeNo":"{{order.Number}}"}""");
        Assert.Equal((HttpStatusCode.OK, true, "k1"), (status, answer.GetProperty("assigned").GetBoolean(), answer.GetProperty("dedupeKey").GetString()));
        (status, answer) = await PostAsync(node, $$"""{"channelAccountId":101,"dedupeKey":"k1","platFormTradeNo":"{{order.Number}}"}""");
        Assert.Equal((HttpStatusCode.OK, false), (status, answer.GetProperty("assigned").GetBoolean()));

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(node, $$"""{"utr":"nobody","platFormTradeNo":"{{order.Number}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(node, $$"""{"dedupeKey":"k2","platFormTradeNo":"{{order.Number}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(node, """{"dedupeKey":"k1","platFormTradeNo":"0000000000000000"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(node, """{"dedupeKey":"k1"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(node, $$"""{"platFormTradeNo":"{{order.Number}}"}""")).Status);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(Node node, string body)
    {
        using var content = new StringContent(body);
        using var response = await node.Http.PostAsync(new Uri("sandbox/suspense/assign", UriKind.Relative), content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private static async Task<OrderRow> OrderAsync(Node node, string tradeNo) =>
        Assert.IsType<CreateResult.Created>((await node.PayInAsync(Node.Mexico, tradeNo)).Result).Order;

    private static short BucketFor(OrderRow order, bool sameBucket) => (short)(sameBucket ? order.Bucket : (order.Bucket + 1) % 64);

    private static Task<ApplyResult> UnknownMoneyAsync(Node node, short bucket, string key, long amountMinor) => node.WriteAsync(new BookSuspense(
        (bucket, Account),
        new Statement(new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "646180999999999999", AmountMinor = amountMinor, Currency = "MXN",
            RailReference = "utr-" + key, DedupeKey = key, OccurredAtMs = 1_700_000_000_000,
        }, StatementSource.Callback, node.Get<IdSource>().Next(), 1),
        null,
        default,
        20260101,
        1));

    private static Task<AssignResult> AssignAsync(Node node, string key, OrderRow order) =>
        node.Get<AssignSuspense>().AssignAsync(Account, key, order.Number, "operator:1", CancellationToken.None);

    /// <summary>What all buckets of a platform account sum to.</summary>
    private static Task<long> PlatformAsync(Node node, AccountKind kind) => node.ReadAsync(c =>
        c.Accounts.Where(a => a.OwnerType == OwnerType.Platform && a.Kind == kind).Select(a => a.BalanceMinor).SumAsync());
}
