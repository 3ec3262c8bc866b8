using System.Globalization;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>The first half of a crossing: out of suspense into transit, claimed for one order.</summary>
internal sealed class SendSuspenseAway(SuspensePayment payment) : WriteCommand<AssignResult>
{
    public override short Bucket => payment.Receipt.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(payment.Suspense(Bucket));
        needs.Accounts.Add(payment.Transit(Bucket));
        needs.Statements.Add(payment.Receipt.Key);
        needs.Movements.Add(payment.Movement);
    }

    protected override AssignResult Decide(BatchState state)
    {
        var receipt = state.Statements.Get(payment.Receipt.Key);

        if (receipt.TimesTakenBack != payment.Receipt.TimesTakenBack)
        {
            return AssignResult.Changed;
        }

        // Also of one that is claimed already: whoever read it before a part went back must not bring the whole in.
        if (receipt.ReturnedMinor != payment.Receipt.ReturnedMinor || payment.AmountMinor == 0)
        {
            return AssignResult.WentBack;
        }

        if (receipt.OrderId != 0)
        {
            return receipt.OrderId == payment.Order.Id ? AssignResult.Repeated : AssignResult.Taken;
        }

        Journal.Post(
            state,
            payment.CauseOf(TransferType.Transit, CrossingKey.AssignOut),
            new Leg(payment.Suspense(Bucket), -payment.AmountMinor),
            new Leg(payment.Transit(Bucket), payment.AmountMinor));
        state.Statements.Update(receipt.Key, receipt with { OrderId = payment.Order.Id, CrossedTo = (short)(payment.Order.Bucket + 1) });
        state.Movements.Update(payment.Movement, state.Movements.Get(payment.Movement) with { Bucket = payment.Order.Bucket, OrderId = payment.Order.Id });
        payment.EndCase(state);
        if (payment.Action is { } action)
        {
            state.CaseActions.Insert(action.Key, action);
        }

        return AssignResult.Assigned;
    }
}

/// <summary>
/// Pays an order with money from its own bucket's suspense, or with what arrives over transit: as if the rail had named the order
/// at once, with the same fees, due date, states and notification.
/// </summary>
internal sealed class PayFromSuspense(SuspensePayment payment) : WriteCommand<AssignResult>
{
    private readonly PayInCredit _credit = new(
        payment.Order.Bucket, payment.Order.MerchantNo, payment.Currency, payment.Terms, payment.Rules, payment.NowMs, payment.HoldsMoney);

    public override short Bucket => payment.Order.Bucket;

    private AccountKey Suspense => payment.Suspense(Bucket);
    private AccountKey Transit => payment.Transit(Bucket);
    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Orders.Add(payment.Order.Key);
        needs.Statements.Add(payment.KeyAtOrder);
        needs.Movements.Add(payment.Movement);
        needs.DailyTotals.UnionWith(payment.Totals);
        needs.PayerCounts.UnionWith(payment.Payers);
        _credit.Declare(needs);
        if (payment.CrossesBuckets)
        {
            needs.Accounts.Add(Transit);
        }
    }

    protected override AssignResult Decide(BatchState state)
    {
        var order = state.Orders.Get(payment.Order.Key);
        var known = state.Statements.Find(payment.KeyAtOrder);
        if (known is { OrderId: not 0 })
        {
            return known.OrderId == order.Id ? AssignResult.Repeated : AssignResult.Taken;
        }

        // It was taken back since it was read. A row that the money left behind here on an earlier way is younger than none of that.
        if (known is not null && known.TimesTakenBack > payment.Receipt.TimesTakenBack)
        {
            return AssignResult.Changed;
        }

        if (known is { Outcome: not StatementOutcome.TakenBack } && (known.ReturnedMinor != payment.Receipt.ReturnedMinor || payment.AmountMinor == 0))
        {
            return AssignResult.WentBack;
        }

        if (PayInBooking.TermsOf(order, attempt: null) != payment.Terms.Id)
        {
            return AssignResult.Changed;
        }

        var amountMinor = payment.AmountMinor;
        DailyLimits.Count(state, payment.Totals, amountMinor);
        order = order.Happened(state, EventType.AssignedFromSuspense, payment.Cause, payment.NowMs, payment.Receipt.RailReference);
        if (payment.Action is { } action)
        {
            order = order.Happened(state, EventType.Decided, payment.Cause, payment.NowMs, $"{action.Action}: {(action.Approver.Length > 0 ? $"approved by {action.Approver}" : "number and amount both fit")}");
            if (!payment.CrossesBuckets)
            {
                state.CaseActions.Insert(action.Key, action with { OrderId = order.Id });
            }
        }

        var paidMinor = checked(order.PaidMinor + order.SuspenseMinor + amountMinor);
        if (PayInBooking.WaitsForRest(order, payment.Rules, amountMinor))
        {
            // Too little, in a country that knows no partial payment: it goes on waiting, but now for the rest of this order.
            var moved = payment.CrossesBuckets ? Post(state, new Leg(Transit, -amountMinor), new Leg(Suspense, amountMinor)) : null;
            Save(state, known, moved);
            PayInBooking.KeepWaiting(order, state, payment.Receipt with { AmountMinor = amountMinor }, payment.HoldsMoney, payment.Cause, payment.NowMs).Save(state);
            return AssignResult.Assigned;
        }

        Save(state, known, Credit(state, ref order));
        PayInBooking.Book(order, state, payment.Receipt, paidMinor, payment.Cause, payment.NowMs, payment.Payers, payment.Rules, LateAsks.EveryMs);
        return AssignResult.Assigned;
    }

    private TransferRow Credit(BatchState state, ref OrderRow order) => _credit.Post(
        state,
        ref order,
        Cause,
        new Leg(payment.CrossesBuckets ? Transit : Suspense, -payment.AmountMinor),
        payment.AmountMinor);

    private TransferCause Cause => payment.CauseOf(TransferType.SuspenseAssign, payment.CrossesBuckets ? CrossingKey.AssignIn : null);

    private TransferRow Post(BatchState state, params ReadOnlySpan<Leg> legs) =>
        Journal.Post(state, Cause, legs);

    /// <summary>The order finds its statements in its own bucket: a receipt that crossed gets a second row there.</summary>
    private void Save(BatchState state, StatementRow? known, TransferRow? moved)
    {
        state.Movements.Update(payment.Movement, state.Movements.Get(payment.Movement) with { Bucket = Bucket, OrderId = payment.Order.Id });
        if (known is not null && !payment.CrossesBuckets)
        {
            state.Statements.Update(known.Key, known with { OrderId = payment.Order.Id });
            payment.EndCase(state);
            return;
        }

        var crossed = payment.Receipt with
        {
            Bucket = Bucket,
            OrderId = payment.Order.Id,
            Outcome = StatementOutcome.Suspense,
            CrossedTo = 0,
            BookedAtMs = payment.NowMs,
            TransferNo = moved!.TransferNo,
            Note = SuspensePayment.CrossedFrom + payment.Receipt.Bucket.ToString(CultureInfo.InvariantCulture),
        };
        if (known is null)
        {
            state.Statements.Insert(crossed.Key, crossed);
        }
        else
        {
            state.Statements.Update(crossed.Key, crossed);
        }
    }
}
