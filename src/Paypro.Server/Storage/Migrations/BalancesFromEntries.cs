using Microsoft.EntityFrameworkCore.Migrations;

namespace Paypro.Server.Storage.Migrations;

/// <summary>
/// On PostgreSQL <c>accounts</c> and <c>chains</c> become views of the last entry and the last transfer (decision 21). Of the tables
/// stays what never changes.
/// </summary>
internal static class BalancesFromEntries
{
    public static void Up(MigrationBuilder migration)
    {
        // Books that say two things are looked at by a person, not smoothed over.
        migration.Sql("""
            DO $$ BEGIN
                IF EXISTS (
                    SELECT FROM accounts a LEFT JOIN LATERAL (
                        SELECT e.balance_after_minor, e.sequence FROM entries e WHERE e.bucket = a.bucket AND e.account_id = a.id ORDER BY e.sequence DESC LIMIT 1) e ON true
                    WHERE a.balance_minor <> coalesce(e.balance_after_minor, 0) OR a.sequence <> coalesce(e.sequence, 0))
                OR EXISTS (
                    SELECT FROM chains c LEFT JOIN LATERAL (
                        SELECT t.transfer_no, t.hash FROM transfers t WHERE t.bucket = c.bucket ORDER BY t.transfer_no DESC LIMIT 1) t ON true
                    WHERE c.last_transfer_no <> coalesce(t.transfer_no, 0) OR c.hash <> coalesce(t.hash, ''::bytea))
                THEN RAISE EXCEPTION 'An account or a chain does not stand where its last entry or transfer says: run the ledger check of the version before';
                END IF;
            END $$
            """);
        migration.Sql("ALTER TABLE accounts RENAME TO opened_accounts");
        migration.Sql("ALTER TABLE opened_accounts DROP COLUMN balance_minor, DROP COLUMN sequence");
        migration.Sql("ALTER TABLE chains RENAME TO bucket_locks");
        migration.Sql("ALTER TABLE bucket_locks DROP COLUMN last_transfer_no, DROP COLUMN hash");
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
    }

    public static void Down(MigrationBuilder migration)
    {
        migration.Sql("ALTER VIEW accounts RENAME TO last_accounts");
        migration.Sql("ALTER VIEW chains RENAME TO last_chains");
        migration.Sql("ALTER TABLE opened_accounts RENAME TO accounts");
        migration.Sql("ALTER TABLE accounts ADD balance_minor bigint NOT NULL DEFAULT 0, ADD sequence bigint NOT NULL DEFAULT 0");
        migration.Sql("UPDATE accounts a SET balance_minor = l.balance_minor, sequence = l.sequence FROM last_accounts l WHERE l.bucket = a.bucket AND l.id = a.id");
        migration.Sql("ALTER TABLE bucket_locks RENAME TO chains");
        migration.Sql("ALTER TABLE chains ADD last_transfer_no bigint NOT NULL DEFAULT 0, ADD hash bytea NOT NULL DEFAULT ''::bytea");
        migration.Sql("UPDATE chains c SET last_transfer_no = l.last_transfer_no, hash = l.hash FROM last_chains l WHERE l.bucket = c.bucket");
        migration.Sql("DROP VIEW last_accounts");
        migration.Sql("DROP VIEW last_chains");
    }
}
