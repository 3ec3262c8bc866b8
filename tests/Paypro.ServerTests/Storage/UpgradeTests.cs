using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Storage;

/// <summary>A database of the first version keeps every row of its hot tables on the way to the newest.</summary>
public sealed class UpgradeTests
{
    private static readonly string[] Tables = ["orders", "attempts", "events", "persons", "timers", "receipts", "returns"];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task RowsOfTheFirstVersionAreThereInTheNewest(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, DatabaseTemplate.Empty);
        await using var context = ContextOf(database);
        var migrator = context.GetService<IMigrator>();
        await migrator.MigrateAsync("Initial", Stop);
        await using var connection = await OpenAsync(database);
        var before = new Dictionary<string, (string Columns, List<string> Rows)>();
        foreach (var table in Tables)
        {
            var columns = await FillAsync(connection, table, rows: 3);
            before[table] = (columns, await ReadAsync(connection, table, columns));
            Assert.Equal(3, before[table].Rows.Count);
        }

        await migrator.MigrateAsync(targetMigration: null, Stop);

        foreach (var table in Tables)
        {
            Assert.Equal(before[table].Rows, await ReadAsync(connection, table, before[table].Columns));
        }

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(3, await context.Orders.CountAsync(Stop));
        Assert.Equal(6, await context.Movements.CountAsync(Stop));
        await using var change = connection.CreateCommand();
        change.CommandText = "DELETE FROM events";
        await Assert.ThrowsAnyAsync<DbException>(() => change.ExecuteNonQueryAsync(Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PayproContext ContextOf(TestDatabase database) => database.Engine == Engine.Sqlite
        ? new SqlitePayproContext(new DbContextOptionsBuilder<SqlitePayproContext>().UseSqlite(database.ConnectionString).Options)
        : new PostgresPayproContext(new DbContextOptionsBuilder<PostgresPayproContext>().UseNpgsql(database.ConnectionString).Options);

    private static async Task<DbConnection> OpenAsync(TestDatabase database)
    {
        DbConnection connection = database.Engine == Engine.Sqlite
            ? new SqliteConnection(database.ConnectionString)
            : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Stop);
        return connection;
    }

    /// <summary>Rows in which no two columns of a kind are alike, so that none can take another's place unseen.</summary>
    private static async Task<string> FillAsync(DbConnection connection, string table, int rows)
    {
        await using var ask = connection.CreateCommand();
        ask.CommandText = $"SELECT * FROM {table}";
        var columns = new List<(string Name, Type Type)>();
        await using (var reader = await ask.ExecuteReaderAsync(Stop))
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                columns.Add((reader.GetName(i), reader.GetFieldType(i)));
            }
        }

        var names = string.Join(", ", columns.Select(c => c.Name));
        for (var row = 1; row <= rows; row++)
        {
            await using var insert = connection.CreateCommand();
            insert.CommandText = $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))})";
            for (var i = 0; i < columns.Count; i++)
            {
                var parameter = insert.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"@p{i}", ValueOf(columns[i].Type, (row * 50) + i));
                insert.Parameters.Add(parameter);
            }

            await insert.ExecuteNonQueryAsync(Stop);
        }

        return names;
    }

    private static object ValueOf(Type type, int seed) =>
        type == typeof(string) ? $"t{seed}"
        : type == typeof(byte[]) ? new byte[] { 1, (byte)seed }
        : type == typeof(bool) ? seed % 2 == 0
        : Convert.ChangeType(seed, type, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<string>> ReadAsync(DbConnection connection, string table, string columns)
    {
        await using var ask = connection.CreateCommand();
        ask.CommandText = $"SELECT {columns} FROM {table}";
        var rows = new List<string>();
        await using var reader = await ask.ExecuteReaderAsync(Stop);
        while (await reader.ReadAsync(Stop))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{reader.GetValue(i)}")));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
