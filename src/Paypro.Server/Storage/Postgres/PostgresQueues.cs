using Npgsql;
using Paypro.Server.Platform;

namespace Paypro.Server.Storage.Postgres;

/// <inheritdoc cref="IQueues"/>
internal sealed class PostgresQueues(NpgsqlDataSource source, TimeProvider time) : IQueues
{
    /// <summary>Who looks through a queue cannot know the bucket and names every one, as constants: so the planner knows that they spare nothing.</summary>
    private static readonly string AnyBucket = $"ANY('{{{string.Join(',', Buckets.All)}}}'::smallint[])";

    /// <summary>Merchants one index probe each, and no further than the limit needs.</summary>
    private static readonly string AnyMerchant = $"""
        merchant AS (
            (SELECT n.merchant_no FROM notifications n WHERE n.bucket = {AnyBucket} AND n.merchant_no > $6 ORDER BY n.merchant_no LIMIT 1)
            UNION ALL
            SELECT (SELECT n.merchant_no FROM notifications n WHERE n.bucket = {AnyBucket} AND n.merchant_no > m.merchant_no ORDER BY n.merchant_no LIMIT 1)
            FROM merchant m WHERE m.merchant_no IS NOT NULL)
        """;

    private static readonly string MerchantWithin = $"""
        merchant AS MATERIALIZED (
            SELECT DISTINCT n.merchant_no FROM notifications n, clock c
            WHERE n.bucket = {AnyBucket} AND n.due_at_ms > c.now_ms - $7 AND n.due_at_ms <= c.now_ms AND n.lease_until_ms <= c.now_ms AND n.merchant_no > $6
            ORDER BY n.merchant_no)
        """;

    private static readonly string ClaimAny = Claim(AnyMerchant, "");
    private static readonly string ClaimWithin = Claim(MerchantWithin, " AND n.due_at_ms > c.now_ms - $7");

    private readonly QueueLook _timers = new(time, overlapMs: 5_000);
    private readonly QueueLook _notifications = new(time, overlapMs: 1_000);

    // Rows that another node holds or that settle at this moment are skipped.
    private static string Claim(string merchant, string within) => $"""
        WITH RECURSIVE clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms),
        {merchant},
        due AS MATERIALIZED (
            SELECT p.at, p.bucket FROM merchant m, clock c
            CROSS JOIN LATERAL (
                SELECT n.ctid AS at, n.bucket FROM notifications n
                WHERE n.bucket = {AnyBucket} AND n.merchant_no = m.merchant_no AND n.due_at_ms <= c.now_ms AND n.lease_until_ms <= c.now_ms{within}
                ORDER BY n.due_at_ms
                LIMIT coalesce((SELECT s.share FROM unnest($4, $5) s(no, share) WHERE s.no = m.merchant_no), $2)
                FOR UPDATE SKIP LOCKED) p
            WHERE m.merchant_no IS NOT NULL
            LIMIT $3)
        UPDATE notifications t SET lease_until_ms = c.now_ms + $1 FROM due d, clock c
        WHERE t.ctid = d.at AND t.bucket = d.bucket RETURNING {HotTables.Notifications.ColumnList("t.")}
        """;

    public async Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, IReadOnlyCollection<TimerLane> without, int limit, CancellationToken cancellation)
    {
        var look = _timers.Begin();

        // One index range per bucket; the key begins with the bucket.
        await using var command = source.CreateCommand(
            $"SELECT {HotTables.Timers.ColumnList("t.")} FROM generate_series(0, 63) b CROSS JOIN LATERAL " +
            "(SELECT * FROM timers WHERE bucket = b AND due_at_ms <= $1 AND due_at_ms > $3 " +
            (without.Count == 0 ? "" : "AND channel_account_id * 4 + work <> ALL($4) ") + "ORDER BY due_at_ms LIMIT $2) t ORDER BY t.due_at_ms LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nowMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = look.WithinMs is { } withinMs ? nowMs - withinMs : -1 });
        if (without.Count > 0)
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. without.Select(static lane => lane.Number)] });
        }

        // What was left out is due, too: it has to be found when its lane has room again.
        var rows = await ReadAsync(command, HotTables.Timers, cancellation);
        _timers.End(look, hasMore: rows.Count >= limit || without.Count > 0);
        return rows;
    }

    public async Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(NotificationClaim claim, CancellationToken cancellation)
    {
        var look = _notifications.Begin();
        await using var command = source.CreateCommand(look.WithinMs is null ? ClaimAny : ClaimWithin);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.LeaseMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.PerMerchant });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.Limit });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. claim.Shares.Keys] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. claim.Shares.Values.Select(static share => (long)share)] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = claim.AfterMerchant });
        if (look.WithinMs is { } withinMs)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = withinMs });
        }

        var rows = await ReadAsync(command, HotTables.Notifications, cancellation);
        if (claim.AfterMerchant == 0 || rows.Count >= claim.Limit)
        {
            _notifications.End(look, LeavesMore(claim, rows));
        }

        return rows;
    }

    /// <summary>Whoever got all that he may have probably has more; and as long as somebody may have nothing, who had more may still have it.</summary>
    private bool LeavesMore(NotificationClaim claim, List<NotificationRow> rows) =>
        rows.Count >= claim.Limit
        || rows.CountBy(r => r.MerchantNo).Any(m => m.Value >= claim.Shares.GetValueOrDefault(m.Key, claim.PerMerchant))
        || (_notifications.HasMore && claim.Shares.Values.Contains(0));

    public async Task<long> CountDueNotificationsAsync(long nowMs, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"SELECT count(*) FROM (SELECT 1 FROM notifications WHERE bucket = {AnyBucket} AND due_at_ms <= $1 LIMIT $2) d");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nowMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = IQueues.MostCounted });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(
        int date, SettlementDueKey? after, int limit, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"SELECT {HotTables.SettlementDues.ColumnList()} FROM settlement_dues WHERE bucket = {AnyBucket} AND due_date <= $1 AND amount_minor <> settled_minor " +
            "AND (due_date, bucket, account_id) > ($3, $4, $5) ORDER BY due_date, bucket, account_id LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = date });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = after?.DueDate ?? 0 });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = after?.Bucket ?? 0 });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after?.AccountId ?? 0 });
        return await ReadAsync(command, HotTables.SettlementDues, cancellation);
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
