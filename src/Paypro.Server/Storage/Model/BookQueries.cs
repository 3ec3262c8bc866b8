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

/// <summary>What an account's entries of one value date come to, all buckets together.</summary>
internal sealed class DaySum
{
    public long AccountId { get; set; }

    /// <summary><c>yyyyMMdd</c>.</summary>
    public int ValueDate { get; set; }

    /// <summary>All that was taken, above zero.</summary>
    public long DebitMinor { get; set; }

    /// <summary>All that was given.</summary>
    public long CreditMinor { get; set; }
}

/// <summary>What a merchant's transfers of one type put on an account of ours.</summary>
internal sealed class ChargedSum
{
    public long MerchantNo { get; set; }
    public long AccountId { get; set; }
    public short Type { get; set; }
    public long AmountMinor { get; set; }
}

/// <summary>
/// Balances at any time. A time is turned into a place in each bucket's chain by halving, and that into a place in each account's entries by halving again: some
/// probes of primary keys for each account, however much is booked. All accounts are cut at the same transfer, so whatever time is asked for,
/// the balances sum to zero. What was booked since a time is read from those places on, along the primary key.
/// </summary>
internal static class BookQueries
{
    /// <summary>
    /// {0} is the time, {1} and {2} the first and the last account. Places grow by steps of powers of two that do not depend on how much there is: a place once found stays,
    /// also where clocks of two nodes differ.
    /// </summary>
    private const string Places =
        """
        WITH RECURSIVE cut (bucket, place, step) AS (
            SELECT h.bucket, CAST(0 AS bigint), CAST(1099511627776 AS bigint) FROM chains h
            WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.bucket = h.bucket AND a.id BETWEEN {1} AND {2})
            UNION ALL
            SELECT c.bucket,
                c.place + CASE WHEN (SELECT t.booked_at_ms FROM transfers t WHERE t.bucket = c.bucket AND t.transfer_no = c.place + c.step) < {0} THEN c.step ELSE 0 END,
                c.step / 2
            FROM cut c WHERE c.step > 0
        ),
        found (bucket, id, until, place, step) AS (
            SELECT a.bucket, a.id, c.place, CAST(0 AS bigint), CAST(4294967296 AS bigint)
            FROM accounts a JOIN cut c ON c.bucket = a.bucket AND c.step = 0
            WHERE a.id BETWEEN {1} AND {2}
            UNION ALL
            SELECT f.bucket, f.id, f.until,
                f.place + CASE WHEN (SELECT e.transfer_no FROM entries e WHERE e.bucket = f.bucket AND e.account_id = f.id AND e.sequence = f.place + f.step) <= f.until THEN f.step ELSE 0 END,
                f.step / 2
            FROM found f WHERE f.step > 0
        )

        """;

    private const string Balances = Places +
        """
        SELECT f.bucket AS "Bucket", f.id AS "AccountId", f.place AS "Sequence",
            coalesce((SELECT e.balance_after_minor FROM entries e WHERE e.bucket = f.bucket AND e.account_id = f.id AND e.sequence = f.place), 0) AS "BalanceMinor"
        FROM found f WHERE f.step = 0
        """;

    private const string Days = Places +
        """
        SELECT e.account_id AS "AccountId", e.value_date AS "ValueDate",
            CAST(SUM(CASE WHEN e.amount_minor < 0 THEN -e.amount_minor ELSE 0 END) AS bigint) AS "DebitMinor",
            CAST(SUM(CASE WHEN e.amount_minor > 0 THEN e.amount_minor ELSE 0 END) AS bigint) AS "CreditMinor"
        FROM found f JOIN entries e ON e.bucket = f.bucket AND e.account_id = f.id AND e.sequence > f.place
        WHERE f.step = 0 AND e.value_date <= {3}
        GROUP BY e.account_id, e.value_date
        """;

    private const string Charged = Places +
        """
        SELECT s.merchant_no AS "MerchantNo", s.account_id AS "AccountId", s.type AS "Type", CAST(SUM(s.amount_minor) AS bigint) AS "AmountMinor"
        FROM (
            SELECT e.account_id, t.type, e.amount_minor,
                (SELECT MIN((m.account_id / 100000) % 10000000000) FROM entries m
                WHERE m.bucket = e.bucket AND m.transfer_no = e.transfer_no AND m.account_id BETWEEN 3000000000000000 AND 3999999999999999) AS merchant_no
            FROM found f
            JOIN entries e ON e.bucket = f.bucket AND e.account_id = f.id AND e.sequence > f.place
            JOIN transfers t ON t.bucket = e.bucket AND t.transfer_no = e.transfer_no
            WHERE f.step = 0 AND e.value_date BETWEEN {3} AND {4} AND (e.account_id / 1000) % 100 IN (23, 24, 28)) s
        WHERE s.merchant_no IS NOT NULL
        GROUP BY s.merchant_no, s.account_id, s.type
        """;

    /// <summary>Balances after all that was booked before a time.</summary>
    /// <param name="context">The database.</param>
    /// <param name="beforeMs">Unix milliseconds UTC; <see cref="long.MaxValue"/> for now.</param>
    /// <param name="accountId">One account, in all buckets; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<List<BookedBalance>> BalancesAsync(this PayproContext context, long beforeMs, long? accountId, CancellationToken cancellation) =>
        context.Database.SqlQueryRaw<BookedBalance>(Balances, beforeMs, accountId ?? 0, accountId ?? long.MaxValue).ToListAsync(cancellation);

    /// <summary>What was booked from a time on, by account and value date.</summary>
    /// <param name="context">The database.</param>
    /// <param name="sinceMs">Unix milliseconds UTC: the time at which <see cref="BalancesAsync"/> gives the balances before.</param>
    /// <param name="lastDate">The last value date, <c>yyyyMMdd</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<List<DaySum>> DaySumsAsync(this PayproContext context, long sinceMs, int lastDate, CancellationToken cancellation) =>
        context.Database.SqlQueryRaw<DaySum>(Days, sinceMs, 0L, long.MaxValue, lastDate).ToListAsync(cancellation);

    /// <summary>What merchants were charged with value dates of a span: fees, tax on them and tax withheld, by merchant, account of ours and type of transfer.</summary>
    /// <param name="context">The database.</param>
    /// <param name="sinceMs">Nothing of it was booked before, Unix milliseconds UTC.</param>
    /// <param name="firstDate">The first value date, <c>yyyyMMdd</c>.</param>
    /// <param name="lastDate">The last one.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<List<ChargedSum>> ChargedSumsAsync(this PayproContext context, long sinceMs, int firstDate, int lastDate, CancellationToken cancellation) =>
        context.Database.SqlQueryRaw<ChargedSum>(Charged, sinceMs, 1_000_000_000_000_000L, 1_999_999_999_999_999L, firstDate, lastDate).ToListAsync(cancellation);
}
