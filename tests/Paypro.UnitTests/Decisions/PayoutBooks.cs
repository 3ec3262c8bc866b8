using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A merchant's payout of 100.00, with 103.48 reserved for it.</summary>
public abstract class PayoutBooks
{
    protected const long Finality = 600_000;
    protected const long Reserved = 103_48;
    private protected Books Books { get; } = new();
    private protected OrderRow Asked { get; } = Scene.Payout() with { FeeMinor = 0, TaxMinor = 0, TimerDueMs = 0, EventCount = 0, AttemptCount = 0 };

    private protected OrderRow Now => Books.Orders[Asked.Key];

    private protected AttemptRow Attempt => Books.Attempts[new AttemptKey(Scene.Bucket, Asked.Id, 1)];

    private protected void AssertVoided(string code, string message, string cause, string? detail = null)
    {
        Assert.Equal((OrderState.Failed, code, message, 0L, 0L, 0L), (Now.State, Now.FailureCode, Now.Message, Now.FeeMinor, Now.TaxMinor, Now.TimerDueMs));
        Assert.Equal((AttemptState.Failed, 0L), (Attempt.State, Attempt.LeaseUntilMs));
        Assert.Equal((EventType.Failed, cause, detail ?? message), Books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.Equal((TransferType.PayoutVoid, cause, 1L), Books.Transfers.Values.Last() is var t ? (t.Type, t.Cause, t.OrderId) : default);
        Assert.Equal((0L, 0L), (Books.Balance(Scene.Frozen), Books.DailyTotals[Scene.Total(Direction.Payout)].AmountMinor));
        Assert.Equal(1, Now.ResultVersion);
    }

    private protected void Created()
    {
        Books.Open(Scene.Available, Reserved);
        Assert.IsType<CreateResult.Created>(Create());
    }

    /// <summary>An order that is on its way; again, as if nothing had been said of it.</summary>
    private protected void Sending()
    {
        if (Books.Orders.Count == 0)
        {
            Created();
            TakeDue();
        }

        Books.Store(Now with { Exceptions = OrderExceptions.None }, Attempt);
    }

    private protected CreateResult Create(OrderRow? order = null, string? refusal = null, long limitMinor = long.MaxValue) =>
        Books.Run(Command(order ?? Asked, refusal, limitMinor));

    private protected static CreatePayout Command(OrderRow order, string? refusal, long limitMinor) =>
        new(order, Scene.Attempt(order, AttemptState.Ready), Scene.Person(order), Scene.Ref(order), refusal)
        {
            Limits = [new DailyLimit(Scene.Total(Direction.Payout), limitMinor)],
        };

    private protected DueResult TakeDue(long? dueAtMs = null, bool repeatIsHarmless = false, string? prepared = "r1-1") =>
        Books.Run(new TakeDuePayout(Asked.Key, dueAtMs ?? Now.TimerDueMs, prepared, repeatIsHarmless, Scene.LeaseMs, Scene.Now + 3));

    private protected ApplyResult Record(SendOutcome outcome) => Books.Run(new RecordSend(Scene.Ref(Asked), outcome, Scene.Now));

    private protected ApplyResult Paid(long amountMinor = Scene.Amount, string key = "k1") => Say(Scene.Said(Asked, ObservationKind.Paid, amountMinor, key));

    private protected ApplyResult Returned(long amountMinor = Scene.Amount, bool allKnown = false, Terms? terms = null) =>
        Say(Scene.Said(Asked, ObservationKind.Returned, amountMinor, "b1", "wrong name"), allKnown: allKnown, terms: terms);

    private protected ApplyResult Say(Observation said, long saidAtMs = Scene.Now, bool allKnown = false, Terms? terms = null) =>
        Books.Run(new ApplyPayoutStatement(Scene.Ref(Asked, terms: terms), Scene.Told(said, "callback", saidAtMs), allKnown, Finality, Scene.Now));

    private protected void Elsewhere(MovementKind kind, string key) => Books.Movements[Scene.Ref(Asked).Movement(key).Everywhere(kind)] = new RailMovementRow
    {
        ChannelAccountId = Scene.AccountId, Direction = Direction.Payout, Kind = kind, DedupeKey = key, Bucket = Scene.Bucket + 1,
    };
}
