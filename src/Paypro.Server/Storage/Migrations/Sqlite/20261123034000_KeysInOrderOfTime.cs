using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Paypro.Server.Storage.Migrations.Sqlite;

/// <summary>
/// Puts the bucket last in the keys of the tables that every new order adds to. The bucket is there to route a distributed
/// PostgreSQL; in one SQLite file it only scattered a batch of 30 orders over 30 places of five indexes, and each place is a page of
/// 4 KB that goes into the log, is summed and is copied back. By time, a batch goes to the end of each. Narrow tables need no
/// row number beside their key. Names, columns and uniqueness stay, so that the model and older code see no difference.
/// </summary>
[DbContext(typeof(SqlitePayproContext))]
[Migration("20261123034000_KeysInOrderOfTime")]
internal sealed class KeysInOrderOfTime : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Rebuild(
            migrationBuilder,
            "orders",
            """
            bucket INTEGER NOT NULL, id INTEGER NOT NULL, merchant_no INTEGER NOT NULL, sub_merchant TEXT NOT NULL, direction INTEGER NOT NULL,
            trade_no TEXT NOT NULL, number TEXT NOT NULL, country TEXT NOT NULL, currency TEXT NOT NULL, way TEXT NOT NULL, way_detail TEXT NOT NULL,
            amount_minor INTEGER NOT NULL, state INTEGER NOT NULL, exceptions INTEGER NOT NULL, paid_minor INTEGER NOT NULL,
            returned_minor INTEGER NOT NULL, suspense_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL,
            terms TEXT NOT NULL, content_hash BLOB NOT NULL, notify_url TEXT NOT NULL, return_url TEXT NOT NULL, remark TEXT NOT NULL,
            hosted INTEGER NOT NULL, page_token TEXT NOT NULL, failure_code TEXT NOT NULL, message TEXT NOT NULL, utr TEXT NOT NULL,
            created_at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL, success_at_ms INTEGER NOT NULL, timer_due_ms INTEGER NOT NULL,
            event_count INTEGER NOT NULL, result_version INTEGER NOT NULL, attempt_count INTEGER NOT NULL, way_given INTEGER NOT NULL DEFAULT 0
            """,
            "id, bucket",
            rowNumbers: true);
        migrationBuilder.Sql(
            "CREATE UNIQUE INDEX IX_orders_bucket_merchant_no_direction_trade_no ON orders (bucket, merchant_no, direction, trade_no)");
        migrationBuilder.Sql("CREATE UNIQUE INDEX IX_orders_bucket_number ON orders (bucket, number)");

        Rebuild(
            migrationBuilder,
            "attempts",
            """
            bucket INTEGER NOT NULL, order_id INTEGER NOT NULL, attempt_no INTEGER NOT NULL, channel_account_id INTEGER NOT NULL,
            direction INTEGER NOT NULL, way TEXT NOT NULL, reference TEXT NOT NULL, state INTEGER NOT NULL, instruction_kind TEXT NOT NULL,
            instruction_value TEXT NOT NULL, instruction_bank TEXT NOT NULL, instruction_beneficiary TEXT NOT NULL, cost_terms TEXT NOT NULL,
            cost_minor INTEGER NOT NULL, lease_until_ms INTEGER NOT NULL, sent_at_ms INTEGER NOT NULL, query_count INTEGER NOT NULL,
            created_at_ms INTEGER NOT NULL, terms TEXT NOT NULL DEFAULT ''
            """,
            "order_id, attempt_no, bucket",
            rowNumbers: false);
        migrationBuilder.Sql("CREATE INDEX IX_attempts_channel_account_id_reference ON attempts (channel_account_id, reference)");

        Rebuild(
            migrationBuilder,
            "events",
            """
            bucket INTEGER NOT NULL, order_id INTEGER NOT NULL, sequence INTEGER NOT NULL, type INTEGER NOT NULL, cause TEXT NOT NULL,
            detail TEXT NOT NULL, at_ms INTEGER NOT NULL
            """,
            "order_id, sequence, bucket",
            rowNumbers: false);
        foreach (var change in new[] { "UPDATE", "DELETE" })
        {
            migrationBuilder.Sql(
                $"CREATE TRIGGER events_no_{change.ToLowerInvariant()} BEFORE {change} ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END");
        }

        Rebuild(
            migrationBuilder,
            "persons",
            "bucket INTEGER NOT NULL, order_id INTEGER NOT NULL, master_key_id TEXT NOT NULL, sealed BLOB NOT NULL, created_at_ms INTEGER NOT NULL",
            "order_id, bucket",
            rowNumbers: false);
        Rebuild(
            migrationBuilder,
            "timers",
            "bucket INTEGER NOT NULL, due_at_ms INTEGER NOT NULL, order_id INTEGER NOT NULL",
            "due_at_ms, order_id, bucket",
            rowNumbers: false);
    }

    /// <summary>Dropping the old table takes its indexes and triggers with it and runs none of them.</summary>
    private static void Rebuild(MigrationBuilder migration, string table, string columns, string key, bool rowNumbers)
    {
        migration.Sql($"CREATE TABLE {table}_new ({columns}, CONSTRAINT PK_{table} PRIMARY KEY ({key})){(rowNumbers ? "" : " WITHOUT ROWID")}");
        var names = string.Join(", ", columns.Split(',').Select(column => column.Trim().Split(' ')[0]));
        migration.Sql($"INSERT INTO {table}_new ({names}) SELECT {names} FROM {table}");
        migration.Sql($"DROP TABLE {table}");
        migration.Sql($"ALTER TABLE {table}_new RENAME TO {table}");
    }
}
