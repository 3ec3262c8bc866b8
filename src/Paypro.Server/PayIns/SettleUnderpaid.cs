using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// An operator settles an order with what came, in a country without partial payment: what waits in suspense is credited, and the
/// merchant is told success with that amount. Doing it again changes nothing.
/// </summary>
/// <param name="facts">The order and the price of its money.</param>
/// <param name="action">Who settles it, and why.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class SettleUnderpaid(AttemptRef facts, CaseActionRow action, long nowMs) : WriteCommand<bool>
{
    private readonly PayInCredit _credit = new(facts.Order.Bucket, facts.MerchantNo, facts.Currency, facts.Terms, facts.Rules, nowMs, facts.HoldsMoney);

    public override short Bucket => facts.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(facts.Order);
        needs.PayerCounts.UnionWith(facts.Payers);
        _credit.Declare(needs);
    }

    /// <summary>False when nothing waits.</summary>
    protected override bool Decide(BatchState state)
    {
        var order = state.Orders.Get(facts.Order);
        if (order.SuspenseMinor == 0)
        {
            return false;
        }

        var cause = new TransferCause(TransferType.SuspenseAssign, action.Actor, order.Id, null, nowMs, facts.Rules.ValueDate(nowMs));
        var paidMinor = order.PaidMinor + order.SuspenseMinor;
        var transfer = _credit.Post(state, ref order, cause, default, 0);
        state.CaseActions.Insert(action.Key, action with { OrderId = order.Id, CaseId = CaseKey.Of(Bucket, CaseKind.Underpaid, order.Number).Id });
        PayerLimits.CountPaid(state, facts.Payers, nowMs);
        (PayInBooking.NothingWaits(order, state, "Settled with what came.", action.Actor) with
        {
            State = OrderState.Paid,
            PaidMinor = paidMinor,
            SuspenseMinor = 0,
            FailureCode = "",
            Message = "",
            SuccessAtMs = nowMs,
        })
            .Happened(state, EventType.Decided, action.Actor, nowMs, $"{action.Action}: settled with what came, approved by {action.Approver}, transfer {transfer.TransferNo}")
            .AskLate(state, facts.LateAfterMs)
            .WithResult(state)
            .Save(state);
        return true;
    }
}
