using System.Globalization;
using Npgsql;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Postgres;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>
/// The loader joins a batch with tables that grow without end. A plan that reads such a table whole is quick on the first day and
/// three times slower than all the rest after a week, so the plan itself is tested, and on old statistics too.
/// </summary>
public sealed class PlanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheLoaderReadsOrdersByTheirIndex(bool analyzed)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var node = await Node.StartAsync(database);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = StorageSetup.WriterSettings, Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, OrdersOf("orders", 50_000));
        if (analyzed)
        {
            await ExecuteAsync(connection, "ANALYZE orders");
        }

        var sql = new PostgresSql<OrderRow>(HotTables.Orders, grouped: false);
        var byId = sql.SelectByKey(true, [], []);
        var byTrade = sql.SelectByTrade([], []);

        var plans = new[]
        {
            await PlanAsync(connection, "by_id(smallint[], bigint[])", byId.CommandText, "by_id('{1,2,3}', '{7,8,9}')"),
            await PlanAsync(
                connection, "by_trade(smallint[], bigint[], smallint[], text[])", byTrade.CommandText, "by_trade('{1,2}', '{1,1}', '{1,1}', '{t7,t8}')"),
        };
        Assert.All(plans, plan =>
        {
            Assert.Contains("Nested Loop", plan, StringComparison.Ordinal);
            Assert.Matches("Index Scan using \\S+ on orders", plan);
            Assert.DoesNotContain("Seq Scan on orders", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Hash Join", plan, StringComparison.Ordinal);
        });
        Assert.Contains("trade_no = ", plans[1][plans[1].IndexOf("Index Cond", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    /// <summary>
    /// A change names the bucket of its target as well. The row is read by its place all the same: an index that begins with the bucket would
    /// be walked over, with all the versions that an old transaction keeps in it.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AChangeGoesByThePlaceOfItsRow(bool grouped)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = StorageSetup.WriterSettings, Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        string[] texts =
        [
            new PostgresSql<OrderRow>(HotTables.Orders, grouped).UpdateRows([], []).CommandText,
            new PostgresSql<NotificationRow>(HotTables.Notifications, grouped).UpdateRows([], []).CommandText,
            new PostgresSql<TimerRow>(HotTables.Timers, grouped).DeleteRows([], []).CommandText,
        ];
        await AssertByPlaceAsync("empty");
        await ExecuteAsync(connection, OrdersOf("orders", 5_000));
        await ExecuteAsync(connection, "INSERT INTO notifications (bucket, order_id, merchant_no, version, tries, due_at_ms, lease_until_ms) SELECT n % 64, n, n % 9, 1, 0, n, 0 FROM generate_series(1, 5000) n");
        await ExecuteAsync(connection, "INSERT INTO timers (bucket, due_at_ms, order_id, channel_account_id, work, attempt_no) SELECT n % 64, n, n, 1, 1, 1 FROM generate_series(1, 5000) n");
        await AssertByPlaceAsync("filled");
        await ExecuteAsync(connection, "ANALYZE orders, notifications, timers");
        await AssertByPlaceAsync("analyzed");

        async Task AssertByPlaceAsync(string when)
        {
            for (var i = 0; i < texts.Length; i++)
            {
                var count = System.Text.RegularExpressions.Regex.Matches(texts[i], @"\$(\d+)").Max(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
                var plan = await PlanAsync(connection, $"{when}_{i}", texts[i], $"{when}_{i}({string.Join(", ", Enumerable.Repeat("'{}'", count))})");
                Assert.Matches(@"Tid Scan on \w+ t", plan);
                Assert.DoesNotMatch(@"Index Scan using \S+ on \w+ t\b", plan);
            }
        }
    }

    private static string OrdersOf(string table, int count)
    {
        // Whatever the columns are called next year: numbers get the row's number, texts a name made of it.
        var columns = HotTables.Orders.Columns;
        var values = columns.Select(c => c.Name == "bucket" ? "(n % 64)::smallint" : c.TypeName switch
        {
            "bytea" => "'\\x00'::bytea",
            "boolean" => "false",
            "text" => $"'{c.Name[0]}' || n",
            _ => c.TypeName == "bigint" ? "n" : $"1::{c.TypeName}",
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO {table} ({string.Join(", ", columns.Select(c => c.Name))}) SELECT {string.Join(", ", values)} FROM generate_series(1, {count}) n");
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string statement, string text, string call)
    {
        await ExecuteAsync(connection, $"PREPARE {statement} AS {text}");
        await using var command = new NpgsqlCommand($"EXPLAIN EXECUTE {call}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }

        return string.Join('\n', plan);
    }

#pragma warning disable CA2100 // Made of our own table's names above.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
