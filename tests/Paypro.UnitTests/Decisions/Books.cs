using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>
/// The stored rows in memory: a command gets what it declared, decides, and what it wrote is kept. After each the ledger is looked through.
/// No database and no clock, so that a decision is judged alone; that the engines load and save the same is proved on the engines.
/// </summary>
internal sealed class Books
{
    private readonly Dictionary<TradeKey, OrderKey> _trades = [];

    public long NowMs { get; set; } = Scene.Now;
    public Dictionary<long, MerchantGate> Merchants { get; } = new() { [Scene.MerchantNo] = new MerchantGate(Scene.MerchantNo, true, true) };
    public Dictionary<OrderKey, OrderRow> Orders { get; } = [];
    public Dictionary<AttemptKey, AttemptRow> Attempts { get; } = [];
    public Dictionary<StatementKey, StatementRow> Statements { get; } = [];
    public Dictionary<CaseKey, CaseRow> Cases { get; } = [];
    public SortedDictionary<StatementKey, CaseActionRow> CaseActions { get; } = [];
    public Dictionary<RailMovementKey, RailMovementRow> Movements { get; } = [];
    public SortedDictionary<EventKey, EventRow> Events { get; } = [];
    public Dictionary<OrderKey, PersonRow> Persons { get; } = [];
    public Dictionary<TimerKey, TimerRow> Timers { get; } = [];
    public Dictionary<AccountKey, AccountRow> Accounts { get; } = [];
    public Dictionary<short, ChainRow> Chains { get; } = [];
    public SortedDictionary<TransferKey, TransferRow> Transfers { get; } = [];
    public SortedDictionary<EntryKey, EntryRow> Entries { get; } = [];
    public Dictionary<SettlementDueKey, SettlementDueRow> Dues { get; } = [];
    public Dictionary<TransferKey, WithholdingRow> Withholdings { get; } = [];
    public Dictionary<WithdrawalResultKey, WithdrawalResultRow> WithdrawalResults { get; } = [];
    public Dictionary<DailyTotalKey, DailyTotalRow> DailyTotals { get; } = [];
    public Dictionary<PayerCountKey, PayerCountRow> PayerCounts { get; } = [];
    public Dictionary<DisputeKey, DisputeRow> Disputes { get; } = [];
    public Dictionary<RuleCountKey, RuleCountRow> RuleCounts { get; } = [];
    public Dictionary<OrderKey, NotificationRow> Notifications { get; } = [];
    public Dictionary<CreationSignKey, CreationSignRow> CreationSigns { get; } = [];

    /// <summary>Money that came, booked to its order or to suspense.</summary>
    public IEnumerable<StatementRow> Receipts => Statements.Values.Where(s => s is { Kind: ObservationKind.Paid, BookedAtMs: > 0 });

    /// <summary>Money that went back.</summary>
    public IEnumerable<StatementRow> Returns => Statements.Values.Where(s => s is { Kind: ObservationKind.Returned, BookedAtMs: > 0 });

    /// <summary>What was stored and not booked.</summary>
    public IEnumerable<StatementRow> Left => Statements.Values.Where(s => s.BookedAtMs == 0);

    public IEnumerable<CaseRow> OpenCases => Cases.Values.Where(c => c.State == CaseState.Open);

    /// <summary>Rows written since the start: nothing happened when it did not grow.</summary>
    public int Writes { get; private set; }

    public TResult Run<TResult>(WriteCommand<TResult> command)
    {
        var state = Load(command);
        command.Run(state);
        Keep(state);
        command.Answer();
        Look();
        return command.Done.GetAwaiter().GetResult();
    }

    /// <summary>Several against one state, as in a batch.</summary>
    public void RunTogether(params WriteCommand[] commands)
    {
        var state = Load(commands);
        Array.ForEach(commands, command => command.Run(state));
        Keep(state);
        Array.ForEach(commands, command => command.Answer());
        Look();
    }

    public BatchState Load(params ReadOnlySpan<WriteCommand> commands)
    {
        var needs = new Needs();
        foreach (var command in commands)
        {
            command.Declare(needs);
        }

        var bucket = commands[0].Bucket;
        Assert.All(needs.Accounts, key => Assert.Equal(bucket, key.Bucket));
        var state = new BatchState { NowMs = NowMs };
        foreach (var chain in needs.Chains)
        {
            state.Chains.Load(chain, Chains.GetValueOrDefault(chain) ?? new ChainRow { Bucket = chain, Hash = new byte[32] });
        }

        foreach (var key in needs.Accounts)
        {
            state.Accounts.Load(key, Accounts.GetValueOrDefault(key) ?? AccountId.Open(key));
        }

        foreach (var key in needs.Orders)
        {
            foreach (var attempt in Attempts.Values.Where(a => a.OrderKey == key))
            {
                state.Attempts.Load(attempt.Key, attempt);
            }
        }

        foreach (var key in needs.Trades.Concat(needs.NewTrades))
        {
            state.Trades.Expect(key);
            if (_trades.TryGetValue(key, out var order))
            {
                state.Trades.Load(key, Orders[order]);
            }
        }

        foreach (var no in needs.Merchants.Where(Merchants.ContainsKey))
        {
            state.Merchants[no] = Merchants[no];
        }

        foreach (var key in needs.OnceKeys)
        {
            state.OnceKeys.Expect(key);
            if (Transfers.Values.FirstOrDefault(t => t.Bucket == key.Bucket && t.OnceKey == key.Text) is { } once)
            {
                state.OnceKeys.Load(key, once);
            }
        }

        Fill(state.Orders, needs.Orders, Orders);
        Fill(state.Notifications, needs.Orders.Union(needs.Notifications), Notifications);
        Fill(state.Persons, needs.Persons, Persons);
        Fill(state.Statements, needs.Statements, Statements);
        Fill(state.Cases, needs.Cases, Cases);
        Fill(state.Movements, needs.Movements, Movements);
        Fill(state.SettlementDues, needs.SettlementDues, Dues);
        Fill(state.DailyTotals, needs.DailyTotals, DailyTotals);
        Fill(state.PayerCounts, needs.PayerCounts, PayerCounts);
        Fill(state.Disputes, needs.Disputes, Disputes);
        Fill(state.RuleCounts, needs.RuleCounts, RuleCounts);
        Fill(state.CreationSigns, needs.CreationSigns, CreationSigns);
        return state;
    }

    public void Store(OrderRow order, params ReadOnlySpan<AttemptRow> attempts)
    {
        Orders[order.Key] = order with { AttemptCount = (short)attempts.Length };
        _trades[order.TradeKey] = order.Key;
        foreach (var timer in Timers.Keys.Where(t => t.OrderId == order.Id).ToList())
        {
            Timers.Remove(timer);
        }

        if (order.TimerDueMs != 0)
        {
            var timer = new TimerRow { Bucket = order.Bucket, DueAtMs = order.TimerDueMs, OrderId = order.Id };
            Timers.Add(timer.Key, timer);
        }

        foreach (var attempt in attempts)
        {
            Attempts[attempt.Key] = attempt;
        }
    }

    /// <summary>A balance, put there by an opening transfer of its own.</summary>
    public void Open(AccountKey account, long amountMinor) => Assert.True(Run(new PostOnce(
        new TransferCause(TransferType.OpeningBalance, "test", 0, $"open:{account}:{Transfers.Count}", NowMs, 20260302),
        new Leg(account, amountMinor),
        new Leg(AccountId.Platform(account.Bucket, AccountKind.Equity, Scene.Currency), -amountMinor))));

    public long Balance(AccountKey account) => Accounts.GetValueOrDefault(account)?.BalanceMinor ?? 0;

    /// <summary>What the bucket's newest transfer moved, by kind of account, in the order of its legs.</summary>
    public IReadOnlyList<(AccountKind Kind, long AmountMinor)> LastLegs(short bucket = Scene.Bucket)
    {
        var last = Transfers.Values.Last(t => t.Bucket == bucket);
        return [.. Entries.Values.Where(e => e.Bucket == last.Bucket && e.TransferNo == last.TransferNo).OrderBy(e => e.Leg)
            .Select(e => (AccountId.Open(new AccountKey(e.Bucket, e.AccountId)).Kind, e.AmountMinor))];
    }

    public IReadOnlyList<EventType> History(OrderKey order) => [.. Events.Values.Where(e => e.Bucket == order.Bucket && e.OrderId == order.Id).Select(e => e.Type)];

    public EventRow LastEvent(OrderKey order) => Events.Values.Last(e => e.Bucket == order.Bucket && e.OrderId == order.Id);

    private void Keep(BatchState state)
    {
        Take(state.Orders, Orders, o => o.Key);
        foreach (var order in state.Orders.With(RowFate.Inserted))
        {
            _trades.Add(order.TradeKey, order.Key);
        }

        Take(state.Attempts, Attempts, a => a.Key);
        // One of which nothing is booked is stored once.
        foreach (var left in state.Statements.With(RowFate.Inserted).Where(s => s.Id < 0))
        {
            Writes += Statements.TryAdd(left.Key, left) ? 1 : 0;
        }

        foreach (var statement in state.Statements.With(RowFate.Inserted).Where(s => s.Id >= 0).Concat(state.Statements.With(RowFate.Updated)))
        {
            Statements[statement.Key] = statement;
            Writes++;
        }

        Take(state.Cases, Cases, c => c.Key);
        foreach (var change in state.CaseChanges.With(RowFate.Inserted))
        {
            var before = Cases.GetValueOrDefault(change.Key);
            if (change.Count > 0)
            {
                Cases[change.Key] = change with { Count = change.Count + (before?.Count ?? 0), OpenedAtMs = before is { State: CaseState.Open } ? before.OpenedAtMs : change.OpenedAtMs };
            }
            else if (before is not null)
            {
                Cases[change.Key] = before with { State = change.State, ResolvedAtMs = change.ResolvedAtMs, ResolvedBy = change.ResolvedBy, Resolution = change.Resolution };
            }
        }

        Take(state.CaseActions, CaseActions, a => a.Key);
        Take(state.Movements, Movements, m => m.Key);
        Take(state.Events, Events, e => e.Key);
        Take(state.Persons, Persons, p => p.Key);
        Take(state.Timers, Timers, t => t.Key);
        Take(state.Accounts, Accounts, a => a.Key);
        Take(state.Chains, Chains, c => c.Bucket);
        Take(state.Transfers, Transfers, t => t.Key);
        Take(state.Entries, Entries, e => e.Key);
        Take(state.SettlementDues, Dues, d => d.Key);
        Take(state.Withholdings, Withholdings, w => w.Key);
        Take(state.WithdrawalResults, WithdrawalResults, w => w.Key);
        Take(state.DailyTotals, DailyTotals, d => d.Key);
        Take(state.PayerCounts, PayerCounts, p => p.Key);
        Take(state.Disputes, Disputes, d => d.Key);
        Take(state.RuleCounts, RuleCounts, r => r.Key);
        Take(state.Notifications, Notifications, n => n.Key);
        Take(state.CreationSigns, CreationSigns, s => s.Key);
    }

    private void Look()
    {
        foreach (var transfer in Transfers.Values)
        {
            var entries = Entries.Values.Where(e => e.Bucket == transfer.Bucket && e.TransferNo == transfer.TransferNo).OrderBy(e => e.Leg).ToList();
            Assert.Equal(0, entries.Sum(e => e.AmountMinor));
            Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(e => (int)e.Leg));
            var before = Transfers.GetValueOrDefault(transfer.Key with { TransferNo = transfer.TransferNo - 1 })?.Hash ?? new byte[32];
            Assert.Equal(ChainHash.Of(before, transfer, entries), transfer.Hash);
        }

        foreach (var account in Accounts.Values)
        {
            var entries = Entries.Values.Where(e => e.Bucket == account.Bucket && e.AccountId == account.Id).ToList();
            Assert.Equal((entries.Sum(e => e.AmountMinor), entries.Count), (account.BalanceMinor, (int)account.Sequence));
            Assert.Equal(account.BalanceMinor, entries[^1].BalanceAfterMinor);
        }

        foreach (var chain in Chains.Values)
        {
            Assert.Equal(Transfers.Values.Count(t => t.Bucket == chain.Bucket), chain.LastTransferNo);
            Assert.Equal(Transfers[new TransferKey(chain.Bucket, chain.LastTransferNo)].Hash, chain.Hash);
        }

        foreach (var order in Orders.Values)
        {
            long[] due = order.TimerDueMs == 0 ? [] : [order.TimerDueMs];
            Assert.Equal(due, Timers.Keys.Where(t => t.OrderId == order.Id).Select(t => t.DueAtMs));
        }
    }

    private static void Fill<TKey, TRow>(RowSet<TKey, TRow> set, IEnumerable<TKey> keys, Dictionary<TKey, TRow> stored)
        where TKey : notnull
        where TRow : class
    {
        foreach (var key in keys)
        {
            set.Expect(key);
            if (stored.TryGetValue(key, out var row))
            {
                set.Load(key, row);
            }
        }
    }

    private void Take<TKey, TRow>(RowSet<TKey, TRow> set, IDictionary<TKey, TRow> stored, Func<TRow, TKey> keyOf)
        where TKey : notnull
        where TRow : class
    {
        foreach (var key in set.DeletedKeys())
        {
            Writes += stored.Remove(key) ? 1 : 0;
        }

        var inserted = set.With(RowFate.Inserted);
        inserted.ForEach(row => stored.Add(keyOf(row), row));
        Writes += inserted.Count;
        foreach (var row in set.With(RowFate.Updated))
        {
            stored[keyOf(row)] = row;
            Writes++;
        }
    }
}
