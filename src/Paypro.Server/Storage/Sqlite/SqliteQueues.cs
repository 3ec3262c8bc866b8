using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <inheritdoc cref="IQueues"/>
internal sealed class SqliteQueues(string connectionString, IBatchEngine engine) : IQueues
{
    public Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, int limit, CancellationToken cancellation)
    {
        // The key begins with the bucket: one seek for each is cheaper than a second index on every order.
        var buckets = string.Join(" UNION ALL ", Enumerable.Range(0, 64).Select(b =>
            $"SELECT * FROM (SELECT {OrderTables.Timers.ColumnList()} FROM timers WHERE bucket = {b} AND due_at_ms <= $a ORDER BY due_at_ms LIMIT $b)"));
        return Task.FromResult<IReadOnlyList<TimerRow>>(Read(OrderTables.Timers, $"{buckets} ORDER BY due_at_ms LIMIT $b", ("$a", nowMs), ("$b", limit)));
    }

    public Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(
        long nowMs, long leaseMs, int perMerchant, int limit, IReadOnlyCollection<long> busyMerchants, CancellationToken cancellation)
    {
        var busy = string.Join(',', busyMerchants);
        var due = Read(
            NotificationTables.Notifications,
            $"""
            SELECT {NotificationTables.Notifications.ColumnList()} FROM (
                SELECT *, row_number() OVER (PARTITION BY merchant_no ORDER BY due_at_ms) AS place FROM notifications
                WHERE due_at_ms <= $a AND lease_until_ms <= $a AND merchant_no NOT IN (SELECT value FROM json_each($d)))
            WHERE place <= $b ORDER BY due_at_ms LIMIT $c
            """,
            ("$a", nowMs),
            ("$b", perMerchant),
            ("$c", limit),
            ("$d", $"[{busy}]"));
        return due.Count == 0
            ? Task.FromResult<IReadOnlyList<NotificationRow>>(due)
            : engine.InTurnAsync(() => Task.FromResult<IReadOnlyList<NotificationRow>>(Lease(due, nowMs, leaseMs)));
    }

    public Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SettlementDueRow>>(Read(
        LedgerTables.SettlementDues,
        $"SELECT {LedgerTables.SettlementDues.ColumnList()} FROM settlement_dues WHERE due_date <= $a AND amount_minor <> settled_minor " +
        "ORDER BY due_date, bucket, account_id LIMIT $b",
        ("$a", date),
        ("$b", limit)));

    private List<NotificationRow> Lease(List<NotificationRow> due, long nowMs, long leaseMs)
    {
        var taken = new List<NotificationRow>(due.Count);
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        using var update = connection.CreateCommand();
        update.Transaction = transaction;
        update.CommandText = "UPDATE notifications SET lease_until_ms = $l WHERE bucket = $b AND order_id = $o AND version = $v AND lease_until_ms = $w";
        foreach (var row in due)
        {
            update.Parameters.Clear();
            update.Parameters.AddWithValue("$l", nowMs + leaseMs);
            update.Parameters.AddWithValue("$b", row.Bucket);
            update.Parameters.AddWithValue("$o", row.OrderId);
            update.Parameters.AddWithValue("$v", row.Version);
            update.Parameters.AddWithValue("$w", row.LeaseUntilMs);
            if (update.ExecuteNonQuery() == 1)
            {
                taken.Add(row with { LeaseUntilMs = nowMs + leaseMs });
            }
        }

        transaction.Commit();
        return taken;
    }

    private List<TRow> Read<TRow>(Table<TRow> table, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        var rows = new List<TRow>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(table.Read(reader));
        }

        return rows;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        SqliteSettings.Open(connection);
        return connection;
    }
}
