namespace Paypro.Server.Storage.Sqlite;

/// <inheritdoc cref="IQueues"/>
internal sealed class SqliteQueues(string connectionString, IBatchEngine engine) : IQueues
{
    public Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TimerRow>>(Read(
        HotTables.Timers,
        $"SELECT {HotTables.Timers.ColumnList()} FROM timers WHERE due_at_ms <= $a ORDER BY due_at_ms LIMIT $b",
        ("$a", nowMs),
        ("$b", limit)));

    public Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(NotificationClaim claim, CancellationToken cancellation)
    {
        var due = Due(claim);
        return due.Count == 0
            ? Task.FromResult<IReadOnlyList<NotificationRow>>(due)
            : engine.InTurnAsync(() => Task.FromResult<IReadOnlyList<NotificationRow>>(Lease(due, claim.NowMs, claim.LeaseMs)));
    }

    public Task<long> CountDueNotificationsAsync(long nowMs, CancellationToken cancellation)
    {
        using var connection = SqliteSettings.Open(connectionString);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM (SELECT 1 FROM notifications WHERE due_at_ms <= $a LIMIT $b)";
        command.Parameters.AddWithValue("$a", nowMs);
        command.Parameters.AddWithValue("$b", IQueues.MostCounted);
        return Task.FromResult((long)command.ExecuteScalar()!);
    }

    public Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(
        int date, SettlementDueKey? after, int limit, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SettlementDueRow>>(Read(
        HotTables.SettlementDues,
        $"SELECT {HotTables.SettlementDues.ColumnList()} FROM settlement_dues WHERE due_date <= $a AND amount_minor <> settled_minor " +
        "AND (due_date, bucket, account_id) > ($c, $d, $e) ORDER BY due_date, bucket, account_id LIMIT $b",
        ("$a", date),
        ("$b", limit),
        ("$c", after?.DueDate ?? 0),
        ("$d", after?.Bucket ?? 0),
        ("$e", after?.AccountId ?? 0)));

    /// <summary>Merchant by merchant, one index probe each and no further than the limit needs: a long queue is never sorted.</summary>
    private List<NotificationRow> Due(NotificationClaim claim)
    {
        using var connection = SqliteSettings.Open(connectionString);
        using var next = connection.CreateCommand();
        next.CommandText = "SELECT merchant_no FROM notifications WHERE merchant_no > $m ORDER BY merchant_no LIMIT 1";
        var after = next.Parameters.AddWithValue("$m", claim.AfterMerchant);
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT {HotTables.Notifications.ColumnList()} FROM notifications " +
            "WHERE merchant_no = $m AND due_at_ms <= $a AND lease_until_ms <= $a ORDER BY due_at_ms LIMIT $b";
        var merchant = select.Parameters.AddWithValue("$m", 0L);
        select.Parameters.AddWithValue("$a", claim.NowMs);
        var limit = select.Parameters.AddWithValue("$b", 0);
        var due = new List<NotificationRow>();
        while (due.Count < claim.Limit && next.ExecuteScalar() is long merchantNo)
        {
            merchant.Value = after.Value = merchantNo;
            limit.Value = Math.Min(claim.Shares.GetValueOrDefault(merchantNo, claim.PerMerchant), claim.Limit - due.Count);
            using var reader = select.ExecuteReader();
            while (reader.Read())
            {
                due.Add(HotTables.Notifications.Read(reader));
            }
        }

        return due;
    }

    private List<NotificationRow> Lease(List<NotificationRow> due, long nowMs, long leaseMs)
    {
        var taken = new List<NotificationRow>(due.Count);
        using var connection = SqliteSettings.Open(connectionString);
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
        using var connection = SqliteSettings.Open(connectionString);
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
}
