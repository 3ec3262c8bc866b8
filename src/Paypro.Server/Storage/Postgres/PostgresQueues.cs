using Npgsql;
using NpgsqlTypes;

namespace Paypro.Server.Storage.Postgres;

/// <inheritdoc cref="IQueues"/>
internal sealed class PostgresQueues(NpgsqlDataSource source) : IQueues
{
    private static readonly string Claim = $"""
        WITH RECURSIVE clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms),
        merchant AS (
            (SELECT merchant_no FROM notifications ORDER BY merchant_no LIMIT 1)
            UNION ALL
            SELECT (SELECT n.merchant_no FROM notifications n WHERE n.merchant_no > m.merchant_no ORDER BY n.merchant_no LIMIT 1)
            FROM merchant m WHERE m.merchant_no IS NOT NULL),
        due AS MATERIALIZED (
            SELECT p.bucket, p.order_id FROM merchant m, clock c
            CROSS JOIN LATERAL (
                SELECT n.bucket, n.order_id FROM notifications n
                WHERE n.merchant_no = m.merchant_no AND n.due_at_ms <= c.now_ms AND n.lease_until_ms <= c.now_ms
                ORDER BY n.due_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED) p
            WHERE m.merchant_no IS NOT NULL AND m.merchant_no <> ALL($4)
            LIMIT $3)
        UPDATE notifications t SET lease_until_ms = c.now_ms + $1 FROM due d, clock c
        WHERE t.bucket = d.bucket AND t.order_id = d.order_id RETURNING {NotificationTables.Notifications.ColumnList("t.")}
        """;

    public async Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, int limit, CancellationToken cancellation)
    {
        // One index range per bucket; the key begins with the bucket.
        await using var command = source.CreateCommand(
            $"SELECT {OrderTables.Timers.ColumnList("t.")} FROM generate_series(0, 63) b CROSS JOIN LATERAL " +
            "(SELECT * FROM timers WHERE bucket = b AND due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2) t ORDER BY t.due_at_ms LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nowMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        return await ReadAsync(command, OrderTables.Timers, cancellation);
    }

    public async Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(
        long nowMs, long leaseMs, int perMerchant, int limit, IReadOnlyCollection<long> busyMerchants, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(Claim);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = leaseMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = perMerchant });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter { Value = busyMerchants.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        return await ReadAsync(command, NotificationTables.Notifications, cancellation);
    }

    public async Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, int limit, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"SELECT {LedgerTables.SettlementDues.ColumnList()} FROM settlement_dues WHERE due_date <= $1 AND amount_minor <> settled_minor " +
            "ORDER BY due_date, bucket, account_id LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = date });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        return await ReadAsync(command, LedgerTables.SettlementDues, cancellation);
    }

    private static async Task<List<TRow>> ReadAsync<TRow>(NpgsqlCommand command, Table<TRow> table, CancellationToken cancellation)
    {
        var rows = new List<TRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(table.Read(reader));
        }

        return rows;
    }
}
