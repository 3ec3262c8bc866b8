using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A pay-in of 100.00 and what its merchant gives back of it.</summary>
internal sealed class RefundBooks
{
    private int _refunds;
    private Terms _price = Terms.Free;

    public RefundBooks(BookingRules? rules = null, Terms? terms = null)
    {
        (Rules, Terms) = (rules ?? Scene.Rules, terms ?? Scene.Terms);
        PayIn = Scene.PayIn() with { TermsId = Terms.Id };
        Books.Store(PayIn, Scene.Attempt(PayIn));
    }

    public Books Books { get; } = new();
    public BookingRules Rules { get; }
    public Terms Terms { get; }
    public OrderRow PayIn { get; }
    public OrderRow Now => Books.Orders[PayIn.Key];

    public long Available => Books.Balance(Scene.Available);
    public long Frozen => Books.Balance(Scene.Frozen);
    public long Unsettled => Books.Balance(Scene.Unsettled);

    /// <summary>The rail says something about the pay-in.</summary>
    public ApplyResult Say(ObservationKind kind, long minor, string key, Statement? stored = null) => Books.Run(
        new ApplyPayInStatement(Scene.Ref(PayIn, Rules, Terms), stored ?? Scene.Told(Scene.Said(PayIn, kind, minor, key)), Books.NowMs)
        {
            LastWaiting = stored is not null,
            SharesAt = kind == ObservationKind.Returned ? Now : null,
            Shares = kind == ObservationKind.Returned ? Shares() : [],
        });

    /// <summary>What the pay-in brought and is not available yet, added up from the entries.</summary>
    public IReadOnlyList<TakenShare> Shares()
    {
        var orders = Books.Orders.Values.Where(o => o.Id == PayIn.Id || o.RefundOf == PayIn.Id).Select(o => o.Id).ToHashSet();
        return
        [
            .. Books.Entries.Values
                .Where(e => e.DueDate != 0 && orders.Contains(Books.Transfers[new TransferKey(e.Bucket, e.TransferNo)].OrderId))
                .Where(e => e.TransferNo > LastRun(Books.Dues[new SettlementDueKey(e.Bucket, e.AccountId, e.DueDate)]))
                .GroupBy(e => (e.AccountId, e.DueDate))
                .Select(g => new TakenShare(g.Key.DueDate, g.Sum(e => e.AmountMinor), g.Key.AccountId == Scene.Held.Id))
                .Where(s => s.AmountMinor > 0)
                .OrderBy(s => s.IsReserve).ThenByDescending(s => s.DueDate),
        ];

        long LastRun(SettlementDueRow due) =>
            Books.Transfers.Values.LastOrDefault(t => t.OnceKey == SettlementDue.OnceKeyOf(due.Key, due.RunCount))?.TransferNo ?? 0;
    }

    /// <summary>The settlement of a day.</summary>
    public void Settle(int today)
    {
        foreach (var due in Books.Dues.Values.Where(d => d.DueDate <= today).ToList())
        {
            Books.Run(new SettleDue(due.Key, Scene.MerchantNo, Scene.Currency, Books.NowMs, today));
        }
    }

    /// <summary>A refund of the receipt <c>k1</c>.</summary>
    public CreateResult Refund(long minor, IReadOnlyList<TakenShare>? unsettled = null, OrderRow? seen = null, Terms? terms = null)
    {
        var row = Scene.Payout(100 + ++_refunds) with
        {
            Direction = Direction.Refund, AmountMinor = minor, FeeMinor = 0, TaxMinor = 0, TimerDueMs = 0, EventCount = 0, AttemptCount = 0, RefundOf = PayIn.Id,
            ReceiptKey = "k1", ReceiptAccountId = Scene.AccountId, Way = "va",
        };
        _price = terms ?? Terms.Free;
        return Books.Run(new CreateRefund(row, Scene.Attempt(row, AttemptState.Ready), null, Ref(row), seen ?? Now, unsettled ?? Shares()));
    }

    /// <summary>The newest refund as it is now.</summary>
    public OrderRow Newest => Books.Orders.Values.Where(o => o.RefundOf != 0).MaxBy(o => o.Id)!;

    public OrderRow Sent(OrderRow refund, SendOutcome? outcome = null)
    {
        Assert.Equal(DueAction.Send, Books.Run(new TakeDuePayout(refund.Key, Books.Orders[refund.Key].TimerDueMs, $"r{refund.Id}-1", false, Scene.LeaseMs, Books.NowMs)).Action);
        Assert.Equal(ApplyResult.Applied, Books.Run(new RecordSend(Ref(Books.Orders[refund.Key]), outcome ?? new SendOutcome.Accepted(), Books.NowMs)));
        return Books.Orders[refund.Key];
    }

    /// <summary>The rail says something about a refund.</summary>
    public ApplyResult Say(OrderRow refund, ObservationKind kind, string key) => Books.Run(
        new ApplyPayoutStatement(Ref(Books.Orders[refund.Key]), Scene.Told(Scene.Said(refund, kind, refund.AmountMinor, key)), allKnown: false, 600_000, Books.NowMs));

    private AttemptRef Ref(OrderRow refund) => Scene.Ref(refund, Rules, _price, new CostTerms(0, 0)) with
    {
        CountedWays = [], RefundOf = PayIn.Id, ReceiptTerms = Terms, TakenFrom = TakenShare.Parse(refund.TakenFrom),
    };
}
