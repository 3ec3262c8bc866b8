using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NpgsqlTypes;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Migrations;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Storage;

/// <summary>The columns made from the row types, the EF model and the database itself say the same.</summary>
[Collection(PaymentTests.Name)]
public sealed class ShapeTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Every table that nobody may change, on both engines.</summary>
    public static TheoryData<Engine, string> AppendOnly
    {
        get
        {
            var data = new TheoryData<Engine, string>();
            foreach (var table in SchemaRules.AppendOnly)
            {
                data.Add(Engine.Sqlite, table);
                data.Add(Engine.Postgres, table);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ColumnsAndKeysAreThoseOfTheModel(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        await using var context = ground.The<IContexts>().Create();
        HashSet<Type> seen = [typeof(BatchRow)];
        Compare(context, seen, HotTables.Orders);
        Compare(context, seen, HotTables.Attempts);
        Compare(context, seen, HotTables.Statements);
        Compare(context, seen, HotTables.Bodies);
        Compare(context, seen, HotTables.Cases);
        Compare(context, seen, HotTables.CaseActions);
        Compare(context, seen, HotTables.Events);
        Compare(context, seen, HotTables.Persons);
        Compare(context, seen, HotTables.Timers);
        Compare(context, seen, HotTables.Accounts);
        Compare(context, seen, HotTables.Transfers);
        Compare(context, seen, HotTables.Entries);
        Compare(context, seen, HotTables.SettlementDues);
        Compare(context, seen, HotTables.Withholdings);
        Compare(context, seen, HotTables.WithdrawalResults);
        Compare(context, seen, HotTables.Disputes);
        Compare(context, seen, HotTables.Chains);
        Compare(context, seen, HotTables.DailyTotals);
        Compare(context, seen, HotTables.PayerCounts);
        Compare(context, seen, HotTables.RuleCounts);
        Compare(context, seen, HotTables.Movements);
        Compare(context, seen, HotTables.CreationSigns);
        Compare(context, seen, HotTables.Notifications);
        Compare(context, seen, HotTables.NotificationAttempts);
        Assert.Equal(PayproContext.HotTypes.OrderBy(t => t.Name), seen.OrderBy(t => t.Name));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SavingAHotRowByTheModelThrows(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        await using var context = ground.The<IContexts>().Create();
        foreach (var type in PayproContext.HotTypes)
        {
            context.ChangeTracker.Clear();
            context.Add(Activator.CreateInstance(type)!);
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => context.SaveChangesAsync(CancellationToken.None));
            Assert.Contains(type.Name, error.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => ground.The<ConfigStore>().SaveAsync(c =>
        {
            c.Add(new OrderRow { Id = 1 });
            return Task.CompletedTask;
        }));
    }

    [Theory]
    [MemberData(nameof(AppendOnly))]
    public async Task WhatIsBookedCannotBeChanged(Engine engine, string table)
    {
        var ground = await grounds.OnAsync(engine);
        await using var context = ground.The<IContexts>().Create();
        // A trigger for each row of SQLite needs a row.
        if (table == "case_actions")
        {
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO case_actions (bucket, id, case_id, order_id, action, actor, approver, evidence, text, at_ms) VALUES (0, 1, 0, 0, '', '', '', '', '', 1) ON CONFLICT DO NOTHING");
        }
        else if (table == "notification_attempts")
        {
            // Nobody delivers here.
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO notification_attempts (bucket, order_id, version, try_no, merchant_no, at_ms, duration_ms, http_status, taken, answer) VALUES (0, 1, 1, 1, 1, 1, 1, 200, CAST(1 AS boolean), '') ON CONFLICT DO NOTHING");
        }
        else if (table == "creation_signs")
        {
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO creation_signs (bucket, merchant_no, sign_hash, operation, trade_no, at_ms) VALUES (0, 1, 1, 1, 'a', 1) ON CONFLICT DO NOTHING");
        }
        else if (table == "audit")
        {
            var hash = Array.Empty<byte>();
            await context.Database.ExecuteSqlAsync(
                $"INSERT INTO audit (chain, no, at_ms, actor, address, session_id, action, subject, before, after, reason, request_id, hash) VALUES (63, 1, 1, '', '', 0, '', '', '', '', '', '', {hash}) ON CONFLICT DO NOTHING");
        }
        else if (table == "closed_months")
        {
            await context.Database.ExecuteSqlRawAsync("INSERT INTO closed_months (month, closed_at_ms, made_by, closed_by, reason) VALUES (190001, 1, '', '', '') ON CONFLICT DO NOTHING");
        }
        else if (table == "month_balances")
        {
            await context.Database.ExecuteSqlRawAsync("INSERT INTO month_balances (month, account_id, opening_minor, closing_minor) VALUES (190001, 1, 0, 0) ON CONFLICT DO NOTHING");
        }
        else if (table == "fee_statements")
        {
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO fee_statements (number, month, merchant_no, currency, fee_minor, adjustment_minor, tax_minor, withheld_minor) VALUES (1, 190001, 1, 'MXN', 0, 0, 0, 0) ON CONFLICT DO NOTHING");
        }
        else
        {
            var shop = await ground.OpenShopAsync(0, new TermsRow { WithholdingName = "ISR", WithholdingBasisPoints = 100 });
            var order = await shop.PayInAsync(1_00);
            await shop.PaidAsync(order, 1_00, "a");
            await shop.ReturnedAsync(order, 1_00, "r");
        }

        var change = table switch { "terms" => "fixed_minor = 0", "audit" or "closed_months" => "reason = ''", "month_balances" or "fee_statements" => "month = month", _ => "bucket = bucket" };
        string[] attempts = [$"UPDATE {table} SET {change}", $"DELETE FROM {table}", .. engine == Engine.Postgres ? [$"TRUNCATE {table}"] : Array.Empty<string>()];
        await context.Database.OpenConnectionAsync();
        foreach (var attempt in attempts)
        {
            // Past EF, which logs a whole line for each refusal that is expected here.
            await using var command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The statements above.
            command.CommandText = attempt;
#pragma warning restore CA2100
            var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => command.ExecuteNonQueryAsync());
            Assert.Contains($"{table} is append-only", error.Message, StringComparison.Ordinal);
        }
    }

    private static void Compare<TRow>(PayproContext context, HashSet<Type> seen, Table<TRow> table)
        where TRow : class, new()
    {
        var entity = context.Model.FindEntityType(typeof(TRow))!;
        Assert.True(seen.Add(typeof(TRow)));
        Assert.Equal(entity.GetTableName(), table.Name);
        Assert.Equal(entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()), table.Columns.Take(table.KeyColumns).Select(c => c.Name));
        var model = entity.GetProperties().ToDictionary(p => p.GetColumnName());
        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), table.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
        foreach (var column in table.Columns)
        {
            var property = model[column.Name];
            Assert.True(TypeOf(property) == column.Type, $"{table.Name}.{column.Name} is {column.Type} here and {TypeOf(property)} in the model.");
            if (context is PostgresPayproContext)
            {
                Assert.Equal(property.GetColumnType(), column.TypeName);
            }

            // A row with nothing set shows which columns are written as null; none may be where the database refuses it.
            Assert.True(column.Values([new TRow()]).GetValue(0) is not null || property.IsNullable, $"{table.Name}.{column.Name} is written as null, which the database refuses.");
        }

        Assert.All(table.Mutable, c => Assert.DoesNotContain(c, table.Columns.Take(table.KeyColumns)));
    }

    private static NpgsqlDbType TypeOf(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        type = type.IsEnum ? Enum.GetUnderlyingType(type) : type;
        return type == typeof(short) ? NpgsqlDbType.Smallint
            : type == typeof(int) ? NpgsqlDbType.Integer
            : type == typeof(long) ? NpgsqlDbType.Bigint
            : type == typeof(string) ? NpgsqlDbType.Text
            : type == typeof(bool) ? NpgsqlDbType.Boolean
            : type == typeof(byte[]) ? NpgsqlDbType.Bytea
            : throw new NotSupportedException(type.Name);
    }
}
