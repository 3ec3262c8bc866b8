namespace Paypro.Server.Storage;

/// <summary>What the batch checks again of a merchant under its own snapshot.</summary>
internal sealed record MerchantGate(long MerchantNo, bool PayInsOpen, bool PayoutsOpen);

/// <summary>The rows that the commands of one batch work on.</summary>
internal sealed class BatchState
{
    private readonly IRowSet[] _all;

    /// <summary>What the rows that the running command has written beside its orders go with.</summary>
    private readonly List<(OrderKey Key, string Number, int EventCount, long TimerDueMs, int ResultVersion)> _prepared = [];

    public BatchState() => _all =
    [
        Orders, Trades, Attempts, Statements, Bodies, Events, Persons, KnownPersons, Timers, Accounts, Chains, Transfers, OnceKeys, Entries, SettlementDues, Withholdings, WithdrawalResults,
        Disputes,
        Movements, DailyTotals, PayerCounts, RuleCounts, Notifications, NotificationAttempts, CreationSigns, Cases, CaseChanges, CaseActions,
    ];

    /// <summary>Unix milliseconds UTC by the database's clock: leases of all nodes are compared by it.</summary>
    public long NowMs { get; set; }

    public Dictionary<long, MerchantGate> Merchants { get; } = [];

    /// <summary>
    /// Whether <see cref="Needs.NewTrades"/> and <see cref="Needs.CreationSigns"/> were taken for new without looking. Storing them
    /// proves it; a command that stores no order must not rely on its number being new and calls <see cref="LookAtTrades"/>.
    /// </summary>
    public bool TradesAssumed { get; set; }

    /// <summary>Whether a command could not decide on assumptions.</summary>
    public bool TradesWanted { get; private set; }

    /// <summary>Makes the batch run again with every trade number looked up, where they were only assumed to be new.</summary>
    public void LookAtTrades() => TradesWanted |= TradesAssumed;

    /// <summary>Locked.</summary>
    public RowSet<OrderKey, OrderRow> Orders { get; } = new("orders");

    /// <summary>Orders by the merchant's own number, to find duplicates; not locked, not written.</summary>
    public RowSet<TradeKey, OrderRow> Trades { get; } = new("orders by trade number");
    public RowSet<AttemptKey, AttemptRow> Attempts { get; } = new("attempts");

    /// <summary>Those that a command named are locked. One of which nothing is booked is stored once, however often it is inserted.</summary>
    public RowSet<StatementKey, StatementRow> Statements { get; } = new("rail_statements");

    /// <summary>Written whole: several statements may have been read from one.</summary>
    public RowSet<StatementKey, StatementBodyRow> Bodies { get; } = new("statement_bodies");

    /// <summary>Which movements are booked, over all buckets. What is inserted stores their claims; the rest is made of their statements.</summary>
    public RowSet<RailMovementKey, RailMovementRow> Movements { get; } = new("rail_movements");

    /// <summary>The claims that stand, of movements that a command named.</summary>
    public Dictionary<RailMovementKey, StatementKey> Claims { get; } = [];

    /// <summary>The claims that the batch needs for what it books, beyond those that stand.</summary>
    public List<MovementClaimRow> ClaimsWanted() => Movements.With(RowFate.Inserted).FindAll(m => !Claims.TryGetValue(m.Key, out var by) || by != m.Statement)
        .ConvertAll(static m => new MovementClaimRow
        {
            ChannelAccountId = m.ChannelAccountId, Direction = m.Direction, Kind = m.Kind, DedupeKey = m.DedupeKey, StatementBucket = m.StatementBucket, StatementId = m.StatementId,
        });

    /// <summary>Takes in a claim that stands, and the movement where the statement that it names is booked.</summary>
    public void LoadClaim(MovementClaimRow claim, StatementRow? statement)
    {
        Claims[claim.Key] = claim.Statement;
        if (RailMovementRow.Of(claim.Key, statement) is { } booked)
        {
            Movements.Load(claim.Key, booked);
        }
    }

    /// <summary>Those that a command named; locked.</summary>
    public RowSet<CaseKey, CaseRow> Cases { get; } = new("cases");

    /// <summary>
    /// What was raised (<see cref="CaseRow.Count"/> says how often) or ended, whatever is stored: none of it was loaded.
    /// </summary>
    public RowSet<CaseKey, CaseRow> CaseChanges { get; } = new("cases");
    public RowSet<StatementKey, CaseActionRow> CaseActions { get; } = new("case_actions");
    public RowSet<EventKey, EventRow> Events { get; } = new("events");
    public RowSet<OrderKey, PersonRow> Persons { get; } = new("persons");

    /// <summary>Written whole: the same again is the same row.</summary>
    public RowSet<KnownPersonKey, KnownPersonRow> KnownPersons { get; } = new("known_persons");
    public RowSet<TimerKey, TimerRow> Timers { get; } = new("timers");

    /// <summary>Locked.</summary>
    public RowSet<AccountKey, AccountRow> Accounts { get; } = new("accounts");

    /// <summary>Locked; by bucket.</summary>
    public RowSet<short, ChainRow> Chains { get; } = new("chains");
    public RowSet<TransferKey, TransferRow> Transfers { get; } = new("transfers");

    /// <summary>Transfers that happen once, by their key; written as part of <see cref="Transfers"/>.</summary>
    public RowSet<OnceKey, TransferRow> OnceKeys { get; } = new("transfers by once key");
    public RowSet<EntryKey, EntryRow> Entries { get; } = new("entries");

    /// <summary>Locked by their account.</summary>
    public RowSet<SettlementDueKey, SettlementDueRow> SettlementDues { get; } = new("settlement_dues");

    /// <summary>By their transfer; only ever inserted.</summary>
    public RowSet<TransferKey, WithholdingRow> Withholdings { get; } = new("withholdings");

    /// <summary>New results of withdrawals' orders; only ever inserted.</summary>
    public RowSet<WithdrawalResultKey, WithdrawalResultRow> WithdrawalResults { get; } = new("withdrawal_results");

    /// <summary>Locked.</summary>
    public RowSet<DisputeKey, DisputeRow> Disputes { get; } = new("disputes");

    /// <summary>Locked.</summary>
    public RowSet<DailyTotalKey, DailyTotalRow> DailyTotals { get; } = new("daily_totals");

    /// <summary>Locked.</summary>
    public RowSet<PayerCountKey, PayerCountRow> PayerCounts { get; } = new("payer_counts");

    /// <summary>Locked.</summary>
    public RowSet<RuleCountKey, RuleCountRow> RuleCounts { get; } = new("rule_counts");

    /// <summary>Locked.</summary>
    public RowSet<OrderKey, NotificationRow> Notifications { get; } = new("notifications");
    public RowSet<NotificationAttemptKey, NotificationAttemptRow> NotificationAttempts { get; } = new("notification_attempts");

    /// <summary>Not locked, but no key is stored twice.</summary>
    public RowSet<CreationSignKey, CreationSignRow> CreationSigns { get; } = new("creation_signs");

    /// <summary>Remembers what a signature is used for, unless it was used before.</summary>
    /// <param name="sign">Null for a request whose signature cannot be used for another.</param>
    public SignUse UseSign(CreationSignRow? sign)
    {
        if (sign is null)
        {
            return SignUse.First;
        }

        if (CreationSigns.Find(sign.Key) is { } known)
        {
            return known.Operation == sign.Operation && known.TradeNo == sign.TradeNo ? SignUse.Again : SignUse.Elsewhere;
        }

        CreationSigns.Insert(sign.Key, sign);
        return SignUse.First;
    }

    /// <summary>The attempts of an order, oldest first.</summary>
    public List<AttemptRow> AttemptsOf(OrderRow order)
    {
        var attempts = new List<AttemptRow>(order.AttemptCount);
        for (short no = 1; no <= order.AttemptCount; no++)
        {
            attempts.Add(Attempts.Get(new AttemptKey(order.Bucket, order.Id, no)));
        }

        return attempts;
    }

    /// <summary>Notes that history, timer or notification of an order were written as the changed one has them: it must be saved too.</summary>
    /// <returns>The changed order.</returns>
    public OrderRow Prepared(OrderRow before, OrderRow after)
    {
        var at = _prepared.FindIndex(p => p.Key == after.Key);
        var known = at >= 0 ? _prepared[at] : (after.Key, after.Number, before.EventCount, before.TimerDueMs, before.ResultVersion);
        var now = (
            after.Key,
            after.Number,
            Math.Max(known.EventCount, after.EventCount),
            after.TimerDueMs != before.TimerDueMs ? after.TimerDueMs : known.TimerDueMs,
            Math.Max(known.ResultVersion, after.ResultVersion));
        if (at >= 0)
        {
            _prepared[at] = now;
        }
        else
        {
            _prepared.Add(now);
        }

        return after;
    }

    /// <summary>Keeps what a command did.</summary>
    /// <exception cref="InvalidOperationException">It prepared a change of an order and did not save it, or saved an older one.</exception>
    public void Keep()
    {
        foreach (var order in _prepared)
        {
            if (!Orders.Knows(order.Key) || Orders.Find(order.Key) is not { } saved
                || (saved.EventCount, saved.TimerDueMs, saved.ResultVersion) != (order.EventCount, order.TimerDueMs, order.ResultVersion))
            {
                throw new InvalidOperationException($"A change of order {order.Number} was prepared and not saved.");
            }
        }

        _prepared.Clear();
        foreach (var set in _all)
        {
            set.Keep();
        }
    }

    public void Undo()
    {
        _prepared.Clear();
        foreach (var set in _all)
        {
            set.Undo();
        }
    }
}

/// <summary>The keys that a batch needs, each once, sorted when they are loaded.</summary>
internal sealed class Needs
{
    public SortedSet<short> Chains { get; } = [];
    public SortedSet<AccountKey> Accounts { get; } = [];

    /// <summary>Locked, with their attempts and their notification.</summary>
    public SortedSet<OrderKey> Orders { get; } = [];
    public HashSet<TradeKey> Trades { get; } = [];

    /// <summary>
    /// Trade numbers of orders that are about to be inserted. Almost all are new, so the insert itself finds out; only a batch
    /// that met a known one looks them up first.
    /// </summary>
    public HashSet<TradeKey> NewTrades { get; } = [];

    /// <summary>Signatures that are about to be remembered: looked up like <see cref="NewTrades"/>.</summary>
    public SortedSet<CreationSignKey> CreationSigns { get; } = [];
    public SortedSet<RailMovementKey> Movements { get; } = [];

    /// <summary>Of <see cref="Movements"/>, those that the command may book, and by which statement.</summary>
    public SortedDictionary<RailMovementKey, StatementKey> Claims { get; } = [];

    /// <summary>Names a movement that the command may book. It holds the lock of that statement's bucket.</summary>
    public void Book(RailMovementKey movement, StatementKey by)
    {
        Movements.Add(movement);
        Claims.TryAdd(movement, by);
    }
    public SortedSet<StatementKey> Statements { get; } = [];
    public SortedSet<CaseKey> Cases { get; } = [];
    public HashSet<OnceKey> OnceKeys { get; } = [];
    public SortedSet<SettlementDueKey> SettlementDues { get; } = [];
    public SortedSet<DisputeKey> Disputes { get; } = [];
    public SortedSet<DailyTotalKey> DailyTotals { get; } = [];
    public SortedSet<PayerCountKey> PayerCounts { get; } = [];
    public SortedSet<RuleCountKey> RuleCounts { get; } = [];

    /// <summary>Personal data, for the few commands that add to it.</summary>
    public SortedSet<OrderKey> Persons { get; } = [];

    /// <summary>Notifications without their order.</summary>
    public SortedSet<OrderKey> Notifications { get; } = [];
    public HashSet<long> Merchants { get; } = [];
}
