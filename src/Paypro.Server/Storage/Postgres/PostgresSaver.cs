using Npgsql;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// Writes what a batch decided in one round trip: one statement per table and kind of change. Where no statement has to be counted
/// afterwards (new orders alone), COMMIT goes with them.
/// </summary>
internal sealed class PostgresSaver(bool oneBucket)
{
    /// <summary>The statement need not be counted: it fails unless every row is written, or the rows may be gone already.</summary>
    private const int Any = -1;

    private readonly PostgresSql<OrderRow> _orders = new(HotTables.Orders, oneBucket);
    private readonly PostgresSql<AttemptRow> _attempts = new(HotTables.Attempts, oneBucket);
    private readonly PostgresSql<StatementRow> _statements = new(HotTables.Statements, oneBucket);
    private readonly PostgresSql<StatementBodyRow> _bodies = new(HotTables.Bodies, oneBucket);
    private readonly PostgresSql<CaseRow> _cases = new(HotTables.Cases, oneBucket);
    private readonly PostgresSql<CaseActionRow> _caseActions = new(HotTables.CaseActions, oneBucket);
    private readonly PostgresSql<EventRow> _events = new(HotTables.Events, oneBucket);
    private readonly PostgresSql<PersonRow> _persons = new(HotTables.Persons, oneBucket);
    private readonly PostgresSql<TimerRow> _timers = new(HotTables.Timers, oneBucket);
    private readonly PostgresSql<TransferRow> _transfers = new(HotTables.Transfers, oneBucket);
    private readonly PostgresSql<EntryRow> _entries = new(HotTables.Entries, oneBucket);
    private readonly PostgresSql<SettlementDueRow> _dues = new(HotTables.SettlementDues, oneBucket);
    private readonly PostgresSql<WithholdingRow> _withholdings = new(HotTables.Withholdings, oneBucket);
    private readonly PostgresSql<DailyTotalRow> _totals = new(HotTables.DailyTotals, oneBucket);
    private readonly PostgresSql<PayerCountRow> _payers = new(HotTables.PayerCounts, oneBucket);
    private readonly PostgresSql<RailMovementRow> _movements = new(HotTables.Movements, oneBucket: false);
    private readonly PostgresSql<CreationSignRow> _creationSigns = new(HotTables.CreationSigns, oneBucket);
    private readonly PostgresSql<NotificationRow> _notifications = new(HotTables.Notifications, oneBucket);
    private readonly PostgresSql<NotificationAttemptRow> _notificationAttempts = new(HotTables.NotificationAttempts, oneBucket);

    /// <summary>Writes, and commits through <paramref name="commitAsync"/>, which is given the statements that are to go with COMMIT, if any.</summary>
    /// <exception cref="BatchConflictException">A key was taken by another node meanwhile, or a row went away: the batch runs again.</exception>
    public async Task SaveAsync(NpgsqlConnection connection, short bucket, BatchState state, Func<NpgsqlBatch?, Task> commitAsync)
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
        var statements = state.Statements.With(RowFate.Inserted);
        Insert("rail_statements", statements.FindAll(static s => s.Id >= 0), _statements);
        InsertOnce("rail_statements", statements.FindAll(static s => s.Id < 0), _statements);
        Update("rail_statements", state.Statements, _statements);
        InsertOnce("statement_bodies", state.Bodies.With(RowFate.Inserted), _bodies);
        Add("rail_movements", state.Movements, _movements, contested: true);
        Add("events", state.Events, _events);
        var deletedTimers = state.Timers.DeletedKeys().ConvertAll(static k => new TimerRow { Bucket = k.Bucket, DueAtMs = k.DueAtMs, OrderId = k.OrderId });
        if (deletedTimers.Count > 0)
        {
            batch.BatchCommands.Add(_timers.DeleteRows(deletedTimers, bucket));
            expected.Add(("timers", Any));
        }

        Insert("timers", state.Timers.With(RowFate.Inserted), _timers);
        Insert("transfers", state.Transfers.With(RowFate.Inserted), _transfers);
        Insert("entries", state.Entries.With(RowFate.Inserted), _entries);
        Add("settlement_dues", state.SettlementDues, _dues);
        Insert("withholdings", state.Withholdings.With(RowFate.Inserted), _withholdings);
        Add("daily_totals", state.DailyTotals, _totals, contested: true);
        Add("payer_counts", state.PayerCounts, _payers, contested: true);
        Add("notifications", state.Notifications, _notifications);
        var takenNotifications = state.Notifications.DeletedKeys().ConvertAll(static k => new NotificationRow { Bucket = k.Bucket, OrderId = k.Id });
        if (takenNotifications.Count > 0)
        {
            batch.BatchCommands.Add(_notifications.DeleteRows(takenNotifications, bucket));
            expected.Add(("notifications", takenNotifications.Count));
        }

        Insert("notification_attempts", state.NotificationAttempts.With(RowFate.Inserted), _notificationAttempts);
        Update("cases", state.Cases, _cases);
        var changedCases = state.CaseChanges.With(RowFate.Inserted);
        InsertOnce("cases", changedCases.FindAll(static c => c.Count > 0), _cases);
        var endedCases = changedCases.FindAll(static c => c.Count == 0);
        if (endedCases.Count > 0)
        {
            batch.BatchCommands.Add(_cases.UpdateRows(endedCases, bucket));
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
                batch.BatchCommands.Add(sql.UpdateRows(rows, bucket));
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
