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
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Kills;

/// <summary>
/// Real servers, and PostgreSQL itself, are struck at chance moments under load. Whatever a merchant was told stays true, money is neither
/// lost nor made, every result is told, and no payout leaves twice. <c>eng/torture</c> does it for as long as one likes:
/// <c>PAYPRO_TORTURE_BLOWS</c> and <c>PAYPRO_TORTURE_SEED</c>.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int AMinute = 60_000;

    [Theory]
    [InlineData(Engine.Sqlite, 1)]
    [InlineData(Engine.Postgres, 1)]
    [InlineData(Engine.Postgres, 2)]
    public async Task WhatAMerchantWasToldSurvivesKilledNodes(Engine engine, int nodes) => Assert.NotEmpty(await TortureAsync(engine, nodes, 5, Blow.KillNode));

    [Fact]
    public async Task WhatAMerchantWasToldSurvivesAKilledDatabase() =>
        Assert.NotEmpty(await TortureAsync(Engine.Postgres, 2, 5, Blow.KillPostgres, Blow.KillSession, Blow.EndSessions));

    [Fact]
    public async Task WhatAMerchantWasToldSurvivesPausesAndCutsAroundCommit() =>
        Assert.NotEmpty(await TortureAsync(Engine.Postgres, 2, 5, Blow.PauseNode, Blow.EndSessions, Blow.KillNode));

    /// <summary>Takes two minutes a blow, so it runs only when asked for.</summary>
    [Fact]
    public async Task ANodeThatOversleptItsLeasesDoesNotActOnThem()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TORTURE_BLOWS") is not null, "Sleeps longer than any lease: eng/torture runs it.");
        Assert.NotEmpty(await TortureAsync(Engine.Postgres, 2, 1, Blow.OversleepNode));
    }

    /// <returns>What merchants were told.</returns>
    private async Task<ICollection<string>> TortureAsync(Engine engine, int nodes, int blows, params Blow[] kinds)
    {
        blows = kinds is [Blow.OversleepNode] ? blows : Number("PAYPRO_TORTURE_BLOWS", blows);
        var seed = Number("PAYPRO_TORTURE_SEED", Environment.TickCount);
#pragma warning disable CA5394 // Chance, not secrecy: the seed is printed so that a run can be looked at again.
        var random = new Random(seed);
        var cuts = kinds.Contains(Blow.PauseNode);
        await using var receiver = await RecordingReceiver.StartAsync();
        using var key = new MasterKeyFile();
        await using var installation = await Installation.StartAsync(
            engine, nodes, key.Path, kinds.Contains(Blow.KillPostgres), cuts ? () => random.Next(40) == 0 ? (Cut)random.Next(1, 5) : Cut.No : null);
        using var merchants = new Merchants([.. installation.Nodes.Select(s => s.BaseAddress)], receiver.AddressOf("n"));
        var load = merchants.RunAsync(aSecond: 60);
        for (var blow = 0; blow < blows; blow++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1200)), TimeProvider.System, CancellationToken.None);
            await installation.StrikeAsync(kinds[random.Next(kinds.Length)], random.Next(AMinute));
        }
#pragma warning restore CA5394

        merchants.Enough();
        await load;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {seed}: {blows} blows, {installation.Cuts} cuts, {merchants.Told.Count} orders, {merchants.Paid.Count} paid, {merchants.Repeats} calls made again"));
        Assert.True(merchants.Repeats > 0);

        // Killed nodes leave leases behind, of a minute and a half for a payout; here that time passes at once.
        await installation.StopAsync();
        await LetTimePassAsync(installation.Database);
        await installation.StartAgainAsync();
        var newest = await NotifiedAsync(receiver, merchants);
        var sends = await SendsAsync(installation.Nodes[0], merchants);
        await installation.StopAsync();
        await using var node = await Node.StartAsync(installation.Database, $"Paypro:MasterKeyFile={key.Path}");
        await AssertAllIsThereAsync(node, merchants, newest, sends);
        return merchants.Told.Keys;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static async Task AssertAllIsThereAsync(
        Node node, Merchants merchants, Dictionary<string, string> newest, IReadOnlyDictionary<string, int> sends)
    {
        var (orders, attempts) = await node.ReadAsync(async c => (await c.Orders.ToDictionaryAsync(o => o.TradeNo), await c.Attempts.ToListAsync()));
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
    private static async Task<Dictionary<string, string>> NotifiedAsync(RecordingReceiver receiver, Merchants merchants)
    {
        var newest = new Dictionary<string, string>();
        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() =>
        {
            foreach (var told in receiver.Received)
            {
                newest[told["tradeNo"]!] = told["status"]!;
            }

            return Task.FromResult(merchants.Told.Keys.All(newest.ContainsKey));
        }), $"No result was told of {string.Join(", ", merchants.Told.Keys.Except(newest.Keys).Take(10))}.");
        Assert.All(receiver.Received, n => Assert.True(n.IsSignedWith(SignedClient.MexicoSecret)));
        return newest;
    }

    /// <summary>How often the bank was told to send each payout.</summary>
    private static async Task<IReadOnlyDictionary<string, int>> SendsAsync(ServerProcess server, Merchants merchants)
    {
        var sends = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(merchants.Told.Values.Where(t => t.IsPayout), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (told, stop) =>
        {
            var rail = await server.Http.GetFromJsonAsync<JsonElement>($"sandbox/rail/{told.Number}", stop);
            sends[told.TradeNo] = rail.GetProperty("attempts").EnumerateArray().Sum(a => a.GetProperty("sends").GetInt32());
        });
        return sends;
    }

    private static async Task LetTimePassAsync(TestDatabase database)
    {
        var payouts = string.Create(CultureInfo.InvariantCulture, $"direction = {(short)Direction.Payout}");
        foreach (var sql in new[]
        {
            $"UPDATE attempts SET lease_until_ms = CASE WHEN lease_until_ms = 0 THEN 0 ELSE 1 END, sent_at_ms = sent_at_ms - 120000 WHERE {payouts}",
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
