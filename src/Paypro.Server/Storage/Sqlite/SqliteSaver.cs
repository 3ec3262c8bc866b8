using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>Writes what a batch decided, table by table.</summary>
internal sealed class SqliteSaver : IDisposable
{
    private readonly SqliteSql<OrderRow> _orders = new(HotTables.Orders);
    private readonly SqliteSql<AttemptRow> _attempts = new(HotTables.Attempts);
    private readonly SqliteSql<StatementRow> _statements = new(HotTables.Statements);
    private readonly SqliteSql<StatementBodyRow> _bodies = new(HotTables.Bodies);
    private readonly SqliteSql<CaseRow> _cases = new(HotTables.Cases);
    private readonly SqliteSql<CaseActionRow> _caseActions = new(HotTables.CaseActions);
    private readonly SqliteSql<EventRow> _events = new(HotTables.Events);
    private readonly SqliteSql<PersonRow> _persons = new(HotTables.Persons);
    private readonly SqliteSql<KnownPersonRow> _knownPersons = new(HotTables.KnownPersons);
    private readonly SqliteSql<TimerRow> _timers = new(HotTables.Timers);
    private readonly SqliteSql<AccountRow> _accounts = new(HotTables.Accounts);
    private readonly SqliteSql<ChainRow> _chains = new(HotTables.Chains);
    private readonly SqliteSql<TransferRow> _transfers = new(HotTables.Transfers);
    private readonly SqliteSql<EntryRow> _entries = new(HotTables.Entries);
    private readonly SqliteSql<SettlementDueRow> _dues = new(HotTables.SettlementDues);
    private readonly SqliteSql<WithholdingRow> _withholdings = new(HotTables.Withholdings);
    private readonly SqliteSql<WithdrawalResultRow> _withdrawalResults = new(HotTables.WithdrawalResults);
    private readonly SqliteSql<DailyTotalRow> _totals = new(HotTables.DailyTotals);
    private readonly SqliteSql<PayerCountRow> _payers = new(HotTables.PayerCounts);
    private readonly SqliteSql<DisputeRow> _disputes = new(HotTables.Disputes);
    private readonly SqliteSql<RuleCountRow> _ruleCounts = new(HotTables.RuleCounts);
    private readonly SqliteSql<MovementClaimRow> _movements = new(HotTables.Movements);
    private readonly SqliteSql<CreationSignRow> _creationSigns = new(HotTables.CreationSigns);
    private readonly SqliteSql<NotificationRow> _notifications = new(HotTables.Notifications);
    private readonly SqliteSql<NotificationAttemptRow> _notificationAttempts = new(HotTables.NotificationAttempts);

    /// <exception cref="TradesKnownException">See <see cref="BatchState.TradesAssumed"/>.</exception>
    /// <exception cref="BatchConflictException">A row was not where it was loaded from: a bug, since nobody else writes.</exception>
    public void Save(SqliteConnection connection, BatchState state)
    {
        var newOrders = state.Orders.With(RowFate.Inserted);
        if (_orders.Insert(connection, newOrders) != newOrders.Count)
        {
            throw state.TradesAssumed ? new TradesKnownException() : new BatchConflictException("orders");
        }

        var newSigns = state.CreationSigns.With(RowFate.Inserted);
        if (_creationSigns.Insert(connection, newSigns) != newSigns.Count)
        {
            throw state.TradesAssumed ? new TradesKnownException() : new BatchConflictException("creation_signs");
        }

        Check("orders", state.Orders.With(RowFate.Updated), _orders.Update);
        Add("attempts", state.Attempts, _attempts);
        Add("persons", state.Persons, _persons);
        _knownPersons.Insert(connection, state.KnownPersons.With(RowFate.Inserted));
        var statements = state.Statements.With(RowFate.Inserted);
        Check("rail_statements", statements.FindAll(static s => s.Id >= 0), _statements.Insert);
        _statements.Insert(connection, statements.FindAll(static s => s.Id < 0));
        Check("rail_statements", state.Statements.With(RowFate.Updated), _statements.Update);
        _bodies.Insert(connection, state.Bodies.With(RowFate.Inserted));
        Check("rail_movements", state.ClaimsWanted(), _movements.Insert);
        Add("events", state.Events, _events);
        _timers.Delete(
            connection,
            state.Timers.DeletedKeys().ConvertAll(static k => new TimerRow { Bucket = k.Bucket, DueAtMs = k.DueAtMs, OrderId = k.OrderId }));
        Check("timers", state.Timers.With(RowFate.Inserted), _timers.Insert);
        Add("transfers", state.Transfers, _transfers);
        Add("entries", state.Entries, _entries);
        Add("accounts", state.Accounts, _accounts);
        Add("chains", state.Chains, _chains);
        Add("settlement_dues", state.SettlementDues, _dues);
        Add("withholdings", state.Withholdings, _withholdings);
        Add("withdrawal_results", state.WithdrawalResults, _withdrawalResults);
        Add("disputes", state.Disputes, _disputes);
        Add("daily_totals", state.DailyTotals, _totals);
        Add("payer_counts", state.PayerCounts, _payers);
        Add("rule_counts", state.RuleCounts, _ruleCounts);
        Add("notifications", state.Notifications, _notifications);
        Check(
            "notifications",
            state.Notifications.DeletedKeys().ConvertAll(static k => new NotificationRow { Bucket = k.Bucket, OrderId = k.Id }),
            _notifications.Delete);
        Add("notification_attempts", state.NotificationAttempts, _notificationAttempts);
        Check("cases", state.Cases.With(RowFate.Updated), _cases.Update);
        var changedCases = state.CaseChanges.With(RowFate.Inserted);
        _cases.Insert(connection, changedCases.FindAll(static c => c.Count > 0));
        _cases.Update(connection, changedCases.FindAll(static c => c.Count == 0));
        Add("case_actions", state.CaseActions, _caseActions);

        void Add<TKey, TRow>(string what, RowSet<TKey, TRow> set, SqliteSql<TRow> sql)
            where TKey : notnull
            where TRow : class
        {
            Check(what, set.With(RowFate.Inserted), sql.Insert);
            Check(what, set.With(RowFate.Updated), sql.Update);
        }

        void Check<TRow>(string what, List<TRow> rows, Func<SqliteConnection, IReadOnlyList<TRow>, int> write)
        {
            if (write(connection, rows) != rows.Count)
            {
                throw new BatchConflictException(what);
            }
        }
    }

    public void Dispose()
    {
        IDisposable[] all =
        [
            _orders, _attempts, _statements, _bodies, _cases, _caseActions, _events, _persons, _knownPersons, _timers, _accounts, _chains, _transfers, _entries, _dues, _withholdings, _withdrawalResults, _totals, _payers, _movements,
            _notifications, _notificationAttempts, _creationSigns,
        ];
        foreach (var sql in all)
        {
            sql.Dispose();
        }
    }
}
