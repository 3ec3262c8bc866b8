using Microsoft.EntityFrameworkCore.Migrations;

namespace Paypro.Server.Storage.Migrations;

/// <summary>
/// What the first migration does beyond the model: the 64 buckets with their empty chains, and the database's own refusal to
/// change or delete what is booked.
/// </summary>
internal static class FirstRows
{
    /// <summary>Tables whose rows are never changed or deleted.</summary>
    public static readonly string[] AppendOnly = ["transfers", "entries", "events", "returns", "notification_attempts"];

    public static void Add(MigrationBuilder migration)
    {
        if (migration.ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL")
        {
            migration.Sql("INSERT INTO chains (bucket, last_transfer_no, hash) SELECT b, 0, '\\x'::bytea FROM generate_series(0, 63) b");
            migration.Sql("""
                CREATE FUNCTION paypro_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
                """);
            foreach (var table in AppendOnly)
            {
                migration.Sql($"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION paypro_refuse_change()");
                migration.Sql($"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION paypro_refuse_change()");
            }

            // Room on the page for the next version of a row that changes, so that no index has to hear of it.
            foreach (var table in new[] { "orders", "attempts", "accounts", "chains", "settlement_dues", "notifications" })
            {
                migration.Sql($"ALTER TABLE {table} SET (fillfactor = {(table is "orders" or "attempts" ? 80 : 50)})");
            }
        }
        else
        {
            migration.Sql(
                "WITH RECURSIVE b(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM b WHERE n < 63) " +
                "INSERT INTO chains (bucket, last_transfer_no, hash) SELECT n, 0, x'' FROM b");
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
    }
}
