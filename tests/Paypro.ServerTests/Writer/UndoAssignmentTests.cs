using CsCheck;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Writer;

/// <summary>A wrong assignment is taken back once, in whatever bucket, whoever does it how often, and wherever a process ends in between.</summary>
public sealed class UndoAssignmentTests
{
    private const long Account = 101;

    public static TheoryData<Engine, bool> EnginesAndBuckets => AssignSuspenseTests.EnginesAndBuckets;

    /// <summary>PostgreSQL with one group and with eight: the two halves then stand under different locks.</summary>
    public static TheoryData<Engine, int> Ways => new() { { Engine.Sqlite, 1 }, { Engine.Postgres, 1 }, { Engine.Postgres, 8 } };

    [Theory]
    [MemberData(nameof(EnginesAndBuckets))]
    public async Task ManyAtOnceTakeItBackOnceAndTheRightOrderGetsIt(Engine engine, bool sameBucket)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var (wrong, right) = (await OrderAsync(node, "wrong"), await OrderAsync(node, "right"));
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        var receipt = await UnknownMoneyAsync(node, BucketFor(wrong, sameBucket), "k1", 300_00);
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", wrong));
        Assert.Equal(UndoResult.OtherOrder, await UndoAsync(node, receipt, right));

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => UndoAsync(node, receipt, wrong))));

        Assert.Contains(UndoResult.Undone, results);
        Assert.All(results, r => Assert.Contains(r, new[] { UndoResult.Undone, UndoResult.Repeated, UndoResult.NotAssigned }));
        Assert.Equal(1, await node.ReadAsync(c => c.Transfers.CountAsync(t => t.Type == TransferType.AssignmentUndone)));
        Assert.Equal((OrderState.Returned, 0L, 2), await FindAsync(node, wrong) is var back ? (back.State, back.PaidMinor, back.ResultVersion) : default);
        Assert.Equal((openingMinor, 300_00, 0), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Suspense), await PlatformAsync(node, AccountKind.Transit)));
        var open = Assert.Single(await node.ReadAsync(c => c.Cases.Where(k => k.Kind == "suspense" && k.State == CaseState.Open).ToListAsync()));
        Assert.Equal((receipt.Bucket, receipt.Id, 2), (open.Bucket, open.StatementId, open.Count));

        // To the right one, and to the first once more: between the same two buckets a second time.
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", right));
        Assert.Equal(UndoResult.Undone, await UndoAsync(node, receipt, right));
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", wrong));
        Assert.Equal(UndoResult.Undone, await UndoAsync(node, receipt, wrong));
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, "k1", right));
        Assert.Equal((OrderState.Paid, 300_00L), await FindAsync(node, right) is var paid ? (paid.State, paid.PaidMinor) : default);
        Assert.Equal((openingMinor + 300_00, 0, 0), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Suspense), await PlatformAsync(node, AccountKind.Transit)));

        // The bank tells of the same money once more.
        Assert.Equal(ApplyResult.Repeated, await TellAsync(node, receipt.Bucket, "k1", 300_00));
        await LedgerAudit.AssertSoundAsync(node.Get<IContexts>());
        await node.Get<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        Assert.False(await node.ReadAsync(c => c.LedgerChecks.AnyAsync(r => r.Finding != "")));
    }

    /// <summary>The process ends after the first half: the money goes back by itself, and never to the order again.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatACrashLeftInTransitGoesHomeByItself(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var (wrong, right) = (await OrderAsync(node, "wrong"), await OrderAsync(node, "right"));
        var openingMinor = await node.BalanceAsync(Node.Mexico);
        var receipt = await UnknownMoneyAsync(node, BucketFor(wrong, sameBucket: false), "20261123:40012:k:1", 300_00);
        Assert.Equal(AssignResult.Assigned, await AssignAsync(node, receipt.DedupeKey, wrong));
        Assert.Equal(UndoResult.Undone, await HalfAsync(node, receipt.Key, wrong));
        Assert.Equal((openingMinor, 300_00, 0), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Transit), await PlatformAsync(node, AccountKind.Suspense)));

        // Until it is back it is no other order's.
        Assert.Equal(AssignResult.Taken, await AssignAsync(node, receipt.DedupeKey, right));
        Assert.False(await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None));
        Assert.False(await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None));
        Assert.Equal((openingMinor, 0, 300_00), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Transit), await PlatformAsync(node, AccountKind.Suspense)));
        Assert.Equal(UndoResult.NotAssigned, await UndoAsync(node, receipt, wrong));

        // A crossing that somebody has read as unfinished before all that brings nothing in now.
        Assert.Equal(AssignResult.Repeated, await node.Get<AssignSuspense>().AssignAsync(Account, receipt.DedupeKey, wrong.Number, "clock", CancellationToken.None, timesTakenBack: 0));
        Assert.Equal(openingMinor, await node.BalanceAsync(Node.Mexico));

        // And a second way to an order that ends half done is finished as the first would be.
        var again = await node.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == receipt.Bucket && s.Id == receipt.Id));
        await node.WriteAsync(new SendSuspenseAway(Payment(node, again, wrong)));
        await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((openingMinor + 300_00, 0, 0), (await node.BalanceAsync(Node.Mexico), await PlatformAsync(node, AccountKind.Transit), await PlatformAsync(node, AccountKind.Suspense)));
        Assert.Equal(OrderState.Paid, (await FindAsync(node, wrong)).State);
        await LedgerAudit.AssertSoundAsync(node.Get<IContexts>());
    }

    private enum Act
    {
        Assign,
        HalfAssign,
        TakeBack,
        HalfTakeBack,
        Finish,
        PayOwn,
    }

    private readonly record struct Turn(Act Act, int Receipt, int Order, int Node);

    /// <summary>
    /// Any order of assigning, taking back, ending in between and finishing, through two nodes: all money is somebody's or waits, each receipt is where its row says,
    /// each order has what its receipts brought, and nothing is between two buckets in the end.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AnyOrderOfWaysThereAndBackKeepsEveryPeso(Engine engine, int groups)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var first = await Node.StartAsync(database, $"Paypro:Writer:Groups={groups}");
        await using var second = engine == Engine.Sqlite ? null : await Node.StartAsync(database, $"Paypro:Writer:Groups={groups}");
        Node[] nodes = second is null ? [first] : [first, second];
        var merchants = await first.AddMerchantsAsync(2, openingMinor: 1);
        foreach (var node in nodes)
        {
            await node.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }

        var (story, toldMinor) = (0, 0L);
        await Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 1], (a, r, o, n) => new Turn(a, r, o, n)).Array[4, 18].SampleAsync(
            async turns =>
            {
                story++;
                var orders = new List<(OrderRow Order, string Reference)>();
                foreach (var merchant in merchants.Append(merchants[0]))
                {
                    var made = await first.PayInAsync(merchant, $"s{story}-{orders.Count}");
                    orders.Add((Assert.IsType<CreateResult.Created>(made.Result).Order, made.Attempt!.Reference));
                }

                var receipts = new List<StatementRow>();
                for (var i = 0; i < 3; i++)
                {
                    // One in the bucket of the first order, the others elsewhere.
                    receipts.Add(await UnknownMoneyAsync(first, BucketFor(orders[0].Order, sameBucket: i == 0), $"s{story}-m{i}", 70_00 + i));
                    toldMinor += 70_00 + i;
                }

                foreach (var turn in turns)
                {
                    var (node, receipt, (order, reference)) = (nodes[turn.Node % nodes.Length], receipts[turn.Receipt], orders[turn.Order]);
                    switch (turn.Act)
                    {
                        case Act.Assign:
                            try
                            {
                                await AssignAsync(node, receipt.DedupeKey, order);
                            }
                            catch (WriterBusyException)
                            {
                                // It is on its way back from this order: it can be assigned once it is back.
                            }

                            break;
                        case Act.HalfAssign:
                            var now = await node.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == receipt.Bucket && s.Id == receipt.Id));
                            if (now.Bucket != order.Bucket)
                            {
                                await node.WriteAsync(new SendSuspenseAway(Payment(node, now, order)));
                            }

                            break;
                        case Act.TakeBack:
                            await UndoAsync(node, receipt, order);
                            break;
                        case Act.HalfTakeBack:
                            await HalfAsync(node, receipt.Key, order);
                            break;
                        case Act.Finish:
                            await node.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None);
                            break;
                        case Act.PayOwn:
                            var said = Observe(reference, $"s{story}-own{turn.Order}", 40_00);
                            var attempt = (await node.Get<OrderQueries>().AttemptsAsync(order.Key, CancellationToken.None))[^1];
                            if (await node.WriteAsync(new ApplyPayInStatement(
                                await AttemptRefs.OfAsync(node.Get<SnapshotStore>().Current, order, attempt), new Statement(said, StatementSource.Callback, node.Get<IdSource>().Next(), 1), 1)) == ApplyResult.Applied)
                            {
                                toldMinor += 40_00;
                            }

                            break;
                    }
                }

                await first.Get<FinishCrossings>().RunOnceAsync(CancellationToken.None);
                var rows = await first.ReadAsync(c => c.Statements.Where(s => s.DedupeKey.StartsWith($"s{story}-")).ToListAsync());
                foreach (var (order, _) in orders)
                {
                    var after = await FindAsync(first, order);
                    Assert.Equal(rows.Where(r => r.Bucket == order.Bucket && r.OrderId == order.Id).Sum(r => r.AmountMinor), after.PaidMinor + after.SuspenseMinor);
                    Assert.True(after.State != OrderState.Paid || after.PaidMinor > 0, $"{after.State} with {after.PaidMinor}");
                }

                foreach (var receipt in receipts)
                {
                    var origin = rows.Single(r => r.Bucket == receipt.Bucket && r.Id == receipt.Id);
                    Assert.Equal(origin.OrderId == 0 ? 0 : 1, rows.Count(r => r.Id == receipt.Id && r.Bucket == origin.OrderBucket && r.OrderId != 0));
                    Assert.All(rows.Where(r => r.Id == receipt.Id && r.Bucket != origin.Bucket && r.Bucket != origin.OrderBucket), left => Assert.Equal((StatementOutcome.TakenBack, 0L), (left.Outcome, left.OrderId)));
                }

                Assert.Equal(0, await PlatformAsync(first, AccountKind.Transit));
            },
            iter: (engine == Engine.Sqlite ? 30 : 12) * Stories.Times,
            threads: 1);
        var inSuspense = await first.ReadAsync(c => c.Statements.Where(s => s.Outcome == StatementOutcome.Suspense && s.OrderId == 0 && s.CrossedTo == 0).SumAsync(s => s.AmountMinor));
        var held = await first.ReadAsync(c => c.Orders.SumAsync(o => o.SuspenseMinor));
        Assert.Equal(inSuspense + held, await PlatformAsync(first, AccountKind.Suspense));
        Assert.Equal(-toldMinor, await first.ReadAsync(c => c.Accounts.Where(a => a.Kind == AccountKind.Clearing || a.Kind == AccountKind.ChannelCost).SumAsync(a => a.BalanceMinor)));
        await LedgerAudit.AssertSoundAsync(first.Get<IContexts>());
    }

    /// <summary>The first half alone, an hour ago, as if the process had ended then; where there is no such assignment nothing is done.</summary>
    private static async Task<UndoResult?> HalfAsync(Node node, StatementKey key, OrderRow order)
    {
        var receipt = await node.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == key.Bucket && s.Id == key.Id));
        if (receipt.OrderId != order.Id || receipt.OrderBucket != order.Bucket || receipt.Bucket == order.Bucket
            || await node.Get<UndoAssignment>().LookAsync(key, order.Number, CancellationToken.None) != UndoResult.Undone
            || await node.Get<RefundReads>().FindAsync(order.Key, CancellationToken.None) is not { } picture)
        {
            return null;
        }

        return await node.WriteAsync(new TakeAssignmentBack(new WrongAssignment(receipt, picture.PayIn, picture.NotAvailable, node.Get<SnapshotStore>().Current.Rules["MX"], "operator:1", 1)
        {
            Terms = Terms.Free, UtrAfter = "", Action = Action(node, order.Bucket),
        }));
    }

    private static SuspensePayment Payment(Node node, StatementRow receipt, OrderRow order) =>
        new(receipt, order, node.Get<SnapshotStore>().Current.Rules["MX"], "operator:1", 1) { Terms = Terms.Free };

    private static CaseActionRow Action(Node node, short bucket) => new()
    {
        Bucket = bucket, Id = node.Get<IdSource>().Next(), Action = "suspense.take-back", Actor = "operator:1", Approver = "operator:2", AtMs = 1,
    };

    private static Task<UndoResult> UndoAsync(Node node, StatementRow receipt, OrderRow order) =>
        node.Get<UndoAssignment>().UndoAsync(receipt.Key, order.Number, "operator:1", Action(node, receipt.Bucket), CancellationToken.None);

    private static Task<AssignResult> AssignAsync(Node node, string key, OrderRow order) =>
        node.Get<AssignSuspense>().AssignAsync(Account, key, order.Number, "operator:1", CancellationToken.None);

    private static async Task<OrderRow> OrderAsync(Node node, string tradeNo) =>
        Assert.IsType<CreateResult.Created>((await node.PayInAsync(Node.Mexico, tradeNo)).Result).Order;

    private static async Task<OrderRow> FindAsync(Node node, OrderRow order) => (await node.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Order;

    private static short BucketFor(OrderRow order, bool sameBucket) => (short)(sameBucket ? order.Bucket : (order.Bucket + 1) % 64);

    private static async Task<StatementRow> UnknownMoneyAsync(Node node, short bucket, string key, long amountMinor)
    {
        Assert.Equal(ApplyResult.Suspense, await TellAsync(node, bucket, key, amountMinor));
        return await node.ReadAsync(c => c.Statements.SingleAsync(s => s.Bucket == bucket && s.DedupeKey == key));
    }

    private static Task<ApplyResult> TellAsync(Node node, short bucket, string key, long amountMinor) => node.WriteAsync(new BookSuspense(
        (bucket, Account), new Statement(Observe("646180999999999999", key, amountMinor), StatementSource.Callback, node.Get<IdSource>().Next(), 1), null, default, 20260101, 1));

    private static Observation Observe(string reference, string key, long amountMinor) => new()
    {
        Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = reference, AmountMinor = amountMinor, Currency = "MXN",
        RailReference = "utr-" + key, DedupeKey = key, OccurredAtMs = 1_700_000_000_000,
    };

    /// <summary>What all buckets of a platform account sum to.</summary>
    private static Task<long> PlatformAsync(Node node, AccountKind kind) => node.ReadAsync(c =>
        c.Accounts.Where(a => a.OwnerType == OwnerType.Platform && a.Kind == kind).Select(a => a.BalanceMinor).SumAsync());
}
