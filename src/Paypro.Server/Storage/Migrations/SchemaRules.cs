using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Paypro.Server.Storage.Migrations;

/// <summary>
/// What the first migration does beyond the model: the 64 buckets, the database's own refusal to change or delete what is booked,
/// PostgreSQL's views of balances (decision 21) and SQLite's keys by time (decision 16).
/// </summary>
internal static class SchemaRules
{
    /// <summary>Tables whose rows are never changed or deleted.</summary>
    public static readonly string[] AppendOnly = ["transfers", "entries", "events", "case_actions", "notification_attempts", "creation_signs", "terms", "withholdings", "audit", "closed_months", "month_balances", "fee_statements"];

    /// <summary>Room on the page for the next version of a row that changes, so that no index has to hear of it.</summary>
    private static readonly (string Table, int FillFactor)[] Changing =
        [("orders", 80), ("attempts", 80), ("opened_accounts", 50), ("bucket_locks", 50), ("settlement_dues", 50), ("notifications", 50)];

    /// <summary>SQLite's keys that begin with the time, and the narrow tables that have no row number beside their key.</summary>
    private static readonly (string Table, string Key, bool RowNumbers)[] KeysByTime =
    [
        ("orders", "id, bucket", true), ("attempts", "order_id, attempt_no, bucket", false), ("events", "order_id, sequence, bucket", false),
        ("persons", "order_id, bucket", false), ("timers", "due_at_ms, order_id, bucket", false),
        ("creation_signs", "bucket, merchant_no, sign_hash", false),
    ];

    /// <summary>To be called at the end of the migration, which has made the tables of the model.</summary>
    public static void Add(MigrationBuilder migration)
    {
        if (migration.ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL")
        {
            AddToPostgres(migration);
        }
        else
        {
            AddToSqlite(migration);
        }
    }

    private static void AddToPostgres(MigrationBuilder migration)
    {
        migration.Sql("ALTER TABLE accounts RENAME TO opened_accounts");
        migration.Sql("ALTER TABLE opened_accounts DROP COLUMN balance_minor, DROP COLUMN sequence");
        migration.Sql("ALTER TABLE chains RENAME TO bucket_locks");
        migration.Sql("ALTER TABLE bucket_locks DROP COLUMN last_transfer_no, DROP COLUMN hash");
        migration.Sql("INSERT INTO bucket_locks (bucket) SELECT b FROM generate_series(0, 63) b");
        migration.Sql("""
            CREATE VIEW accounts AS
            SELECT o.bucket, o.id, o.owner_type, o.owner_id, o.kind, o.currency,
                coalesce(last.balance_after_minor, 0) AS balance_minor, coalesce(last.sequence, 0) AS sequence
            FROM opened_accounts o LEFT JOIN LATERAL (
                SELECT e.balance_after_minor, e.sequence FROM entries e WHERE e.bucket = o.bucket AND e.account_id = o.id ORDER BY e.sequence DESC LIMIT 1) last ON true
            """);
        migration.Sql("""
            CREATE VIEW chains AS
            SELECT b.bucket, coalesce(last.transfer_no, 0) AS last_transfer_no, coalesce(last.hash, ''::bytea) AS hash
            FROM bucket_locks b LEFT JOIN LATERAL (
                SELECT t.transfer_no, t.hash FROM transfers t WHERE t.bucket = b.bucket ORDER BY t.transfer_no DESC LIMIT 1) last ON true
            """);
        migration.Sql("""
            CREATE FUNCTION paypro_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
            """);
        migration.Sql("INSERT INTO audit_chains (chain, last_no, hash) SELECT b, 0, ''::bytea FROM generate_series(-1, 63) b");
        foreach (var table in AppendOnly)
        {
            migration.Sql($"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION paypro_refuse_change()");
            migration.Sql($"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION paypro_refuse_change()");
        }

        foreach (var (table, fillFactor) in Changing)
        {
            migration.Sql($"ALTER TABLE {table} SET (fillfactor = {fillFactor})");
        }
    }

    private static void AddToSqlite(MigrationBuilder migration)
    {
        foreach (var (table, key, rowNumbers) in KeysByTime)
        {
            var at = migration.Operations.FindIndex(o => o is CreateTableOperation made && made.Name == table);
            migration.Operations[at] = KeyedByTime((CreateTableOperation)migration.Operations[at], key, rowNumbers);
        }

        migration.Sql(
            "WITH RECURSIVE b(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM b WHERE n < 63) " +
            "INSERT INTO chains (bucket, last_transfer_no, hash) SELECT n, 0, x'' FROM b");
        migration.Sql(
            "WITH RECURSIVE b(n) AS (SELECT -1 UNION ALL SELECT n + 1 FROM b WHERE n < 63) " +
            "INSERT INTO audit_chains (chain, last_no, hash) SELECT n, 0, x'' FROM b");
        foreach (var table in AppendOnly)
        {
            foreach (var change in new[] { "UPDATE", "DELETE" })
            {
                migration.Sql(
                    $"CREATE TRIGGER {table}_no_{change.ToLowerInvariant()} BEFORE {change} ON {table} " +
                    $"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END");
            }
        }
    }

    private static SqlOperation KeyedByTime(CreateTableOperation table, string key, bool rowNumbers) => new()
    {
        Sql = $"CREATE TABLE {table.Name} ({string.Join(", ", table.Columns.Select(c => $"{c.Name} {c.ColumnType}{(c.IsNullable ? "" : " NOT NULL")}"))}, " +
            $"CONSTRAINT PK_{table.Name} PRIMARY KEY ({key})){(rowNumbers ? "" : " WITHOUT ROWID")}",
    };
}
