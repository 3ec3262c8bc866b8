namespace Paypro.Server.Storage;

/// <summary>
/// The hot tables. A table is described by its row type alone: its properties in their order are the columns, the first of them the key, and
/// those marked with <see cref="ChangesAttribute"/> are what an update writes. Indexes stand in <see cref="HotModel"/>.
/// </summary>
internal static class HotTables
{
    /// <summary>
    /// What raising a case does to one that is there: it is open, counts, and says the newest. It was opened when it was opened, unless it
    /// had been resolved. Both engines understand it.
    /// </summary>
    private const string RaiseAgain =
        "(bucket, id) DO UPDATE SET count = cases.count + excluded.count, " +
        "opened_at_ms = CASE WHEN cases.state = 1 THEN cases.opened_at_ms ELSE excluded.opened_at_ms END, " +
        "state = excluded.state, severity = excluded.severity, order_id = excluded.order_id, channel_account_id = excluded.channel_account_id, " +
        "statement_id = excluded.statement_id, amount_minor = excluded.amount_minor, currency = excluded.currency, text = excluded.text, " +
        "raised_at_ms = excluded.raised_at_ms, resolved_at_ms = excluded.resolved_at_ms, resolved_by = excluded.resolved_by, resolution = excluded.resolution";

    public static readonly Table<OrderRow> Orders = Table<OrderRow>.Of("orders", 2);
    public static readonly Table<AttemptRow> Attempts = Table<AttemptRow>.Of("attempts", 3);
    public static readonly Table<EventRow> Events = Table<EventRow>.Of("events", 3);
    public static readonly Table<PersonRow> Persons = Table<PersonRow>.Of("persons", 2);
    public static readonly Table<KnownPersonRow> KnownPersons = Table<KnownPersonRow>.Of("known_persons", 4);
    public static readonly Table<TimerRow> Timers = Table<TimerRow>.Of("timers", 3);
    public static readonly Table<MovementClaimRow> Movements = Table<MovementClaimRow>.Of("rail_movements", 4);
    public static readonly Table<StatementRow> Statements = Table<StatementRow>.Of("rail_statements", 2);
    public static readonly Table<StatementBodyRow> Bodies =
        Table<StatementBodyRow>.Of("statement_bodies", 2, "(bucket, id) DO UPDATE SET open = statement_bodies.open OR excluded.open");
    public static readonly Table<CaseRow> Cases = Table<CaseRow>.Of("cases", 2, RaiseAgain);
    public static readonly Table<CaseActionRow> CaseActions = Table<CaseActionRow>.Of("case_actions", 2);
    public static readonly Table<AccountRow> Accounts = Table<AccountRow>.Of("accounts", 2);

    /// <summary>PostgreSQL's table behind its view <c>accounts</c>: what an account is. Its balance is its last entry's.</summary>
    public static readonly Table<AccountRow> OpenedAccounts = Accounts.WithoutChanging("opened_accounts");

    /// <summary>PostgreSQL's table behind its view <c>chains</c>: one row for each bucket, which is locked and never changes.</summary>
    public static readonly Table<BucketLockRow> BucketLocks = Table<BucketLockRow>.Of("bucket_locks", 1);
    public static readonly Table<TransferRow> Transfers = Table<TransferRow>.Of("transfers", 2);
    public static readonly Table<EntryRow> Entries = Table<EntryRow>.Of("entries", 3);
    public static readonly Table<SettlementDueRow> SettlementDues = Table<SettlementDueRow>.Of("settlement_dues", 3);
    public static readonly Table<WithholdingRow> Withholdings = Table<WithholdingRow>.Of("withholdings", 2);
    public static readonly Table<WithdrawalResultRow> WithdrawalResults = Table<WithdrawalResultRow>.Of("withdrawal_results", 3);
    public static readonly Table<DisputeRow> Disputes = Table<DisputeRow>.Of("disputes", 2);
    public static readonly Table<ChainRow> Chains = Table<ChainRow>.Of("chains", 1);
    public static readonly Table<DailyTotalRow> DailyTotals = Table<DailyTotalRow>.Of("daily_totals", 5);
    public static readonly Table<PayerCountRow> PayerCounts = Table<PayerCountRow>.Of("payer_counts", 4);
    public static readonly Table<RuleCountRow> RuleCounts = Table<RuleCountRow>.Of("rule_counts", 3);
    public static readonly Table<NotificationRow> Notifications = Table<NotificationRow>.Of("notifications", 2);
    public static readonly Table<NotificationAttemptRow> NotificationAttempts = Table<NotificationAttemptRow>.Of("notification_attempts", 4);
    public static readonly Table<CreationSignRow> CreationSigns = Table<CreationSignRow>.Of("creation_signs", 3);
}
