using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// What the database should hold, kept in memory from what every committed batch did. Each step is checked against it at the cost
/// of that step; <see cref="Audit"/> compares it with the database itself.
/// </summary>
internal sealed partial class Mirror(VirtualRail rail, Receiver receiver)
{
    private readonly Dictionary<AccountKey, AccountRow> _accounts = [];
    private readonly Dictionary<short, ChainRow> _chains = [];
    private readonly Dictionary<AccountKey, long> _reservedMinor = [];
    private readonly Dictionary<AccountKey, long> _dueMinor = [];
    private readonly Dictionary<SettlementDueKey, SettlementDueRow> _dues = [];
    private readonly Dictionary<OrderKey, long> _receivedMinor = [];
    private readonly Dictionary<OrderKey, long> _wentBackMinor = [];
    private readonly Dictionary<OrderKey, long> _refundingMinor = [];
    private readonly TermsChecks _terms = new();

    public Dictionary<OrderKey, OrderRow> Orders { get; } = [];

    private readonly Dictionary<string, OrderKey> _numbers = [];
    private readonly Dictionary<OrderKey, SortedDictionary<short, AttemptState>> _attempts = [];

    public Dictionary<TradeKey, OrderKey> Trades { get; } = [];

    public Dictionary<MovementKey, StatementRow> Receipts { get; } = [];

    public Dictionary<MovementKey, StatementRow> Returns { get; } = [];

    public Dictionary<OrderKey, NotificationRow> Notifications { get; } = [];

    public SortedSet<(long DueAtMs, long OrderId, short Bucket)> Timers { get; } = [];

    public IReadOnlyDictionary<AccountKey, AccountRow> Accounts => _accounts;

    public IReadOnlyDictionary<short, ChainRow> Chains => _chains;

    public IReadOnlyDictionary<SettlementDueKey, SettlementDueRow> Dues => _dues;

    public long TransferCount { get; private set; }

    public long EntryCount { get; private set; }

    /// <summary>Begins with what a new database holds.</summary>
    public void Begin(PayproContext context)
    {
        foreach (var account in context.Accounts.AsNoTracking())
        {
            _accounts[account.Key] = account;
        }

        foreach (var chain in context.Chains.AsNoTracking())
        {
            _chains[chain.Bucket] = chain;
        }

        _terms.Begin(context);
        TransferCount = context.Transfers.LongCount();
        EntryCount = context.Entries.LongCount();
    }

    private readonly HashSet<AttemptKey> _parked = [];

    /// <summary>Orders that wait for money of ours.</summary>
    public int Parked => _parked.Count;

    /// <summary>How many were resumed, and how many ended without having been sent.</summary>
    public int Resumed { get; private set; }

    public int EndedParked { get; private set; }

    /// <summary>When the clock next has something to do, Unix milliseconds; null when it has nothing.</summary>
    public long? NextTimerMs => Timers.Count == 0 ? null : Timers.Min.DueAtMs;

    /// <summary>The same for notifications: what is leased is due when its lease ends.</summary>
    public long? NextNotificationMs
    {
        get
        {
            long? next = null;
            foreach (var row in Notifications.Values)
            {
                var at = Math.Max(row.DueAtMs, row.LeaseUntilMs);
                next = next is null || at < next ? at : next;
            }

            return next;
        }
    }

    public OrderRow? ByNumber(string number) => _numbers.TryGetValue(number, out var key) ? Orders[key] : null;

    /// <summary>Takes over what a batch has committed and checks it.</summary>
    public void Apply(BatchState state)
    {
        TakeOrders(state);
        TakeAttempts(state);
        TakeMovements(state);
        TakeDisputes(state);
        _terms.Take(state);
        TakeMoney(state);
        TakeQueues(state);
        TakeEvents(state);
        foreach (var order in Changed(state.Orders))
        {
            OrderChecks.Check(this, rail, order, _receivedMinor.GetValueOrDefault(order.Key));
            _terms.Check(order);
            if (order.Direction == Direction.PayIn)
            {
                CheckDisputed(order);
            }
        }
    }

    /// <summary>A lease that was taken past the writer.</summary>
    public void Leased(NotificationRow row)
    {
        if (Notifications.TryGetValue(row.Key, out var known))
        {
            Notifications[row.Key] = known with { LeaseUntilMs = row.LeaseUntilMs };
        }
    }

    /// <summary>Whether its merchant has the newest result.</summary>
    public bool IsTold(OrderRow order) => !Notifications.ContainsKey(order.Key) && receiver.HasTaken(order.Number, order.ResultVersion);

    public long BalanceMinor(AccountKey key) => _accounts.TryGetValue(key, out var account) ? account.BalanceMinor : 0;

    private static List<TRow> Changed<TKey, TRow>(RowSet<TKey, TRow> rows)
        where TKey : notnull
        where TRow : class => [.. rows.With(RowFate.Inserted), .. rows.With(RowFate.Updated)];

    private void TakeOrders(BatchState state)
    {
        foreach (var order in state.Orders.With(RowFate.Inserted))
        {
            if (!Trades.TryAdd(order.TradeKey, order.Key))
            {
                throw new ViolationException(Checks.AppliedOnce, $"the trade number {order.TradeNo} belongs to two orders");
            }

            if (order.Direction == Direction.Withdrawal)
            {
                TakeWithdrawal(order);
            }
        }

        foreach (var order in Changed(state.Orders))
        {
            if (Orders.TryGetValue(order.Key, out var before))
            {
                OrderChecks.CheckStep(before, order);
                Reserve(before, -1);
            }

            Reserve(order, +1);
            if (order is { State: OrderState.Failed } && order.Exceptions.HasFlag(OrderExceptions.Decided))
            {
                _decidedFailed.Add(order.Number);
            }

            Orders[order.Key] = order;
            _numbers[order.Number] = order.Key;
            receiver.Stored(order);
        }
    }

    /// <summary>At most one attempt of an order is anything but certainly nothing, or but one that money came on all the same.</summary>
    private void TakeAttempts(BatchState state)
    {
        var changed = Changed(state.Attempts);
        foreach (var attempt in changed)
        {
            if (!_attempts.TryGetValue(attempt.OrderKey, out var known))
            {
                _attempts.Add(attempt.OrderKey, known = []);
            }

            known[attempt.AttemptNo] = attempt.State;
            _ = attempt.State == AttemptState.Parked ? _parked.Add(attempt.Key) : _parked.Remove(attempt.Key);
        }

        foreach (var key in changed.Select(attempt => attempt.OrderKey).Distinct())
        {
            var known = _attempts[key];
            if (known.Values.Count(s => s is not (AttemptState.Failed or AttemptState.Done)) > 1)
            {
                throw new ViolationException(Checks.OneAttempt, $"the order {Orders[key].Number} has {string.Join(", ", known.Values)} as its attempts");
            }
        }
    }

    /// <summary>Of a pay-in: what came, what went back by the bank, a refund or a lost dispute, and what open refunds have reserved.</summary>
    public (long InMinor, long OutMinor, long OpenMinor) MoneyOf(OrderKey key) =>
        (_receivedMinor.GetValueOrDefault(key), _wentBackMinor.GetValueOrDefault(key) + DisputedOf(key).UntoldMinor, _refundingMinor.GetValueOrDefault(key));

    /// <summary>That our money is used up is no verdict on an order.</summary>
    private void TakeEvents(BatchState state)
    {
        foreach (var happened in state.Events.With(RowFate.Inserted))
        {
            Resumed += happened.Type == EventType.Resumed ? 1 : 0;
            Retried += happened.Type == EventType.Retried ? 1 : 0;
            EndedParked += happened is { Type: EventType.Failed, Detail: EndParked.Reason } ? 1 : 0;
            if (happened is { Type: EventType.Failed, Detail: VirtualSession.NoMoney })
            {
                throw new ViolationException(Checks.Verdict, $"the order {happened.OrderId} failed because our money at its rail was used up");
            }
        }
    }

    private void Reserve(OrderRow order, int sign)
    {
        if (order.Direction == Direction.Refund && order.State is OrderState.Pending or OrderState.Paid)
        {
            var of = new OrderKey(order.Bucket, order.RefundOf);
            var sums = order.State == OrderState.Paid ? _wentBackMinor : _refundingMinor;
            sums[of] = sums.GetValueOrDefault(of) + sign * order.AmountMinor;
        }

        if (order is { Direction: Direction.Refund, State: OrderState.Paid or OrderState.Returned })
        {
            var of = new OrderKey(order.Bucket, order.RefundOf);
            _refundCostMinor[of] = _refundCostMinor.GetValueOrDefault(of) + sign * (order.FeeMinor + order.TaxMinor);
        }

        if (order is { State: OrderState.Pending } && order.Direction != Direction.PayIn)
        {
            var key = AccountId.Merchant(order.Bucket, order.MerchantNo, AccountKind.Frozen, Protocol.Currency.Get(order.Currency));
            _reservedMinor[key] = _reservedMinor.GetValueOrDefault(key) + sign * (order.AmountMinor + order.FeeMinor + order.TaxMinor);
        }
    }

    private void TakeQueues(BatchState state)
    {
        foreach (var key in state.Timers.DeletedKeys())
        {
            Timers.Remove((key.DueAtMs, key.OrderId, key.Bucket));
        }

        foreach (var timer in state.Timers.With(RowFate.Inserted))
        {
            Timers.Add((timer.DueAtMs, timer.OrderId, timer.Bucket));
        }

        foreach (var row in Changed(state.Notifications))
        {
            Notifications[row.Key] = row;
        }

        foreach (var key in state.Notifications.DeletedKeys())
        {
            if (Notifications.Remove(key, out var row) && row.Tries < OrderChecks.LastTry && !receiver.HasTaken(Orders[key].Number, row.Version))
            {
                throw new ViolationException(Checks.Outbox, $"the notification of order {Orders[key].Number} left the outbox, but its merchant never took it");
            }
        }
    }
}
