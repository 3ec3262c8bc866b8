using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Kills;

/// <summary>What must be so when everything runs again: each acknowledgement compared with the database, the bank and the notifications.</summary>
internal static class Aftermath
{
    /// <param name="node">On the database that was struck.</param>
    /// <param name="merchants">What they were told.</param>
    /// <param name="newest">The last status that each was notified of.</param>
    /// <param name="sends">How often the bank was told to send each payout.</param>
    public static async Task AssertAllIsThereAsync(
        Node node, Merchants merchants, Dictionary<string, string> newest, IReadOnlyDictionary<string, int> sends)
    {
        // Without the page that a sandbox makes for whoever starts it on an empty database.
        var (orders, attempts) = await node.ReadAsync(async c => (await c.Orders.Where(o => !o.TradeNo.StartsWith("page-")).ToDictionaryAsync(o => o.TradeNo), await c.Attempts.ToListAsync()));
        var clabes = attempts.ToDictionary(a => a.OrderId, a => a.InstructionValue);
        Assert.Equal(merchants.Told.Keys.Order(), orders.Keys.Order());
        Assert.All(merchants.Told.Values, told =>
        {
            var order = orders[told.TradeNo];
            Assert.Equal((told.Number, told.IsPayout), (order.Number, order.Direction == Direction.Payout));
            Assert.Equal(told.Clabe ?? "", clabes[order.Id]);
            Assert.True(order.State is OrderState.Paid || (told.IsPayout && order.State == OrderState.Failed), $"{told} is {order.State}");
            Assert.Equal(order.State == OrderState.Paid ? "0000" : "00029", newest[told.TradeNo]);
            if (told.IsPayout)
            {
                // Never twice; and what has failed, so that the merchant has its money back, has never left.
                Assert.Equal(order.State == OrderState.Paid ? 1 : 0, sends[told.TradeNo]);
            }
        });

        var (paidIn, paidOut) = (orders.Values.Count(o => o.Direction == Direction.PayIn), orders.Values.Count(o => o is { Direction: Direction.Payout, State: OrderState.Paid }));
        Assert.Equal(1_000_000_00L + paidIn * Merchants.PayInUnits * 100L - paidOut * Merchants.PayoutUnits * 100L, await node.BalanceAsync(Node.Mexico));
        Assert.Equal(0, await node.BalanceAsync(Node.Mexico, AccountKind.Frozen));
        await Books.AssertRightAsync(node);
        Assert.False(await node.Get<LedgerCheck>().RunOnceAsync(CancellationToken.None));
        Assert.Equal("", string.Join("; ", await node.ReadAsync(c => c.LedgerChecks.Where(r => r.Finding != "").Select(r => r.Finding).ToListAsync())));
    }

    /// <summary>Waits until every order's result was told; returns the newest status of each. All signatures must be right.</summary>
    public static async Task<Dictionary<string, string>> NotifiedAsync(RecordingReceiver receiver, Merchants merchants)
    {
        var newest = new Dictionary<string, string>();

        // The bank makes a callback that it had begun again after 30 s; one that was refused several times, after a minute.
        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() =>
        {
            foreach (var told in receiver.Received)
            {
                newest[told["tradeNo"]!] = told["status"]!;
            }

            return Task.FromResult(merchants.Told.Keys.All(newest.ContainsKey));
        }, within: TimeSpan.FromSeconds(90)), $"No result was told of {string.Join(", ", merchants.Told.Keys.Except(newest.Keys).Take(10))}.");
        Assert.All(receiver.Received, n => Assert.True(n.IsSignedWith(SignedClient.MexicoSecret)));
        return newest;
    }

    /// <summary>How often the bank was told to send each payout.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> SendsAsync(ServerProcess server, Merchants merchants)
    {
        var sends = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(merchants.Told.Values.Where(t => t.IsPayout), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (told, stop) =>
        {
            var rail = await server.Http.GetFromJsonAsync<JsonElement>($"sandbox/rail/{told.Number}", stop);
            sends[told.TradeNo] = rail.GetProperty("attempts").EnumerateArray().Sum(a => a.GetProperty("sends").GetInt32());
        });
        return sends;
    }

    /// <summary>Longer than any lease and the bank's finality time together.</summary>
    private const long LongAgoMs = 600_000;

    /// <summary>
    /// Leases, timers and the bank's finality time are over at once: what was to be sent and never arrived can be called failed by the
    /// first question.
    /// </summary>
    public static async Task LetTimePassAsync(TestDatabase database)
    {
        var payouts = string.Create(CultureInfo.InvariantCulture, $"direction = {(short)Direction.Payout}");
        foreach (var sql in new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"UPDATE attempts SET lease_until_ms = CASE WHEN lease_until_ms = 0 THEN 0 ELSE 1 END, sent_at_ms = sent_at_ms - {LongAgoMs} WHERE {payouts}"),
            $"UPDATE timers SET due_at_ms = 1 WHERE order_id IN (SELECT id FROM orders WHERE {payouts})",
            $"UPDATE orders SET timer_due_ms = 1 WHERE timer_due_ms <> 0 AND {payouts}",
            "UPDATE notifications SET lease_until_ms = 0, due_at_ms = 1",
        })
        {
            await ExecuteAsync(database, sql);
        }
    }

#pragma warning disable CA2100 // The statements above.
    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        if (database.Engine == Engine.Sqlite)
        {
            await using var file = new SqliteConnection(database.ConnectionString);
            await file.OpenAsync();
            await using var change = file.CreateCommand();
            change.CommandText = sql;
            await change.ExecuteNonQueryAsync();
            return;
        }

        await using var server = new NpgsqlConnection(database.ConnectionString);
        await server.OpenAsync();
        await using var command = new NpgsqlCommand(sql, server);
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
