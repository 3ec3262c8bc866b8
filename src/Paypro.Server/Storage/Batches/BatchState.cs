namespace Paypro.Server.Storage;

/// <summary>What the batch checks again of a merchant under its own snapshot.</summary>
internal sealed record MerchantGate(long MerchantNo, bool PayInsOpen, bool PayoutsOpen);

/// <summary>The rows that the commands of one batch work on.</summary>
internal sealed class BatchState
{
    /// <summary>What an order's history says where <see cref="TakeMovement"/> was refused.</summary>
    public const string ToldElsewhere = "the same movement is booked for another reference";

    private readonly IRowSet[] _all;

    public BatchState() => _all =
    [
        Orders, Trades, Attempts, Receipts, Returns, Events, Persons, Timers, Accounts, Chains, Transfers, OnceKeys, Entries, SettlementDues,
        Movements, DailyTotals, PayerCounts, Notifications, NotificationAttempts, CreationSigns,
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

    /// <summary>
    /// Whether <see cref="Needs.Movements"/> were taken for unknown without looking; storing them proves it. A movement that is told
    /// again is found in its own bucket first, so that only one told under another bucket's reference makes the batch run again.
    /// </summary>
    public bool MovementsAssumed { get; set; }

    /// <summary>Locked.</summary>
    public RowSet<OrderKey, OrderRow> Orders { get; } = new("orders");

    /// <summary>Orders by the merchant's own number, to find duplicates; not locked, not written.</summary>
    public RowSet<TradeKey, OrderRow> Trades { get; } = new("orders by trade number");
    public RowSet<AttemptKey, AttemptRow> Attempts { get; } = new("attempts");
    public RowSet<MovementKey, ReceiptRow> Receipts { get; } = new("receipts");
    public RowSet<MovementKey, ReturnRow> Returns { get; } = new("returns");

    /// <summary>Who has booked what, over all buckets; not locked, but no key is stored twice.</summary>
    public RowSet<RailMovementKey, RailMovementRow> Movements { get; } = new("rail_movements");
    public RowSet<EventKey, EventRow> Events { get; } = new("events");
    public RowSet<OrderKey, PersonRow> Persons { get; } = new("persons");
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

    /// <summary>Locked.</summary>
    public RowSet<DailyTotalKey, DailyTotalRow> DailyTotals { get; } = new("daily_totals");

    /// <summary>Locked.</summary>
    public RowSet<PayerCountKey, PayerCountRow> PayerCounts { get; } = new("payer_counts");

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

    /// <summary>Takes a movement for a bucket, before its receipt or return is booked there.</summary>
    /// <returns>False when another bucket has booked it: nothing may move, a person has to look.</returns>
    public bool TakeMovement(MovementKey key, MovementKind kind)
    {
        var everywhere = key.Everywhere(kind);
        if (Movements.Find(everywhere) is { } known)
        {
            return known.Bucket == key.Bucket;
        }

        Movements.Insert(everywhere, new RailMovementRow
        {
            ChannelAccountId = key.ChannelAccountId,
            Direction = key.Direction,
            Kind = kind,
            DedupeKey = key.DedupeKey,
            Bucket = key.Bucket,
        });
        return true;
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

    public void Keep()
    {
        foreach (var set in _all)
        {
            set.Keep();
        }
    }

    public void Undo()
    {
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
    public HashSet<MovementKey> Receipts { get; } = [];
    public HashSet<MovementKey> Returns { get; } = [];
    public SortedSet<RailMovementKey> Movements { get; } = [];
    public HashSet<OnceKey> OnceKeys { get; } = [];
    public SortedSet<SettlementDueKey> SettlementDues { get; } = [];
    public SortedSet<DailyTotalKey> DailyTotals { get; } = [];
    public SortedSet<PayerCountKey> PayerCounts { get; } = [];

    /// <summary>Personal data, for the few commands that add to it.</summary>
    public SortedSet<OrderKey> Persons { get; } = [];

    /// <summary>Notifications without their order.</summary>
    public SortedSet<OrderKey> Notifications { get; } = [];
    public HashSet<long> Merchants { get; } = [];
}
