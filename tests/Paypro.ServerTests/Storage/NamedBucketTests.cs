using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Sandbox;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
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
    private static readonly string[] Hot =
    [
        "orders", "attempts", "rail_statements", "statement_bodies", "cases", "case_actions", "events", "persons", "timers", "accounts", "opened_accounts", "transfers", "entries",
        "settlement_dues", "chains", "bucket_locks", "daily_totals", "payer_counts", "notifications", "notification_attempts", "creation_signs", "batches",
    ];

    /// <summary>Those that these operations read or change; the others are only inserted into.</summary>
    private static readonly string[] Read =
    [
        "orders", "attempts", "rail_statements", "statement_bodies", "cases", "persons", "timers", "accounts", "transfers", "entries", "settlement_dues", "chains", "bucket_locks",
        "payer_counts", "notifications", "notification_attempts", "batches",
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
        Assert.False(await queries.HasUnbookedAsync(order.Key, none));

        await node.Get<Resends>().ResendRangeAsync(order.MerchantNo, 0, nowMs + 1000, onlyUndelivered: true, "test", none);
        await node.Get<SettlementRun>().RunOnceAsync(none);
        await node.Get<LedgerCheck>().RunOnceAsync(none);
        await node.Get<LedgerCheck>().RunOnceAsync(none);
        await node.Get<Housekeeping>().RunOnceAsync(none);
    }

    private static IEnumerable<string> Unnamed(string statement) => Tables(statement)
        .Where(t => !Regex.IsMatch(statement, $@"(?<![\w.]){(t.Alias.Length == 0 ? "" : t.Alias + @"\.")}bucket\s*(=|IN\b)|=\s*{(t.Alias.Length == 0 ? t.Table : t.Alias)}\.bucket\b"))
        .Select(static t => t.Table);

    private static IEnumerable<(string Table, string Alias)> Tables(string statement) => Named().Matches(statement)
        .Where(static m => Hot.Contains(m.Groups["table"].Value, StringComparer.Ordinal))
        .Select(static m => (m.Groups["table"].Value, m.Groups["alias"].Value));

    /// <summary>Where a table is read or changed, and what it is called there.</summary>
    [GeneratedRegex(@"(?:\bFROM|\bJOIN|\bUSING|\bUPDATE|,)\s+(?<table>[a-z_]+)(?:\s+AS)?(?:\s+(?!WHERE|SET|ORDER|ON|LIMIT|CROSS|LEFT|JOIN|GROUP|FOR|USING|AS)(?<alias>[a-z]\w*))?(?=[\s,)]|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    /// <summary>A batch's texts stand one behind the other.</summary>
    [GeneratedRegex(@"(?:^|\n|;\s*)(?=(?:SELECT|INSERT|UPDATE|DELETE|WITH|COMMIT)\b)")]
    private static partial Regex Begin();
}
