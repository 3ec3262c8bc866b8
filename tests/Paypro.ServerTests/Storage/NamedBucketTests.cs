using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Dashboard;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Sandbox;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Storage;

/// <summary>
/// Every statement that PostgreSQL is sent names the bucket of every hot table in it, the target of a change included (docs/decisions/0033).
/// The texts are taken from what the driver tells of each statement, while everything that touches hot tables is done once.
/// </summary>
public sealed partial class NamedBucketTests
{
    /// <summary>All that have a bucket. <c>rail_movements</c> has none: it is found by its own key, whatever bucket a reference names.</summary>
    private static readonly HashSet<string> Hot =
    [
        .. typeof(HotTables).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static f => f.GetValue(null)!)
            .Select(static table => (string)table.GetType().GetProperty(nameof(Table<OrderRow>.Name))!.GetValue(table)!).Where(static name => name != "rail_movements"),
        "batches",
    ];

    /// <summary>Those that these operations read or change; the others are only inserted into.</summary>
    private static readonly string[] Read =
    [
        "orders", "attempts", "rail_statements", "statement_bodies", "cases", "persons", "timers", "accounts", "transfers", "entries", "settlement_dues", "chains", "bucket_locks",
        "payer_counts", "notifications", "notification_attempts", "batches", "withholdings",
    ];

    /// <summary>What stands in statements that may name a bucket by a join; the reasons are in docs/decisions/0033 under "What stands".</summary>
    private static readonly string[] MayJoin =
    [
        "unnest(", // A batch's look-ups and changes: the keys are its parameters, with the bucket first in each.
        "generate_series(0, 63)", // Due timers, bucket by bucket.
        "due d, clock c", // Leasing the notifications that the same statement has found.
        "DELETE FROM batches AS", "DELETE FROM payer_counts AS", "DELETE FROM daily_totals AS", "DELETE FROM rule_counts AS", "DELETE FROM statement_bodies AS", // Housekeeping deletes the portion that a subquery has found by bucket.
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task EveryStatementNamesTheBucketOfEveryTable(int groups)
    {
        var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        var texts = new ConcurrentDictionary<string, byte>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(t => t.Value as string == name) && activity.GetTagItem("db.query.text") is string text)
                {
                    texts.TryAdd(text, 0);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var place = await MovementPlace.StartAsync(database, null, groups);
        await DoEverythingAsync(place);

        var statements = texts.Keys.SelectMany(static text => Begin().Split(text)).Where(static s => s.Length > 0).ToList();
        var unnamed = statements.SelectMany(static s => Unnamed(s).Select(table => $"{table}: {s}")).ToList();
        Assert.True(unnamed.Count == 0, string.Join("\n\n", unnamed));
        var seen = statements.SelectMany(static s => Tables(s).Select(static t => t.Table)).ToHashSet();
        Assert.Subset(seen, Read.ToHashSet());
        Assert.Equal(groups > 1, statements.Exists(static s => s.Contains("r.bucket = ANY($", StringComparison.Ordinal)));
    }

    /// <summary>The test notices what it is there for.</summary>
    [Theory]
    [InlineData("SELECT * FROM orders WHERE number = $1", "orders")]
    [InlineData("SELECT o.id FROM orders AS o WHERE o.id = $1", "orders")]
    [InlineData("SELECT 1 FROM transfers t JOIN orders o ON o.id = t.order_id WHERE t.bucket = $1", "orders")]
    [InlineData("SELECT 1 FROM transfers t JOIN orders o ON t.bucket = o.bucket AND o.id = t.order_id WHERE t.bucket = $1", "orders")]
    [InlineData("UPDATE notifications t SET tries = 1 FROM due d WHERE t.ctid = d.at", "notifications")]
    [InlineData("DELETE FROM timers t USING (SELECT r.ctid AS at FROM timers r WHERE r.bucket = $1) u WHERE t.ctid = u.at", "timers")]
    [InlineData("SELECT 1 FROM cases c, clock k WHERE c.severity = 1", "cases")]
    public void WhatNamesNoBucketIsFound(string statement, string table) => Assert.Equal([table], Unnamed(statement));

    [Theory]
    [InlineData("SELECT * FROM orders WHERE bucket = $1 AND number = $2")]
    [InlineData("SELECT o.id FROM orders AS o WHERE o.bucket = ANY (@All) AND o.id = $1")]
    [InlineData("SELECT 1 FROM batches AS b WHERE b.bucket IN (1, 2)")]
    [InlineData("INSERT INTO orders (bucket, id) SELECT u.bucket, u.id FROM unnest($1, $2) AS u(bucket, id)")]
    public void WhatNamesItIsNot(string statement) => Assert.Empty(Unnamed(statement));

    private static async Task DoEverythingAsync(MovementPlace place)
    {
        var node = place.First;
        var (order, reference) = place.Orders[0];
        var none = CancellationToken.None;

        // Money that comes, is told again, goes back, is not known, waits, and crosses.
        await place.TellAsync("a", 0, 0);
        await place.TellAsync("a", 0, 1);
        await place.TellAsync("a", 1, 1);
        await place.TellAsync("a", 0, 0, ObservationKind.Returned);
        await place.TellAsync("r", 1, 0, ObservationKind.Returned);
        await place.AssignWhileItWaitsAsync("c", place.Elsewhere(0), order);
        await place.LeaveInTransitAsync("t", place.Elsewhere(0), order);
        await node.Get<WaitingStatements>().RunOnceAsync(none);
        await node.Get<FinishCrossings>().RunOnceAsync(none);
        var payout = Assert.IsType<CreateResult.Created>(await node.PayoutAsync(place.Merchants[0], "p", 100)).Order;
        await place.PaidOutAsync(payout, "out", 0);

        // Reads by whatever there is to go by.
        var queries = node.Get<OrderQueries>();
        Assert.NotNull(await queries.FindAsync(order.Number, none));
        Assert.NotNull(await queries.FindAsync(order.TradeKey));
        Assert.Empty(await node.Get<HeldReads>().ListAsync(OrderExceptions.Held, [order.MerchantNo], none));
        Assert.Empty(await node.Get<HeldReads>().EndingAsync(long.MaxValue, none));
        Assert.NotNull(await queries.FindByReferenceAsync(101, Direction.PayIn, reference, null, none));
        Assert.Null(await queries.FindByRailIdAsync(101, Direction.PayIn, "none", none));
        Assert.NotNull(await queries.FindByRailReferenceAsync(order.Bucket, order.MerchantNo, [101], "a"));
        var attempt = (await queries.AttemptsAsync(order.Key, none))[0];
        await queries.BookedAsync(attempt, none);
        await queries.RefundedAsync(attempt, none);
        await queries.HintsAsync(attempt, none);
        await queries.PersonAsync(payout.Key, none);
        Assert.Null(await node.Get<AssignSuspense>().FindKeyAsync(101, "none", none));
        var refunds = node.Get<RefundReads>();
        await refunds.FindAsync(order.Key, none);
        await refunds.SharesAsync(order.Key, none);
        await node.Get<WithheldReads>().LinesAsync(node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!, 202611, 0, none);
        await node.Get<WithheldReads>().SumsAsync(node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!, 202611, none);
        Assert.NotNull(await refunds.ReceiptAsync(new OrderRow { Bucket = order.Bucket, RefundOf = order.Id, ReceiptAccountId = 101, ReceiptKey = "a" }, none));
        Assert.Equal("0000", (await SignedClient.Mexico(node.Http).PostAsync("/mex-pay/v1/paypro/queryBalance")).Code);
        await node.Get<SandboxOperator>().CasesAsync(none);
        await RefundAsync(node, order, refunds, attempt);

        // What time asks for.
        var (queues, nowMs) = (node.Get<IQueues>(), TimeProvider.System.NowMs());
        var timers = await queues.DueTimersAsync(nowMs + 1_000_000_000, [], 10, none);
        await queues.DueTimersAsync(nowMs, [timers[0].Lane], 10, none);
        await queues.CountDueNotificationsAsync(nowMs, none);
        await queues.DueSettlementsAsync(99991231, null, 10, none);
        for (var look = 0; look < 3; look++)
        {
            await queues.ClaimNotificationsAsync(new NotificationClaim(nowMs, 1000, 10, 100, 0, new Dictionary<long, int>()), none);
        }

        // Payouts that wait for money of ours, and those behind them.
        await node.Get<Pots>().MakeAsync(101, [PotBalance.Payout]);
        await node.Get<ConfigStore>().SaveAsync(static c => c.Database.ExecuteSqlRawAsync("UPDATE channel_pots SET told_at_ms = 1"));
        await node.Get<SnapshotStore>().RefreshOnceAsync(none);
        Assert.IsType<CreateResult.Created>(await node.PayoutAsync(place.Merchants[0], "w1", 100));
        Assert.IsType<CreateResult.Created>(await node.PayoutAsync(place.Merchants[0], "w2", 100));
        Assert.Contains(101L, (await node.Get<Pots>().ViewAsync(node.Get<SnapshotStore>().Current, node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!)).Pots.Keys.Select(k => k.AccountId));
        await node.Get<ParkedOrders>().RunOnceAsync(none);
        await node.Get<FloatCases>().RunOnceAsync(none);
        var unpaid = new UnpaidPayIns(node.Get<IContexts>(), new PayproOptions { UnpaidPayIns = 1 }, node.Get<Installation>());
        unpaid.Made(node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!);
        await unpaid.RunOnceAsync(none);
        Assert.False(await queries.HasUnbookedAsync(order.Key, none));

        await node.Get<Resends>().ResendRangeAsync(order.MerchantNo, 0, nowMs + 1000, onlyUndelivered: true, "test", int.MaxValue, none);
        await ShowAsync(node, order, nowMs);
        await node.Get<SettlementRun>().RunOnceAsync(none);
        await node.Get<LedgerCheck>().RunOnceAsync(none);
        await node.Get<LedgerCheck>().RunOnceAsync(none);
        await node.Get<Housekeeping>().RunOnceAsync(none);
    }

    /// <summary>What a merchant's people look at.</summary>
    private static async Task ShowAsync(Node node, OrderRow order, long nowMs)
    {
        var none = CancellationToken.None;
        var merchant = node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!;
        ListedMerchant[] own = [new(merchant.Bucket, merchant.No, merchant.Currency)];
        var all = new OrderFilter { Direction = Direction.PayIn, FromMs = 0, ToMs = nowMs + 1_000_000 };
        Assert.NotEmpty((await node.Get<OrderLists>().ReadAsync(own, all, 0, 50, none)).Rows);
        await node.Get<OrderLists>().ReadAsync(own, all with { Undelivered = true, State = OrderState.Expired, Exceptions = OrderExceptions.Late, Way = "x", Bank = "x", SubMerchant = "x", Least = 1, Most = 2 }, 0, 50, none);
        var found = await node.Get<OrderFinder>().FindAsync(own, Direction.PayIn, order.TradeNo, none);
        Assert.NotEmpty((await node.Get<OrderLists>().ReadAsync(own, all with { Found = found }, 0, 50, none)).Rows);
        Assert.Empty(await node.Get<OrderFinder>().FindAsync(own, Direction.PayIn, "nothing has this", none));
        await node.Get<ToldReads>().OfAsync([order], none);
        await node.Get<ToldReads>().FailedAsync(order.Bucket, order.MerchantNo, 0, nowMs, none);
        var reads = node.Get<PaymentReads>();
        Assert.NotEmpty((await reads.ReadAsync((await reads.FindAsync(order.Number, none))!, none)).Entries);
        await using var context = node.Get<IContexts>().Create();
        var ownMerchant = new OwnMerchant(await context.Merchants.SingleAsync(m => m.MerchantNo == order.MerchantNo), merchant.Country);
        await node.Get<HomeReads>().BalancesAsync([ownMerchant], none);
        await node.Get<HomeReads>().FirstStepsAsync(ownMerchant, hasKey: true, none);
        await node.Get<HourlyCounts>().CountAsync(HourlyCounts.SlotOf(nowMs) - HourlyCounts.SlotMs, HourlyCounts.SlotOf(nowMs) + HourlyCounts.SlotMs, none);
    }

    /// <summary>A refund of an order that has one already, what a person decides of it, and an order that is cancelled.</summary>
    private static async Task RefundAsync(Node node, OrderRow order, RefundReads refunds, AttemptRow attempt)
    {
        var (none, decisions, by) = (CancellationToken.None, node.Get<Decisions>(), new DecidedBy("operator:1", "operator:2", "letter-1", "seen"));
        var merchant = node.Get<SnapshotStore>().Current.Merchant(order.MerchantNo)!;
        var country = Mexico.Country;
        foreach (var refundNo in (string[])["n1", "n2"])
        {
            var json = $$"""{"operation":"refund","timestamp":"1728609257212","tradeNo":"{{order.TradeNo}}","refundNo":"{{refundNo}}","amount":"1","notifyUrl":"https://merchant.example/r"}""";
            var body = Paypro.Protocol.FlatBody.Read(Encoding.UTF8.GetBytes(json), out _)!;
            var fields = RequestReader.Read(country, country.FindOperation(OperationKind.CreateRefund)!, body, new RequestContext(true, country.Banks), out _)!;
            var refund = Assert.IsType<CreateResult.Created>(await node.Get<RefundCreation>().CreateAsync(merchant, fields, null, null)).Order;
            Assert.NotEmpty((await refunds.FindAsync(order.Key, none))!.Refunds);
            await refunds.SharesAsync(order.Key, none);
            await decisions.AskAsync(refund.Number, none);
            await decisions.DecidePayoutAsync(refund.Number, paid: true, by, none);
        }

        await node.Get<OrderQueries>().RefundedAsync(attempt, none);
        await decisions.AskAsync(order.Number, none);
        await decisions.SettleAsync(order.Number, by, none);
        await node.PayInAsync(Node.Mexico, "cancelled");
        Assert.NotNull((await SignedClient.Mexico(node.Http).PostAsync("/mex-pay/v1/paypro/cancelPayIn", ("operation", "cancelPayIn"), ("tradeNo", "cancelled"))).Code);
    }

    private static IEnumerable<string> Unnamed(string statement) => Tables(statement)
        .Where(t => !Names(statement, t.Alias, @"(=\s*(\$\d|@|\d|ANY\b)|IN\s*\()") && !(MayJoin.Any(m => statement.Contains(m, StringComparison.Ordinal)) && IsJoined(statement, t)))
        .Select(static t => t.Table);

    private static bool Names(string statement, string alias, string how) =>
        Regex.IsMatch(statement, $@"(?<![\w.]){(alias.Length == 0 ? "" : alias + @"\.")}bucket\s*{how}");

    private static bool IsJoined(string statement, (string Table, string Alias) t) =>
        Names(statement, t.Alias, @"(=|IN\b)") || Regex.IsMatch(statement, $@"=\s*{(t.Alias.Length == 0 ? t.Table : t.Alias)}\.bucket\b");

    private static IEnumerable<(string Table, string Alias)> Tables(string statement) => Named().Matches(statement)
        .Where(static m => Hot.Contains(m.Groups["table"].Value))
        .Select(static m => (m.Groups["table"].Value, m.Groups["alias"].Value));

    /// <summary>Where a table is read or changed, and what it is called there.</summary>
    [GeneratedRegex(@"(?:\bFROM|\bJOIN|\bUSING|\bUPDATE|,)\s+(?<table>[a-z_]+)(?:\s+AS)?(?:\s+(?!WHERE|SET|ORDER|ON|LIMIT|CROSS|LEFT|JOIN|GROUP|FOR|USING|AS)(?<alias>[a-z]\w*))?(?=[\s,)]|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    /// <summary>A batch's texts stand one behind the other.</summary>
    [GeneratedRegex(@"(?:^|\n|;\s*)(?=(?:SELECT|INSERT|UPDATE|DELETE|WITH|COMMIT)\b)")]
    private static partial Regex Begin();
}
