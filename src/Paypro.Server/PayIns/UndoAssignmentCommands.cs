using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Takes wrongly assigned money from its order: out of what of it is not available yet, then of available, and the rest is owed. Fee, tax and what was
/// withheld of it go back with it. It goes to the suspense of its own bucket, or into transit when it came from another one.
/// </summary>
internal sealed class TakeAssignmentBack(WrongAssignment wrong) : WriteCommand<UndoResult>
{
    private readonly AccountKey _transit = AccountId.Platform(wrong.Order.Bucket, AccountKind.Transit, Currency.Get(wrong.Receipt.Currency));

    public override short Bucket => wrong.Order.Bucket;

    private PayInShares NotAvailable => new(wrong.Accounts, wrong.Shares);

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Orders.Add(wrong.Order.Key);
        needs.Statements.Add(wrong.KeyAtOrder);
        needs.Movements.Add(wrong.Receipt.Movement.Everywhere(MovementKind.Receipt));
        needs.Accounts.Add(wrong.Accounts.Available);
        needs.Accounts.Add(wrong.Accounts.Receivable);
        needs.Accounts.Add(wrong.Accounts.Fees);
        needs.Accounts.Add(wrong.Accounts.Tax);
        needs.Accounts.Add(wrong.Accounts.TaxWithheld);
        needs.Accounts.Add(wrong.Accounts.Suspense);
        NotAvailable.Declare(needs);
        if (wrong.CrossedBuckets)
        {
            needs.Accounts.Add(_transit);
        }
    }

    protected override UndoResult Decide(BatchState state)
    {
        var order = state.Orders.Get(wrong.Order.Key);
        var arrived = state.Statements.Get(wrong.KeyAtOrder);
        if (arrived.TimesTakenBack > wrong.Receipt.TimesTakenBack)
        {
            return UndoResult.Repeated;
        }

        if (order.EventCount != wrong.Order.EventCount || arrived.OrderId != order.Id || arrived.ReturnedMinor != wrong.Receipt.ReturnedMinor)
        {
            return UndoResult.Changed;
        }

        // What open refunds and disputes have reserved is not the order's to give back.
        if (order.FreeMinor >= wrong.AmountMinor)
        {
            order = TakeCredited(state, order);
        }
        else if (order.SuspenseMinor >= wrong.AmountMinor)
        {
            order = TakeHeld(state, order);
        }
        else
        {
            return UndoResult.TooLittle;
        }

        LetGo(state, arrived);
        state.CaseActions.Insert(wrong.Action.Key, wrong.Action);
        order.Save(state);
        return UndoResult.Undone;
    }

    private OrderRow TakeCredited(BatchState state, OrderRow order)
    {
        var (fee, tax) = PayInBooking.PriceBack(order, wrong.Terms, wrong.AmountMinor);
        var withheld = Withholding.BackMinor(order, wrong.AmountMinor);
        var takenMinor = wrong.AmountMinor - fee - tax - withheld;
        var taken = NotAvailable.Take(state, takenMinor);
        var (take, owe) = Journal.TakeAvailable(state, wrong.Accounts.Available, wrong.Accounts.Receivable, takenMinor - taken.Sum(s => s.AmountMinor));
        var transfer = Journal.Post(
            state,
            Cause,
            [
                .. taken.Select(NotAvailable.Out), take, owe, new Leg(wrong.Accounts.Fees, -fee), new Leg(wrong.Accounts.Tax, -tax), new Leg(wrong.Accounts.TaxWithheld, -withheld),
                new Leg(To, wrong.AmountMinor),
            ]);
        Withholding.Store(state, transfer, order, Withholding.Under(order, wrong.Terms), wrong.ValueDate, -wrong.AmountMinor, -withheld);
        order = order with { FeeMinor = order.FeeMinor - fee, TaxMinor = order.TaxMinor - tax, WithheldMinor = order.WithheldMinor - withheld, Utr = wrong.UtrAfter };
        return Tell(PayInBooking.TakeAssignmentBack(order, wrong.AmountMinor), state).WithResult(state);
    }

    /// <summary>It waited in suspense for the rest of the order: nothing was credited and the merchant was told nothing.</summary>
    private OrderRow TakeHeld(BatchState state, OrderRow order)
    {
        if (wrong.CrossedBuckets)
        {
            Journal.Post(state, Cause, new Leg(wrong.Accounts.Suspense, -wrong.AmountMinor), new Leg(_transit, wrong.AmountMinor));
        }

        order = Tell(order with { SuspenseMinor = order.SuspenseMinor - wrong.AmountMinor }, state);
        return order.SuspenseMinor == 0 ? PayInBooking.NothingHeld(order, state, "The money was taken back.", wrong.Cause) : order;
    }

    private OrderRow Tell(OrderRow order, BatchState state) => order
        .Happened(state, EventType.AssignmentUndone, wrong.Cause, wrong.NowMs, wrong.Receipt.RailReference)
        .Happened(state, EventType.Decided, wrong.Cause, wrong.NowMs, $"{wrong.Action.Action}: {(wrong.Action.Approver.Length > 0 ? $"approved by {wrong.Action.Approver}" : "nobody else could approve")}");

    /// <summary>The receipt is nobody's again; one that crossed is, once it is where it came.</summary>
    private void LetGo(BatchState state, StatementRow arrived)
    {
        var free = arrived with { OrderId = 0, TimesTakenBack = (short)(wrong.Receipt.TimesTakenBack + 1) };
        if (wrong.CrossedBuckets)
        {
            state.Statements.Update(arrived.Key, free with { Outcome = StatementOutcome.TakenBack });
            return;
        }

        state.Statements.Update(arrived.Key, free);
        BackInSuspense.Open(state, free, wrong.Order.Number);
    }

    private AccountKey To => wrong.CrossedBuckets ? _transit : wrong.Accounts.Suspense;

    private TransferCause Cause => new(
        TransferType.AssignmentUndone,
        wrong.Cause,
        wrong.Order.Id,
        wrong.CrossedBuckets ? BackInSuspense.KeyOf(CrossingKey.UndoOut, wrong.Receipt) : null,
        wrong.NowMs,
        wrong.ValueDate);
}

/// <summary>The second half: out of transit into the suspense where the money came. Its receipt is nobody's, and its case is open again.</summary>
/// <param name="receipt">As it was read where it came, while it was the order's.</param>
/// <param name="from">The order.</param>
/// <param name="orderNumber">Its number.</param>
/// <param name="cause">Who says so.</param>
/// <param name="valueDate">Local, <c>yyyyMMdd</c>.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class FinishTakingBack(StatementRow receipt, OrderKey from, string orderNumber, string cause, int valueDate, long nowMs) : WriteCommand<UndoResult>
{
    private readonly Currency _currency = Currency.Get(receipt.Currency);

    public override short Bucket => receipt.Bucket;

    private RailMovementKey Movement => receipt.Movement.Everywhere(MovementKind.Receipt);
    private AccountKey Suspense => AccountId.Platform(Bucket, AccountKind.Suspense, _currency);
    private AccountKey Transit => AccountId.Platform(Bucket, AccountKind.Transit, _currency);

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(Suspense);
        needs.Accounts.Add(Transit);
        needs.Statements.Add(receipt.Key);
        needs.Movements.Add(Movement);
    }

    protected override UndoResult Decide(BatchState state)
    {
        var now = state.Statements.Get(receipt.Key);
        if (now.TimesTakenBack != receipt.TimesTakenBack || now.OrderId != from.Id || now.OrderBucket != from.Bucket)
        {
            return UndoResult.Repeated;
        }

        var amountMinor = now.AmountMinor - now.ReturnedMinor;
        Journal.Post(
            state,
            new TransferCause(TransferType.Transit, cause, from.Id, BackInSuspense.KeyOf(CrossingKey.UndoIn, receipt), nowMs, valueDate),
            new Leg(Transit, -amountMinor),
            new Leg(Suspense, amountMinor));
        var free = now with { OrderId = 0, CrossedTo = 0, TimesTakenBack = (short)(now.TimesTakenBack + 1) };
        state.Statements.Update(now.Key, free);
        BackInSuspense.Open(state, free, orderNumber);
        return UndoResult.Undone;
    }
}

/// <summary>What both ways back end with.</summary>
internal static class BackInSuspense
{
    public static string KeyOf(string half, StatementRow receipt) => new CrossingKey(half, receipt.ChannelAccountId, receipt.TimesTakenBack, receipt.DedupeKey).ToString();

    /// <summary>The movement is no order's, and the case of its receipt is open again.</summary>
    public static void Open(BatchState state, StatementRow free, string orderNumber)
    {
        var movement = free.Movement.Everywhere(MovementKind.Receipt);
        state.Movements.Update(movement, state.Movements.Get(movement) with { Bucket = free.Bucket, OrderId = 0 });
        state.Raise(new CaseRow
        {
            Bucket = free.Bucket,
            Kind = CaseKind.Suspense,
            Subject = CaseChange.SubjectOf("", free),
            Severity = CaseSeverity.Today,
            ChannelAccountId = free.ChannelAccountId,
            StatementId = free.Id,
            AmountMinor = free.AmountMinor,
            Currency = free.Currency,
            Text = $"{CaseChange.Words(free)}. It was taken back from order {orderNumber}, which it was not meant for: assign the money to its order, or send it back.",
        });
    }
}
