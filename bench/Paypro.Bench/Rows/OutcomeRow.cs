using Npgsql;
using Paypro.Bench.Ground;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Postgres;

namespace Paypro.Bench.Rows;

/// <summary>Applying outcomes through the batch writer, against pgbench doing the same one transaction each.</summary>
internal static class OutcomeRow
{
    private const int EqualConcurrency = 64;
    private const int HighConcurrency = 256;
    private const long FirstMerchantNo = 2_000_000_000;
    private static readonly int[] Concurrencies = [4, 8, 16, 32, 64];

    public static async Task RunAsync(Options options, Report report)
    {
        var table = new Table(
            "Applying outcomes on PostgreSQL: receipt, order, attempt, entries, balances, chain, event, timer, outbox",
            "Merchants", "Variant", "Outcomes a second", "Batched at 64 against it", "Batched at 256 against it");
        await MeasureAsync(options, table, "10, hot", 10, 10, 6);
        await MeasureAsync(options, table, "10,000, cold", 10_000, 3, 3);
        table.Print(report);
    }

    private static async Task MeasureAsync(Options options, Table table, string name, int merchants, double goalEqual, double goalBest)
    {
        var database = await BenchDatabase.PostgresAsync($"outcome_{merchants}");
        var end = options.Quick ? 150_000L : 700_000L;
        await OrderLoader.LoadAsync(database, end, merchants, FirstMerchantNo, paid: false);
        await OpenAccountsAsync(database, merchants);
        await database.SettleAsync();
        await using var app = await database.OpenAsync();
        var outcomes = new Outcomes(app.Services.GetRequiredService<BatchWriter>(), merchants, FirstMerchantNo);
        var seconds = options.Quick ? 1 : 3;
        await outcomes.RunAsync(EqualConcurrency, seconds, end);
        var (best, bestRate) = (EqualConcurrency, 0.0);
        foreach (var clients in Concurrencies)
        {
            var rate = await PgbenchAsync(clients);
            (best, bestRate) = rate > bestRate ? (clients, rate) : (best, bestRate);
        }

        var results = await Rounds.RunAsync<double>(
            options.Runs,
            [
                () => outcomes.RunAsync(EqualConcurrency, seconds, end),
                () => outcomes.RunAsync(HighConcurrency, seconds, end),
                () => PgbenchAsync(EqualConcurrency),
                () => PgbenchAsync(best),
            ]);
        var median = Array.ConvertAll(results, r => r.Median(x => x));
        table.Add(name, $"batched, {EqualConcurrency} callers", Rates(0), "", "");
        table.Add(name, $"batched, {HighConcurrency} callers", Rates(1), "", "");
        table.Add(name, $"pgbench, {EqualConcurrency} clients", Rates(2), Table.AtLeast(median[0] / median[2], goalEqual), Table.Times(median[1] / median[2]));
        table.Add(name, $"pgbench at its best, {best} clients", Rates(3), Table.AtLeast(median[0] / median[3], goalBest), Table.AtLeast(median[1] / median[3], goalBest));
        await CheckAsync(database);
        await app.DisposeAsync();
        await database.DropAsync();

        string Rates(int i) => results[i].Spread(x => x, Table.Rate);

        async Task<double> PgbenchAsync(int clients)
        {
            var rate = await Pgbench.RunAsync(database, merchants, FirstMerchantNo, clients, seconds, outcomes.Next, end);

            // Its clients do not run at one speed, so payments are missing here and there: go on behind the furthest.
            outcomes.Next = await database.ScalarAsync<long>("SELECT max(rail_reference)::bigint FROM rail_statements") + 1;
            return outcomes.Next < end ? rate : throw new InvalidOperationException("The loaded orders ran out: load more.");
        }
    }

    /// <summary>pgbench only reads accounts; ours would open them.</summary>
    private static async Task OpenAccountsAsync(BenchDatabase database, int merchants)
    {
        var accounts = new HashSet<AccountRow>();
        var currency = Protocol.Currency.Get("MXN");
        for (var merchant = 0; merchant < merchants; merchant++)
        {
            var bucket = OrderLoader.BucketOf(merchant);
            accounts.Add(AccountId.Open(AccountId.Merchant(bucket, FirstMerchantNo + merchant, AccountKind.Available, currency)));
            accounts.Add(AccountId.Open(AccountId.Merchant(bucket, FirstMerchantNo + merchant, AccountKind.Receivable, currency)));
            accounts.Add(AccountId.Open(AccountId.Channel(bucket, OrderLoader.ChannelAccountId, AccountKind.Clearing, currency)));
            accounts.Add(AccountId.Open(AccountId.Platform(bucket, AccountKind.Fees, currency)));
            accounts.Add(AccountId.Open(AccountId.Platform(bucket, AccountKind.Tax, currency)));
        }

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new PostgresSql<AccountRow>(HotTables.OpenedAccounts, false).InsertRows([.. accounts]) } };
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>A speed counts only if the books are right: entries sum to zero, and every account stands where its entries say.</summary>
    private static async Task CheckAsync(BenchDatabase database)
    {
        var wrong = await database.ScalarAsync<long>("""
            SELECT count(*) FROM accounts a
            LEFT JOIN (SELECT bucket, account_id, sum(amount_minor) AS total, count(*) AS entries FROM entries GROUP BY bucket, account_id) e
                ON e.bucket = a.bucket AND e.account_id = a.id
            WHERE a.balance_minor <> coalesce(e.total, 0) OR a.sequence <> coalesce(e.entries, 0)
            """);
        var sum = await database.ScalarAsync<decimal>("SELECT sum(amount_minor) FROM entries");
        if (wrong != 0 || sum != 0)
        {
            throw new InvalidOperationException($"The books are wrong: {wrong} accounts differ from their entries, which sum to {sum}.");
        }
    }
}
