using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>Loads what a batch needs; the write transaction itself is the lock.</summary>
internal sealed class SqliteLoader : IDisposable
{
    private readonly SqliteSql<ChainRow> _chains = new(HotTables.Chains);
    private readonly SqliteSql<AccountRow> _accounts = new(HotTables.Accounts);
    private readonly SqliteSql<OrderRow> _orders = new(HotTables.Orders);
    private readonly SqliteSql<AttemptRow> _attempts = new(HotTables.Attempts);
    private readonly SqliteSql<StatementRow> _statements = new(HotTables.Statements);
    private readonly SqliteSql<CaseRow> _cases = new(HotTables.Cases);
    private readonly SqliteSql<TransferRow> _transfers = new(HotTables.Transfers);
    private readonly SqliteSql<SettlementDueRow> _dues = new(HotTables.SettlementDues);
    private readonly SqliteSql<PersonRow> _persons = new(HotTables.Persons);
    private readonly SqliteSql<DailyTotalRow> _totals = new(HotTables.DailyTotals);
    private readonly SqliteSql<PayerCountRow> _payers = new(HotTables.PayerCounts);
    private readonly SqliteSql<DisputeRow> _disputes = new(HotTables.Disputes);
    private readonly SqliteSql<RuleCountRow> _ruleCounts = new(HotTables.RuleCounts);
    private readonly SqliteSql<MovementClaimRow> _movements = new(HotTables.Movements);
    private readonly SqliteSql<CreationSignRow> _creationSigns = new(HotTables.CreationSigns);
    private readonly SqliteSql<NotificationRow> _notifications = new(HotTables.Notifications);
    private SqliteCommand? _merchant;

    public void Load(SqliteConnection connection, SqliteTransaction transaction, Needs needs, BatchState state)
    {
        foreach (var bucket in needs.Chains)
        {
            state.Chains.Expect(bucket);
            _chains.Select(connection, transaction, "bucket", r => state.Chains.Load(r.Bucket, r), bucket);
        }

        foreach (var key in needs.Accounts)
        {
            state.Accounts.Expect(key);
            _accounts.Select(connection, transaction, "bucket,id", r => state.Accounts.Load(r.Key, r), key.Bucket, key.Id);
            if (state.Accounts.Find(key) is null)
            {
                var open = AccountId.Open(key);
                _accounts.Insert(connection, [open]);
                state.Accounts.Load(key, open);
            }
        }

        foreach (var key in needs.Orders)
        {
            state.Orders.Expect(key);
            _orders.Select(connection, transaction, "bucket,id", r => state.Orders.Load(r.Key, r), key.Bucket, key.Id);
            _attempts.Select(connection, transaction, "bucket,order_id", r => state.Attempts.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.Persons)
        {
            state.Persons.Expect(key);
            _persons.Select(connection, transaction, "bucket,order_id", r => state.Persons.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.Orders.Union(needs.Notifications))
        {
            state.Notifications.Expect(key);
            _notifications.Select(connection, transaction, "bucket,order_id", r => state.Notifications.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.SettlementDues)
        {
            state.SettlementDues.Expect(key);
            _dues.Select(
                connection, transaction, "bucket,account_id,due_date", r => state.SettlementDues.Load(r.Key, r), key.Bucket, key.AccountId, key.DueDate);
        }

        foreach (var key in needs.NewTrades)
        {
            state.Trades.Expect(key);
        }

        if (!state.TradesAssumed)
        {
            needs.Trades.UnionWith(needs.NewTrades);
        }

        foreach (var key in needs.CreationSigns)
        {
            state.CreationSigns.Expect(key);
            if (!state.TradesAssumed)
            {
                _creationSigns.Select(
                    connection, transaction, "bucket,merchant_no,sign_hash", r => state.CreationSigns.Load(r.Key, r), key.Bucket, key.MerchantNo, key.SignHash);
            }
        }

        foreach (var key in needs.DailyTotals)
        {
            state.DailyTotals.Expect(key);
            _totals.Select(
                connection,
                transaction,
                "bucket,merchant_no,direction,way,local_date",
                r => state.DailyTotals.Load(r.Key, r),
                key.Bucket,
                key.MerchantNo,
                (short)key.Direction,
                key.Way,
                key.LocalDate);
        }

        foreach (var key in needs.PayerCounts)
        {
            state.PayerCounts.Expect(key);
            _payers.Select(
                connection,
                transaction,
                "bucket,merchant_no,payer,local_date",
                r => state.PayerCounts.Load(r.Key, r),
                key.Bucket,
                key.MerchantNo,
                key.Payer,
                key.LocalDate);
        }

        foreach (var key in needs.Disputes)
        {
            state.Disputes.Expect(key);
            _disputes.Select(connection, transaction, "bucket,id", r => state.Disputes.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.RuleCounts)
        {
            state.RuleCounts.Expect(key);
            _ruleCounts.Select(connection, transaction, "bucket,merchant_no,person", r => state.RuleCounts.Load(r.Key, r), key.Bucket, key.MerchantNo, key.Person);
        }

        foreach (var key in needs.Movements)
        {
            state.Movements.Expect(key);
            _movements.Select(
                connection,
                transaction,
                "channel_account_id,direction,kind,dedupe_key",
                r => LoadClaim(connection, transaction, r, state),
                key.ChannelAccountId,
                (short)key.Direction,
                (short)key.Kind,
                key.DedupeKey);
        }

        foreach (var key in needs.Statements)
        {
            state.Statements.Expect(key);
            _statements.Select(connection, transaction, "bucket,id", r => state.Statements.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.Cases)
        {
            state.Cases.Expect(key);
            _cases.Select(connection, transaction, "bucket,id", r => state.Cases.Load(r.Key, r), key.Bucket, key.Id);
        }

        foreach (var key in needs.Trades)
        {
            state.Trades.Expect(key);
            _orders.Select(
                connection,
                transaction,
                "bucket,merchant_no,direction,trade_no",
                r => state.Trades.Load(r.TradeKey, r),
                key.Bucket,
                key.MerchantNo,
                (short)key.Direction,
                key.TradeNo);
        }

        foreach (var key in needs.OnceKeys)
        {
            state.OnceKeys.Expect(key);
            _transfers.Select(connection, transaction, "bucket,once_key", r => state.OnceKeys.Load(key, r), key.Bucket, key.Text);
        }

        LoadMerchants(connection, transaction, needs, state);
    }

    public void Dispose()
    {
        IDisposable?[] all =
        [
            _chains, _accounts, _orders, _attempts, _statements, _cases, _transfers, _dues, _totals, _payers, _movements, _persons, _notifications,
            _creationSigns, _merchant, _disputes,
        ];
        foreach (var sql in all.OfType<IDisposable>())
        {
            sql.Dispose();
        }
    }

    private void LoadClaim(SqliteConnection connection, SqliteTransaction transaction, MovementClaimRow claim, BatchState state)
    {
        StatementRow? by = null;
        _statements.Select(connection, transaction, "bucket,id", r => by = r, claim.StatementBucket, claim.StatementId);
        state.LoadClaim(claim, by);
    }

    private void LoadMerchants(SqliteConnection connection, SqliteTransaction transaction, Needs needs, BatchState state)
    {
        foreach (var merchantNo in needs.Merchants)
        {
            if (_merchant is null)
            {
                _merchant = connection.CreateCommand();
                _merchant.CommandText = "SELECT open AND pay_ins_open, open AND payouts_open FROM merchants WHERE merchant_no = $p0";
                _merchant.Parameters.Add(new SqliteParameter("$p0", null));
            }

            _merchant.Transaction = transaction;
            _merchant.Parameters[0].Value = merchantNo;
            using var reader = _merchant.ExecuteReader();
            if (reader.Read())
            {
                state.Merchants[merchantNo] = new MerchantGate(merchantNo, reader.GetBoolean(0), reader.GetBoolean(1));
            }
        }
    }
}
