using Microsoft.EntityFrameworkCore;

namespace Paypro.Server.Storage;

/// <summary>What an account stood at.</summary>
internal sealed class BookedBalance
{
    public short Bucket { get; set; }
    public long AccountId { get; set; }

    /// <summary>Of its last entry then; 0 = it had none.</summary>
    public long Sequence { get; set; }
    public long BalanceMinor { get; set; }
}

/// <summary>
/// Balances at any time. A time is turned into a place in each bucket's chain by halving, and that into a place in each account's entries by halving again: some
/// probes of primary keys for each account, however much is booked. All accounts are cut at the same transfer, so whatever time is asked for,
/// the balances sum to zero.
/// </summary>
internal static class BookQueries
{
    /// <summary>Balances after all that was booked before a time.</summary>
    /// <param name="context">The database.</param>
    /// <param name="beforeMs">Unix milliseconds UTC; <see cref="long.MaxValue"/> for now.</param>
    /// <param name="accountId">One account, in all buckets; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<List<BookedBalance>> BalancesAsync(this PayproContext context, long beforeMs, long? accountId, CancellationToken cancellation)
    {
        var (low, high) = (accountId ?? 0, accountId ?? long.MaxValue);

        // Places grow by steps of powers of two that do not depend on how much there is: a place once found stays, also where clocks of two nodes differ.
        return context.Database.SqlQuery<BookedBalance>($"""
            WITH RECURSIVE cut (bucket, place, step) AS (
                SELECT h.bucket, CAST(0 AS bigint), CAST(1099511627776 AS bigint) FROM chains h
                WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.bucket = h.bucket AND a.id BETWEEN {low} AND {high})
                UNION ALL
                SELECT c.bucket,
                    c.place + CASE WHEN (SELECT t.booked_at_ms FROM transfers t WHERE t.bucket = c.bucket AND t.transfer_no = c.place + c.step) < {beforeMs} THEN c.step ELSE 0 END,
                    c.step / 2
                FROM cut c WHERE c.step > 0
            ),
            found (bucket, id, until, place, step) AS (
                SELECT a.bucket, a.id, c.place, CAST(0 AS bigint), CAST(4294967296 AS bigint)
                FROM accounts a JOIN cut c ON c.bucket = a.bucket AND c.step = 0
                WHERE a.id BETWEEN {low} AND {high}
                UNION ALL
                SELECT f.bucket, f.id, f.until,
                    f.place + CASE WHEN (SELECT e.transfer_no FROM entries e WHERE e.bucket = f.bucket AND e.account_id = f.id AND e.sequence = f.place + f.step) <= f.until THEN f.step ELSE 0 END,
                    f.step / 2
                FROM found f WHERE f.step > 0
            )
            SELECT f.bucket AS "Bucket", f.id AS "AccountId", f.place AS "Sequence",
                coalesce((SELECT e.balance_after_minor FROM entries e WHERE e.bucket = f.bucket AND e.account_id = f.id AND e.sequence = f.place), 0) AS "BalanceMinor"
            FROM found f WHERE f.step = 0
            """).ToListAsync(cancellation);
    }
}
