using Npgsql;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Writes what a batch decided in one round trip: one statement per table and kind of change. Where no statement has to be counted
/// afterwards (new orders alone), COMMIT goes with them.
/// </summary>
/// <param name="grouped">Whether there are several groups of buckets.</param>
internal sealed class PostgresSaver(bool grouped)
{
    /// <summary>The statement need not be counted: it fails unless every row is written, or the rows may be gone already.</summary>
    private const int Any = -1;

    private readonly PostgresSql<OrderRow> _orders = new(HotTables.Orders, grouped);
    private readonly PostgresSql<AttemptRow> _attempts = new(HotTables.Attempts, grouped);
    private readonly PostgresSql<StatementRow> _statements = new(HotTables.Statements, grouped);
    private readonly PostgresSql<StatementBodyRow> _bodies = new(HotTables.Bodies, grouped);
    private readonly PostgresSql<CaseRow> _cases = new(HotTables.Cases, grouped);
    private readonly PostgresSql<CaseActionRow> _caseActions = new(HotTables.CaseActions, grouped);
    private readonly PostgresSql<EventRow> _events = new(HotTables.Events, grouped);
    private readonly PostgresSql<PersonRow> _persons = new(HotTables.Persons, grouped);
    private readonly PostgresSql<KnownPersonRow> _knownPersons = new(HotTables.KnownPersons, grouped);
    private readonly PostgresSql<TimerRow> _timers = new(HotTables.Timers, grouped);
    private readonly PostgresSql<TransferRow> _transfers = new(HotTables.Transfers, grouped);
    private readonly PostgresSql<EntryRow> _entries = new(HotTables.Entries, grouped);
    private readonly PostgresSql<SettlementDueRow> _dues = new(HotTables.SettlementDues, grouped);
    private readonly PostgresSql<WithholdingRow> _withholdings = new(HotTables.Withholdings, grouped);
    private readonly PostgresSql<WithdrawalResultRow> _withdrawalResults = new(HotTables.WithdrawalResults, grouped);
    private readonly PostgresSql<DailyTotalRow> _totals = new(HotTables.DailyTotals, grouped);
    private readonly PostgresSql<PayerCountRow> _payers = new(HotTables.PayerCounts, grouped);
    private readonly PostgresSql<DisputeRow> _disputes = new(HotTables.Disputes, grouped);
    private readonly PostgresSql<RuleCountRow> _ruleCounts = new(HotTables.RuleCounts, grouped);
    private readonly PostgresSql<MovementClaimRow> _movements = new(HotTables.Movements, grouped: false);
    private readonly PostgresSql<CreationSignRow> _creationSigns = new(HotTables.CreationSigns, grouped);
    private readonly PostgresSql<NotificationRow> _notifications = new(HotTables.Notifications, grouped);
    private readonly PostgresSql<NotificationAttemptRow> _notificationAttempts = new(HotTables.NotificationAttempts, grouped);

    /// <summary>Writes, and commits through <paramref name="commitAsync"/>, which is given the statements that are to go with COMMIT, if any.</summary>
    /// <param name="connection">In the transaction.</param>
    /// <param name="group">The buckets of the batch's group.</param>
    /// <param name="state">What was decided.</param>
    /// <param name="claims">Movements that are claimed with the batch.</param>
    /// <param name="commitAsync">See above.</param>
    /// <exception cref="BatchConflictException">A key was taken by another node meanwhile, or a row went away: the batch runs again.</exception>
    public async Task SaveAsync(NpgsqlConnection connection, short[] group, BatchState state, List<MovementClaimRow> claims, Func<NpgsqlBatch?, Task> commitAsync)
    {
        await using var batch = new NpgsqlBatch(connection);
        var expected = new List<(string What, int Rows)>();

        // New orders go in by the merchant's own number: two nodes that race for the same numbers then meet in one order.
        var newOrders = state.Orders.With(RowFate.Inserted);
        newOrders.Sort(static (a, b) => a.TradeKey.CompareTo(b.TradeKey));
        Insert("orders", newOrders, _orders, contested: !state.TradesAssumed);
        Insert("creation_signs", state.CreationSigns.With(RowFate.Inserted), _creationSigns, contested: !state.TradesAssumed);
        Update("orders", state.Orders, _orders);
        Add("attempts", state.Attempts, _attempts);
        Add("persons", state.Persons, _persons);
        InsertOnce("known_persons", state.KnownPersons.With(RowFate.Inserted), _knownPersons);
        var statements = state.Statements.With(RowFate.Inserted);
        Insert("rail_statements", statements.FindAll(static s => s.Id >= 0), _statements);
        InsertOnce("rail_statements", statements.FindAll(static s => s.Id < 0), _statements);
        Update("rail_statements", state.Statements, _statements);
        InsertOnce("statement_bodies", state.Bodies.With(RowFate.Inserted), _bodies);
        Insert("rail_movements", claims, _movements, contested: true);
        Add("events", state.Events, _events);
        var deletedTimers = state.Timers.DeletedKeys().ConvertAll(static k => new TimerRow { Bucket = k.Bucket, DueAtMs = k.DueAtMs, OrderId = k.OrderId });
        if (deletedTimers.Count > 0)
        {
            batch.BatchCommands.Add(_timers.DeleteRows(deletedTimers, group));
            expected.Add(("timers", Any));
        }

        Insert("timers", state.Timers.With(RowFate.Inserted), _timers);
        Insert("transfers", state.Transfers.With(RowFate.Inserted), _transfers);
        Insert("entries", state.Entries.With(RowFate.Inserted), _entries);
        Add("settlement_dues", state.SettlementDues, _dues);
        Insert("withholdings", state.Withholdings.With(RowFate.Inserted), _withholdings);
        Insert("withdrawal_results", state.WithdrawalResults.With(RowFate.Inserted), _withdrawalResults);
        Add("disputes", state.Disputes, _disputes);
        Add("daily_totals", state.DailyTotals, _totals, contested: true);
        Add("payer_counts", state.PayerCounts, _payers, contested: true);
        Add("rule_counts", state.RuleCounts, _ruleCounts, contested: true);
        Add("notifications", state.Notifications, _notifications);
        var takenNotifications = state.Notifications.DeletedKeys().ConvertAll(static k => new NotificationRow { Bucket = k.Bucket, OrderId = k.Id });
        if (takenNotifications.Count > 0)
        {
            batch.BatchCommands.Add(_notifications.DeleteRows(takenNotifications, group));
            expected.Add(("notifications", takenNotifications.Count));
        }

        Insert("notification_attempts", state.NotificationAttempts.With(RowFate.Inserted), _notificationAttempts);
        Update("cases", state.Cases, _cases);
        var changedCases = state.CaseChanges.With(RowFate.Inserted);
        InsertOnce("cases", changedCases.FindAll(static c => c.Count > 0), _cases);
        var endedCases = changedCases.FindAll(static c => c.Count == 0);
        if (endedCases.Count > 0)
        {
            batch.BatchCommands.Add(_cases.UpdateRows(endedCases, group));
            expected.Add(("cases", Any));
        }

        Insert("case_actions", state.CaseActions.With(RowFate.Inserted), _caseActions);

        if (expected.TrueForAll(static e => e.Rows == Any))
        {
            await commitAsync(batch);
            return;
        }

        await batch.ExecuteNonQueryAsync();
        for (var i = 0; i < expected.Count; i++)
        {
            if (expected[i].Rows != Any && (int)batch.BatchCommands[i].RecordsAffected != expected[i].Rows)
            {
                throw new BatchConflictException(expected[i].What);
            }
        }

        await commitAsync(null);

        void Insert<TRow>(string what, List<TRow> rows, PostgresSql<TRow> sql, bool contested = false)
        {
            if (rows.Count > 0)
            {
                batch.BatchCommands.Add(sql.InsertRows(rows, contested));
                expected.Add((what, contested ? rows.Count : Any));
            }
        }

        // Rows that may be stored already, as they are or to be renewed.
        void InsertOnce<TRow>(string what, List<TRow> rows, PostgresSql<TRow> sql)
        {
            if (rows.Count > 0)
            {
                batch.BatchCommands.Add(sql.InsertRows(rows, contested: true));
                expected.Add((what, Any));
            }
        }

        void Update<TKey, TRow>(string what, RowSet<TKey, TRow> set, PostgresSql<TRow> sql)
            where TKey : notnull
            where TRow : class
        {
            var rows = set.With(RowFate.Updated);
            if (rows.Count > 0)
            {
                batch.BatchCommands.Add(sql.UpdateRows(rows, group));
                expected.Add((what, rows.Count));
            }
        }

        void Add<TKey, TRow>(string what, RowSet<TKey, TRow> set, PostgresSql<TRow> sql, bool contested = false)
            where TKey : notnull
            where TRow : class
        {
            Insert(what, set.With(RowFate.Inserted), sql, contested);
            Update(what, set, sql);
        }
    }
}
