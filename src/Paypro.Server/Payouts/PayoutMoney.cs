using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>The reservation given back: the other end of <see cref="CreatePayout"/>, <see cref="CreateRefund"/> and a withdrawal's own reservation, reached once for each.</summary>
internal static class PayoutMoney
{
    public static void DeclareVoid(Needs needs, AttemptRef attempt, in OrderAccounts accounts)
    {
        needs.Chains.Add(attempt.Order.Bucket);
        needs.Accounts.Add(accounts.Frozen);
        needs.Accounts.Add(accounts.Available);
        needs.Accounts.Add(accounts.Receivable);
        needs.DailyTotals.UnionWith(attempt.Totals(attempt.OrderCreatedAtMs));
        RefundMoney.Declare(needs, attempt, accounts);
    }

    /// <summary>What a transfer of it is, by its kind.</summary>
    public static TransferType TypeOf(this AttemptRef attempt, TransferType payout, TransferType refund, TransferType withdrawal) =>
        attempt.RefundOf != 0 ? refund : attempt.IsWithdrawal ? withdrawal : payout;

    /// <summary>The fate of a payout is known: nobody has to find it out any longer.</summary>
    /// <param name="order">The payout.</param>
    /// <param name="state">The batch.</param>
    /// <param name="resolution">For its case, if it had one.</param>
    /// <param name="decided">Whether a person decided it, so that the rail's own word may still come.</param>
    /// <param name="fate">The state that it reaches.</param>
    /// <param name="by">Who says so.</param>
    public static OrderRow KnownNow(OrderRow order, BatchState state, string resolution, bool decided, OrderState fate, string by = "rail")
    {
        if (order.Exceptions.HasFlag(OrderExceptions.NeedsPerson) || decided)
        {
            state.End(order.Bucket, CaseKind.UnknownOutcome, order.Number, resolution, by);
        }

        return order with
        {
            State = fate,
            Exceptions = (order.Exceptions & ~OrderExceptions.NeedsPerson) | (decided ? OrderExceptions.Decided : OrderExceptions.None),
        };
    }

    /// <summary>What a paid payout tells.</summary>
    public static OrderRow WithPayment(this OrderRow order, Observation said, long nowMs) => order with
    {
        PaidMinor = order.AmountMinor,
        Utr = said.RailReference,
        SuccessAtMs = PaymentTime.AtMs(order, said.OccurredAtMs, nowMs),
    };

    /// <summary>It was decided as failed, so that the merchant has its money back, and the rail has paid it: it is our loss, until a person makes good for it.</summary>
    /// <returns>The transfer's number.</returns>
    public static long Lose(BatchState state, OrderRow order, AttemptRef attempt, in OrderAccounts accounts, TransferCause cause)
    {
        var cost = attempt.Cost.On(order.AmountMinor);
        state.Raise(new CaseRow
        {
            Bucket = order.Bucket,
            Kind = CaseKind.PaidAfterDecision,
            Subject = order.Number,
            Severity = CaseSeverity.Now,
            OrderId = order.Id,
            ChannelAccountId = attempt.ChannelAccountId,
            AmountMinor = order.AmountMinor,
            Currency = order.Currency,
            Text = $"{order.Word()} {order.Number} was decided as failed and the rail has paid it. The amount stands in loss; the merchant has its money back.",
        });
        return Journal.Post(
            state,
            cause,
            new Leg(accounts.Loss, -order.AmountMinor),
            new Leg(accounts.Clearing, order.AmountMinor + cost),
            new Leg(cost == 0 ? accounts.Clearing : accounts.ChannelCost, -cost)).TransferNo;
    }

    /// <summary>What was reserved leaves: frozen → clearing, fee and tax are the platform's.</summary>
    public static TransferRow Post(BatchState state, OrderRow order, in OrderAccounts accounts, long costMinor, in TransferCause cause) => Journal.Post(
        state,
        cause,
        new Leg(accounts.Frozen, -(order.AmountMinor + order.FeeMinor + order.TaxMinor)),
        new Leg(accounts.Clearing, order.AmountMinor + costMinor),
        new Leg(accounts.Fees, order.FeeMinor),
        new Leg(accounts.Tax, order.TaxMinor),
        new Leg(accounts.ChannelCost, -costMinor));

    /// <summary>The reservation is given back to where it came from.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="order">The payout, refund or withdrawal.</param>
    /// <param name="row">Its last attempt; null for one that has none.</param>
    /// <param name="attempt">What is known of it.</param>
    /// <param name="accounts">Its accounts.</param>
    /// <param name="failure">What its merchant is told.</param>
    /// <param name="reason">For its history.</param>
    /// <param name="cause">Who or what ended it.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static void Void(
        BatchState state, OrderRow order, AttemptRow? row, AttemptRef attempt, in OrderAccounts accounts, DocumentedCode failure, string reason, string cause, long nowMs)
    {
        var reservedMinor = order.AmountMinor + order.FeeMinor + order.TaxMinor;
        var type = attempt.TypeOf(TransferType.PayoutVoid, TransferType.RefundVoid, TransferType.WithdrawalVoid);
        var about = new TransferCause(type, cause, order.Id, null, nowMs, attempt.Rules.ValueDate(nowMs));
        var legs = RefundMoney.GiveBack(state, order, attempt, accounts, about);
        var (repay, credit) = Journal.CreditAvailable(state, accounts.Available, accounts.Receivable, reservedMinor - legs.Sum(l => l.AmountMinor));
        Journal.Post(state, about, [new Leg(accounts.Frozen, -reservedMinor), .. legs, repay, credit]);
        DailyLimits.Count(state, attempt.Totals(attempt.OrderCreatedAtMs), -order.AmountMinor);
        if (row is not null)
        {
            (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        }

        order = (order with
        {
            State = OrderState.Failed,
            FailureCode = failure.Code,
            Message = failure.Text,
            FeeMinor = 0,
            TaxMinor = 0,
            Exceptions = order.Exceptions & ~OrderExceptions.NeedsPerson,
        })
            .Happened(state, EventType.Failed, cause, nowMs, reason);

        // What a person called failed may have been paid.
        (order.Exceptions.HasFlag(OrderExceptions.Decided) ? order.AskLate(state, attempt.LateAfterMs) : order.DueAt(state, 0))
            .WithResult(state)
            .Save(state);
    }
}
