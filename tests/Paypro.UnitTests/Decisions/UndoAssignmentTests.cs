using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>Money that was assigned to an order that it was not meant for.</summary>
public sealed class UndoAssignmentTests
{
    private const short Far = Scene.Bucket + 3;
    private static readonly BookingRules WholeOnly = Scene.Rules with { AcceptsPartial = false };
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn();

    public UndoAssignmentTests() => _books.Store(_order, Scene.Attempt(_order));

    private OrderRow Now => _books.Orders[_order.Key];

    private StatementRow Origin(string key = "k1") => _books.Receipts.Single(r => r.DedupeKey == key && !r.Note.StartsWith(SuspensePayment.CrossedFrom, StringComparison.Ordinal));

    [Fact]
    public void WithinABucketAllIsAsIfItHadNeverCome()
    {
        Assign(Scene.Bucket);
        var was = Wrong();
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(was)));
        Assert.Equal([(AccountKind.Available, -96_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Suspense, 100_00)], _books.LastLegs());
        Assert.Equal(
            (OrderState.Returned, 0L, 0L, 0L, 0L, "00029", "RETURNED", 2),
            (Now.State, Now.PaidMinor, Now.ReturnedMinor, Now.FeeMinor, Now.TaxMinor, Now.FailureCode, Now.Message, Now.ResultVersion));
        Assert.Equal(0, OrderViews.Of(Now).HeldMinor);
        Assert.Equal([EventType.AssignedFromSuspense, EventType.Paid, EventType.AssignmentUndone, EventType.Decided], _books.History(Now.Key));
        Assert.Equal(("operator:7", "suspense.take-back: approved by operator:8"), (_books.LastEvent(Now.Key).Cause, _books.LastEvent(Now.Key).Detail));
        Assert.Equal((TransferType.AssignmentUndone, "operator:7", null, 1L), _books.Transfers.Values.Last() is var t ? (t.Type, t.Cause, t.OnceKey, t.OrderId) : default);
        Assert.Equal((StatementOutcome.Suspense, 0L, (short)1), (Origin().Outcome, Origin().OrderId, Origin().TimesTakenBack));
        Assert.Equal(("suspense.take-back", 1L), _books.CaseActions.Values.Single() is var a ? (a.Action, a.OrderId) : default);
        var open = Assert.Single(_books.OpenCases);
        Assert.Equal((CaseKind.Suspense, Scene.Amount, 2), (open.Kind, open.AmountMinor, open.Count));
        Assert.Contains("taken back from order n1", open.Text, StringComparison.Ordinal);

        // Twice is once, and what was read before it is not done after it.
        var writes = _books.Writes;
        Assert.Equal(UndoResult.Repeated, _books.Run(new TakeAssignmentBack(was)));
        Assert.Equal(AssignResult.Changed, _books.Run(new PayFromSuspense(Payment(_order, was.Receipt with { OrderId = 0 }))));
        Assert.Equal(writes, _books.Writes);

        var right = Scene.PayIn(2);
        _books.Store(right, Scene.Attempt(right));
        Assert.Equal(AssignResult.Assigned, _books.Run(new PayFromSuspense(Payment(right, Origin()))));
        Assert.Equal((OrderState.Paid, Scene.Amount), (_books.Orders[right.Key].State, _books.Orders[right.Key].PaidMinor));
        Assert.Empty(_books.OpenCases);
    }

    [Fact]
    public void WhatCrossedGoesHomeInTwoHalvesAndMayCrossAgain()
    {
        Assign(Far);
        var was = Wrong();
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(was)));
        Assert.Equal([(AccountKind.Available, -96_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Transit, 100_00)], _books.LastLegs());
        Assert.Equal("undo-out:101:k1", _books.Transfers.Values.Last(t => t.Bucket == Scene.Bucket).OnceKey);
        Assert.Equal((OrderState.Returned, 0L), (Now.State, Now.PaidMinor));
        Assert.Equal((StatementOutcome.TakenBack, 0L), _books.Receipts.Single(r => r.Bucket == Scene.Bucket) is var left ? (left.Outcome, left.OrderId) : default);

        // On its way it is still the order's, and nobody else gets it.
        Assert.Equal(1, Origin().OrderId);
        var other = Scene.PayIn(2);
        _books.Store(other, Scene.Attempt(other));
        Assert.Equal(AssignResult.Taken, _books.Run(new SendSuspenseAway(Payment(other, Origin()))));

        Assert.Equal(UndoResult.Undone, _books.Run(Bring(was)));
        Assert.Equal([(AccountKind.Transit, -100_00L), (AccountKind.Suspense, 100_00)], _books.LastLegs(Far));
        Assert.Equal((0L, (short)0, (short)1), (Origin().OrderId, Origin().CrossedTo, Origin().TimesTakenBack));
        Assert.Equal((Far, 0L), _books.Movements.Values.Single() is var m ? (m.Bucket, m.OrderId) : default);
        Assert.Equal((CaseKind.Suspense, Far, 2), Assert.Single(_books.OpenCases) is var c ? (c.Kind, c.Bucket, c.Count) : default);
        var writes = _books.Writes;
        Assert.Equal(UndoResult.Repeated, _books.Run(Bring(was)));
        Assert.Equal(UndoResult.Repeated, _books.Run(new TakeAssignmentBack(was)));

        // What was read before it was taken back brings nothing in.
        Assert.Equal(AssignResult.Changed, _books.Run(new SendSuspenseAway(Payment(_order, was.Receipt with { OrderId = 0 }))));
        Assert.Equal(AssignResult.Changed, _books.Run(new PayFromSuspense(Payment(_order, was.Receipt))));
        Assert.Equal(writes, _books.Writes);

        // Between the same two buckets once more, under another key, and back again.
        var again = Payment(_order, Origin());
        Assert.Equal(AssignResult.Assigned, _books.Run(new SendSuspenseAway(again)));
        Assert.Equal(AssignResult.Assigned, _books.Run(new PayFromSuspense(again)));
        Assert.Equal(AssignResult.Repeated, _books.Run(new PayFromSuspense(again)));
        Assert.Equal((OrderState.Paid, Scene.Amount, 3), (Now.State, Now.PaidMinor, Now.ResultVersion));
        Assert.Equal(["assign-in:101.1:k1", "assign-in:101:k1", "assign-out:101.1:k1", "assign-out:101:k1", "undo-in:101:k1", "undo-out:101:k1"], _books.Transfers.Values.Select(t => t.OnceKey).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal((StatementOutcome.Suspense, 1L, (short)1), _books.Receipts.Single(r => r.Bucket == Scene.Bucket) is var back ? (back.Outcome, back.OrderId, back.TimesTakenBack) : default);
        var second = Wrong();
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(second)));
        Assert.Equal(UndoResult.Undone, _books.Run(Bring(second)));
        Assert.Equal((100_00L, 0L), (Balance(Far, AccountKind.Suspense), Balance(Far, AccountKind.Transit) + Balance(Scene.Bucket, AccountKind.Transit)));
    }

    /// <summary>Its own money stays, with its own price, and it stays paid.</summary>
    [Fact]
    public void TheOrdersOwnMoneyStays()
    {
        Own(Scene.Amount);
        Assign(Scene.Bucket, 60_00);
        Assert.True(Now.Exceptions.HasFlag(OrderExceptions.Over));
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong() with { UtrAfter = "utr-own" })));
        Assert.Equal([(AccountKind.Available, -58_61L), (AccountKind.Fees, -1_20), (AccountKind.Tax, -19), (AccountKind.Suspense, 60_00)], _books.LastLegs());
        Assert.Equal((OrderState.Paid, Scene.Amount, 3_00L, 48L, "utr-own", 0L), (Now.State, Now.PaidMinor, Now.FeeMinor, Now.TaxMinor, Now.Utr, Now.ForgivenMinor));
        Assert.False(Now.Exceptions.HasFlag(OrderExceptions.Over));
        Assert.Equal(3, Now.ResultVersion);
    }

    /// <summary>Whoever was told success is told so until nothing is left; the amounts say how much it is.</summary>
    [Fact]
    public void APaidOrderStaysPaidWhileItHoldsSomethingAndAPartlyPaidOneFollows()
    {
        Own(40_00);
        Assign(Scene.Bucket, 60_00);
        Assert.Equal(OrderState.Paid, Now.State);
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong())));
        Assert.Equal((OrderState.Paid, 40_00L), (Now.State, Now.PaidMinor));

        var partly = Scene.PayIn(2) with { AmountMinor = 500_00 };
        _books.Store(partly, Scene.Attempt(partly));
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(partly), Scene.Told(Scene.Said(partly, ObservationKind.Paid, 40_00, "own-2")), Scene.Now)));
        Assign(Scene.Bucket, 70_00, "k2", order: partly);
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong("k2", _books.Orders[partly.Key]))));
        Assert.Equal((OrderState.PartlyPaid, 40_00L), _books.Orders[partly.Key] is var p ? (p.State, p.PaidMinor) : default);
    }

    [Fact]
    public void WhatIsNotThereIsOwed()
    {
        _books.Open(Scene.Receivable, -200_00);
        Assign(Scene.Bucket);
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong())));
        Assert.Equal([(AccountKind.Receivable, -96_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Suspense, 100_00)], _books.LastLegs());
    }

    /// <summary>What is not settled yet is taken before anything that is, and what was withheld goes back.</summary>
    [Fact]
    public void ItsOwnUnsettledMoneyGoesFirst()
    {
        var terms = Scene.Terms with { SettlementDays = 1, WithholdingBasisPoints = 100 };
        Assign(Scene.Bucket, terms: terms);
        Assert.Equal(1_00, Now.WithheldMinor);
        var due = Assert.Single(_books.Dues.Values);
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong() with { Terms = terms, Shares = [new TakenShare(due.DueDate, due.AmountMinor)] })));
        Assert.Equal(
            [(AccountKind.Unsettled, -95_52L), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.TaxWithheld, -1_00), (AccountKind.Suspense, 100_00)], _books.LastLegs());
        Assert.Equal((0L, 0L), (Now.WithheldMinor, Assert.Single(_books.Dues.Values).AmountMinor));
        Assert.Equal([1_00L, -1_00], _books.Withholdings.Values.OrderBy(w => w.TransferNo).Select(w => w.WithheldMinor));
    }

    [Theory]
    [InlineData(Scene.Bucket)]
    [InlineData(Far)]
    public void WhatWaitedForTheRestWaitsForNobody(short bucket)
    {
        Assign(bucket, 60_00, rules: WholeOnly);
        Assert.Equal((OrderState.Pending, 60_00L), (Now.State, Now.SuspenseMinor));
        var was = Wrong() with { Rules = WholeOnly };
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(was)));
        if (bucket == Far)
        {
            Assert.Equal(UndoResult.Undone, _books.Run(Bring(was)));
        }

        Assert.Equal((OrderState.Pending, 0L, 0L, 0), (Now.State, Now.SuspenseMinor, Now.PaidMinor, Now.ResultVersion));
        Assert.Equal((60_00L, 0L), (Balance(bucket, AccountKind.Suspense), Origin().OrderId));
        Assert.NotEqual(0, Now.TimerDueMs);
    }

    [Fact]
    public void WhatIsBeingRefundedIsNotThereAndWhatChangedIsReadAgain()
    {
        Assign(Scene.Bucket);
        var was = Wrong();
        _books.Orders[_order.Key] = Now with { RefundingMinor = 1 };
        Assert.Equal(UndoResult.TooLittle, _books.Run(new TakeAssignmentBack(was)));
        _books.Orders[_order.Key] = Now with { RefundingMinor = 0, EventCount = Now.EventCount + 1 };
        Assert.Equal(UndoResult.Changed, _books.Run(new TakeAssignmentBack(was)));
        Assert.Equal(1, Origin().OrderId);
    }

    /// <summary>The rail's return of money that was taken back goes for nothing else that the order holds.</summary>
    [Fact]
    public void AReturnOfMoneyThatIsNotTheOrdersAnyMoreTakesNothingElse()
    {
        Own(Scene.Amount);
        Assign(Far);
        var at = Origin().Key with { Bucket = Scene.Bucket };
        Assert.Equal(ApplyResult.Applied, Returned("b1", 20_00));
        Assert.Equal(UndoResult.Undone, _books.Run(new TakeAssignmentBack(Wrong())));
        var writes = _books.Writes;
        Assert.Equal(ApplyResult.Changed, Returned("b2", 30_00));
        Assert.Equal((writes, 20_00L), (_books.Writes, Now.ReturnedMinor));

        ApplyResult Returned(string key, long amountMinor) => _books.Run(new ApplyPayInStatement(
            Scene.Ref(_order), Scene.Told(Scene.Said(_order, ObservationKind.Returned, amountMinor, key) with { Reference = "nobody" }), Scene.Now)
        {
            SharesAt = Now, Assigned = at,
        });
    }

    [Theory]
    [InlineData("assign-out:101:20261123:40012:k:1", "assign-out", 101, 0, "20261123:40012:k:1")]
    [InlineData("undo-in:7.3:k", "undo-in", 7, 3, "k")]
    public void AKeySaysWhichWayWhichMoneyAndHowOften(string text, string half, long account, int times, string key)
    {
        Assert.Equal(new CrossingKey(half, account, times, key), CrossingKey.Parse(text));
        Assert.Equal(text, new CrossingKey(half, account, times, key).ToString());
    }

    private long Balance(short bucket, AccountKind kind) => _books.Balance(AccountId.Platform(bucket, kind, Scene.Currency));

    private void Own(long amountMinor) =>
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(Scene.Said(_order, ObservationKind.Paid, amountMinor, "own")), Scene.Now)));

    private void Assign(short bucket, long amountMinor = Scene.Amount, string key = "k1", OrderRow? order = null, Terms? terms = null, BookingRules? rules = null)
    {
        var strange = Scene.Said(_order, ObservationKind.Paid, amountMinor, key) with { Reference = "nobody" };
        Assert.Equal(ApplyResult.Suspense, _books.Run(new BookSuspense((bucket, Scene.AccountId), Scene.Told(strange), null, default, Scene.Today, Scene.Now)));
        var payment = Payment(order ?? _order, Origin(key), terms, rules);
        if (payment.CrossesBuckets)
        {
            Assert.Equal(AssignResult.Assigned, _books.Run(new SendSuspenseAway(payment)));
        }

        Assert.Equal(AssignResult.Assigned, _books.Run(new PayFromSuspense(payment)));
    }

    private static SuspensePayment Payment(OrderRow order, StatementRow receipt, Terms? terms = null, BookingRules? rules = null) =>
        new(receipt, order, rules ?? Scene.Rules, "operator:7", Scene.Now + 5) { CountedWays = ["*"], Terms = terms ?? Scene.Terms };

    private WrongAssignment Wrong(string key = "k1", OrderRow? order = null) => new(Origin(key), order ?? Now, [], Scene.Rules, "operator:7", Scene.Now + 9)
    {
        Terms = Scene.Terms,
        UtrAfter = Now.Utr,
        Action = new CaseActionRow { Bucket = Scene.Bucket, Id = _books.CaseActions.Count + 1, OrderId = (order ?? Now).Id, Action = "suspense.take-back", Actor = "operator:7", Approver = "operator:8" },
    };

    private static FinishTakingBack Bring(WrongAssignment was) => new(was.Receipt, was.Order.Key, was.Order.Number, was.Cause, was.ValueDate, was.NowMs);
}
