using Npgsql;
using NpgsqlTypes;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Locks and loads what a batch needs in one round trip, each statement with its own snapshot: buckets, orders, notifications and
/// due rows locked in that order and sorted; everything that is only read comes after. Whoever books holds the bucket's lock, and
/// with it all its accounts; balances and the chain's end are read from the last entry and transfer, so that booking changes no row.
/// </summary>
/// <param name="groups">Of buckets.</param>
internal sealed class PostgresLoader(BucketGroups groups)
{
    private readonly PostgresSql<ChainRow> _chains = new(HotTables.Chains, groups.Count > 1);
    private readonly PostgresSql<AccountRow> _accounts = new(HotTables.Accounts, groups.Count > 1);
    private readonly PostgresSql<AccountRow> _openedAccounts = new(HotTables.OpenedAccounts, groups.Count > 1);
    private readonly PostgresSql<BucketLockRow> _bucketLocks = new(HotTables.BucketLocks, groups.Count > 1);
    private readonly PostgresSql<OrderRow> _orders = new(HotTables.Orders, groups.Count > 1);
    private readonly PostgresSql<AttemptRow> _attempts = new(HotTables.Attempts, groups.Count > 1);
    private readonly PostgresSql<StatementRow> _statements = new(HotTables.Statements, groups.Count > 1);
    private readonly PostgresSql<CaseRow> _cases = new(HotTables.Cases, groups.Count > 1);
    private readonly PostgresSql<TransferRow> _transfers = new(HotTables.Transfers, groups.Count > 1);
    private readonly PostgresSql<SettlementDueRow> _dues = new(HotTables.SettlementDues, groups.Count > 1);
    private readonly PostgresSql<PersonRow> _persons = new(HotTables.Persons, groups.Count > 1);
    private readonly PostgresSql<DailyTotalRow> _totals = new(HotTables.DailyTotals, groups.Count > 1);
    private readonly PostgresSql<PayerCountRow> _payers = new(HotTables.PayerCounts, groups.Count > 1);
    private readonly PostgresSql<DisputeRow> _disputes = new(HotTables.Disputes, groups.Count > 1);
    private readonly PostgresSql<RuleCountRow> _ruleCounts = new(HotTables.RuleCounts, groups.Count > 1);
    private readonly MovementLoads _movements = new(groups);
    private readonly PostgresSql<CreationSignRow> _creationSigns = new(HotTables.CreationSigns, groups.Count > 1);
    private readonly PostgresSql<NotificationRow> _notifications = new(HotTables.Notifications, groups.Count > 1);

    /// <summary>Accounts that certainly exist (they are never deleted), so that each is only offered once.</summary>
    private readonly System.Collections.Concurrent.ConcurrentDictionary<AccountKey, byte> _existing = [];

    /// <param name="connection">In the transaction.</param>
    /// <param name="batchId">Inserted first.</param>
    /// <param name="needs">What the commands named.</param>
    /// <param name="claimed">The claims that stood before the batch; null where they are made with it.</param>
    /// <param name="state">Takes the rows in.</param>
    /// <exception cref="BatchConflictException">A claim has changed meanwhile.</exception>
    public async Task LoadAsync(NpgsqlConnection connection, BatchId batchId, Needs needs, IReadOnlyList<MovementClaimRow>? claimed, BatchState state)
    {
        var group = groups.BucketsOf(batchId.Bucket);
        await using var batch = new NpgsqlBatch(connection);
        var readers = new List<Action<NpgsqlDataReader>>();

        void Ask(NpgsqlBatchCommand command, Action<NpgsqlDataReader> row)
        {
            batch.BatchCommands.Add(command);
            readers.Add(row);
        }

        Ask(
            new NpgsqlBatchCommand(
                "INSERT INTO batches (bucket, id, created_at_ms, mark) VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, $3) RETURNING created_at_ms")
            {
                Parameters =
                {
                    new NpgsqlParameter<short> { TypedValue = batchId.Bucket }, new NpgsqlParameter<long> { TypedValue = batchId.Id }, new NpgsqlParameter<long> { TypedValue = batchId.Mark },
                },
            },
            r => state.NowMs = r.GetInt64(0));

        if (needs.Chains.Count > 0)
        {
            Expect(needs.Chains, state.Chains);
            var buckets = needs.Chains.ToArray();
            Ask(_bucketLocks.Select(true, group, ("bucket", NpgsqlDbType.Smallint, buckets)), static _ => { });
            Ask(_chains.Select(false, group, ("bucket", NpgsqlDbType.Smallint, buckets)), r => Load(state.Chains, HotTables.Chains.Read(r), static c => c.Bucket));
        }

        if (needs.Accounts.Count > 0)
        {
            Expect(needs.Accounts, state.Accounts);
            var absent = needs.Accounts.Where(a => !_existing.ContainsKey(a)).Select(AccountId.Open).ToList();
            if (absent.Count > 0)
            {
                Ask(_openedAccounts.InsertRows(absent, contested: true), static _ => { });
            }

            var keys = needs.Accounts.ToArray();
            Ask(
                _accounts.Select(false, group, Buckets(keys, static k => k.Bucket), ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))),
                r => Load(state.Accounts, HotTables.Accounts.Read(r), static a => a.Key));
        }

        if (needs.Orders.Count > 0)
        {
            Expect(needs.Orders, state.Orders);
            var keys = needs.Orders.ToArray();
            Ask(_orders.SelectByKey(true, group, keys), r => Load(state.Orders, HotTables.Orders.Read(r), static o => o.Key));
            Ask(
                _attempts.Select(false, group, Buckets(keys, static k => k.Bucket), ("order_id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))),
                r => Load(state.Attempts, HotTables.Attempts.Read(r), static a => a.Key));
        }

        if (needs.Orders.Count + needs.Notifications.Count > 0)
        {
            var keys = needs.Orders.Union(needs.Notifications).Order().ToArray();
            Expect(keys, state.Notifications);
            Ask(
                _notifications.Select(
                    true, group, Buckets(keys, static k => k.Bucket), ("order_id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))),
                r => Load(state.Notifications, HotTables.Notifications.Read(r), static n => n.Key));
        }

        if (needs.Statements.Count > 0)
        {
            Expect(needs.Statements, state.Statements);
            var keys = needs.Statements.ToArray();
            Ask(_statements.Select(true, group, Buckets(keys, static k => k.Bucket), ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))), r => Load(state.Statements, HotTables.Statements.Read(r), static s => s.Key));
        }

        if (needs.Cases.Count > 0)
        {
            Expect(needs.Cases, state.Cases);
            var keys = needs.Cases.ToArray();
            Ask(_cases.Select(true, group, Buckets(keys, static k => k.Bucket), ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))), r => Load(state.Cases, HotTables.Cases.Read(r), static c => c.Key));
        }

        if (needs.Disputes.Count > 0)
        {
            Expect(needs.Disputes, state.Disputes);
            var keys = needs.Disputes.ToArray();
            Ask(
                _disputes.Select(true, group, Buckets(keys, static k => k.Bucket), ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))), r => Load(state.Disputes, HotTables.Disputes.Read(r), static d => d.Key));
        }

        if (needs.SettlementDues.Count > 0)
        {
            Expect(needs.SettlementDues, state.SettlementDues);
            var keys = needs.SettlementDues.ToArray();
            Ask(
                _dues.Select(
                    true,
                    group,
                    Buckets(keys, static k => k.Bucket),
                    ("account_id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.AccountId)),
                    ("due_date", NpgsqlDbType.Integer, Array.ConvertAll(keys, static k => k.DueDate))),
                r => Load(state.SettlementDues, HotTables.SettlementDues.Read(r), static d => d.Key));
        }

        if (needs.Persons.Count > 0)
        {
            Expect(needs.Persons, state.Persons);
            var keys = needs.Persons.ToArray();
            Ask(
                _persons.Select(
                    false, group, Buckets(keys, static k => k.Bucket), ("order_id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id))),
                r => Load(state.Persons, HotTables.Persons.Read(r), static p => p.Key));
        }

        Expect(needs.NewTrades, state.Trades);
        if (!state.TradesAssumed)
        {
            needs.Trades.UnionWith(needs.NewTrades);
        }

        Expect(needs.CreationSigns, state.CreationSigns);
        if (needs.CreationSigns.Count > 0 && !state.TradesAssumed)
        {
            var keys = needs.CreationSigns.ToArray();
            Ask(
                _creationSigns.Select(
                    false,
                    group,
                    Buckets(keys, static k => k.Bucket),
                    ("merchant_no", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.MerchantNo)),
                    ("sign_hash", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.SignHash))),
                r => Load(state.CreationSigns, HotTables.CreationSigns.Read(r), static s => s.Key));
        }

        if (needs.DailyTotals.Count > 0)
        {
            Expect(needs.DailyTotals, state.DailyTotals);
            var keys = needs.DailyTotals.ToArray();
            Ask(
                _totals.Select(
                    true,
                    group,
                    Buckets(keys, static k => k.Bucket),
                    ("merchant_no", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.MerchantNo)),
                    ("direction", NpgsqlDbType.Smallint, Array.ConvertAll(keys, static k => (short)k.Direction)),
                    ("way", NpgsqlDbType.Text, Array.ConvertAll(keys, static k => k.Way)),
                    ("local_date", NpgsqlDbType.Integer, Array.ConvertAll(keys, static k => k.LocalDate))),
                r => Load(state.DailyTotals, HotTables.DailyTotals.Read(r), static t => t.Key));
        }

        if (needs.PayerCounts.Count > 0)
        {
            Expect(needs.PayerCounts, state.PayerCounts);
            var keys = needs.PayerCounts.ToArray();
            Ask(
                _payers.Select(
                    true,
                    group,
                    Buckets(keys, static k => k.Bucket),
                    ("merchant_no", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.MerchantNo)),
                    ("payer", NpgsqlDbType.Text, Array.ConvertAll(keys, static k => k.Payer)),
                    ("local_date", NpgsqlDbType.Integer, Array.ConvertAll(keys, static k => k.LocalDate))),
                r => Load(state.PayerCounts, HotTables.PayerCounts.Read(r), static p => p.Key));
        }

        if (needs.RuleCounts.Count > 0)
        {
            Expect(needs.RuleCounts, state.RuleCounts);
            var keys = needs.RuleCounts.ToArray();
            Ask(
                _ruleCounts.Select(
                    true, group, Buckets(keys, static k => k.Bucket), ("merchant_no", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.MerchantNo)),
                    ("person", NpgsqlDbType.Text, Array.ConvertAll(keys, static k => k.Person))),
                r => Load(state.RuleCounts, HotTables.RuleCounts.Read(r), static p => p.Key));
        }

        Expect(needs.Movements, state.Movements);
        var takeClaims = _movements.Ask(Ask, needs, claimed, state);

        if (needs.Trades.Count > 0)
        {
            Expect(needs.Trades, state.Trades);
            Ask(
                _orders.SelectByTrade(group, [.. needs.Trades.Order()]),
                r => Load(state.Trades, HotTables.Orders.Read(r), static o => o.TradeKey));
        }

        if (needs.OnceKeys.Count > 0)
        {
            Expect(needs.OnceKeys, state.OnceKeys);
            var keys = needs.OnceKeys.Order().ToArray();
            Ask(
                _transfers.Select(
                    false, group, Buckets(keys, static k => k.Bucket), ("once_key", NpgsqlDbType.Text, Array.ConvertAll(keys, static k => k.Text))),
                r => Load(state.OnceKeys, HotTables.Transfers.Read(r), static t => new OnceKey(t.Bucket, t.OnceKey!)));
        }

        if (needs.Merchants.Count > 0)
        {
            Ask(
                new NpgsqlBatchCommand("SELECT merchant_no, open AND pay_ins_open, open AND payouts_open FROM merchants WHERE merchant_no = ANY($1)")
                {
                    Parameters = { new NpgsqlParameter<long[]> { TypedValue = needs.Merchants.ToArray() } },
                },
                r => state.Merchants[r.GetInt64(0)] = new MerchantGate(r.GetInt64(0), r.GetBoolean(1), r.GetBoolean(2)));
        }

        await using (var reader = await batch.ExecuteReaderAsync())
        {
            // A statement that returns no rows (accounts that are opened) has no result set of its own.
            for (var i = 0; i < readers.Count; i++)
            {
                var (command, row) = (batch.BatchCommands[i], readers[i]);
                if (!command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) && !command.CommandText.Contains("RETURNING", StringComparison.Ordinal))
                {
                    continue;
                }

                while (await reader.ReadAsync())
                {
                    row(reader);
                }

                await reader.NextResultAsync();
            }
        }

        foreach (var key in needs.Accounts)
        {
            state.Accounts.Get(key);
        }

        takeClaims();
    }

    /// <summary>After COMMIT: these accounts exist for good.</summary>
    public void Remember(Needs needs)
    {
        foreach (var key in needs.Accounts)
        {
            _existing.TryAdd(key, 0);
        }
    }

    private static (string, NpgsqlDbType, Array) Buckets<TKey>(TKey[] keys, Converter<TKey, short> bucket) =>
        ("bucket", NpgsqlDbType.Smallint, Array.ConvertAll(keys, bucket));

    private static void Expect<TKey, TRow>(IEnumerable<TKey> keys, RowSet<TKey, TRow> set)
        where TKey : notnull
        where TRow : class
    {
        foreach (var key in keys)
        {
            set.Expect(key);
        }
    }

    private static void Load<TKey, TRow>(RowSet<TKey, TRow> set, TRow row, Func<TRow, TKey> key)
        where TKey : notnull
        where TRow : class => set.Load(key(row), row);
}
