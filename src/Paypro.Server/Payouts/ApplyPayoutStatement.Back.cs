using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <content>What was taken and did not stay: cancelled for want of our money, or sent back.</content>
internal sealed partial class ApplyPayoutStatement
{
    /// <summary>The rail had taken it and has cancelled it for want of our money: it waits for some, or goes to an account that has some. The cancelled reference is never sent again.</summary>
    private ApplyResult CancelledForFunds(BatchState state, OrderRow order, AttemptRow row, string reason)
    {
        if (Next is null || !WasSent(row) || !row.IsCurrent(order))
        {
            return ApplyResult.Nothing;
        }

        statement.Book(state, Bucket, attempt.ChannelAccountId, order.Id, transferNo: 0, nowMs);
        PayoutMoney.KnownNow(order, state, "The rail says that our money was used up.", decided: false, OrderState.Pending).Opens(state, row, Next, statement.Cause, reason, ParkForMs, nowMs);
        return ApplyResult.Applied;
    }

    private ApplyResult Returned(BatchState state, OrderRow order, AttemptRow row)
    {
        if (state.Movements.Find(Movement.Everywhere(MovementKind.Return)) is { } known)
        {
            return statement.AgainstKnown(state, known, order, attempt, LastWaiting, nowMs);
        }

        if (_said.AmountMinor != order.AmountMinor)
        {
            return Contradict(state, order, "the payout has another amount");
        }

        if (order.State == OrderState.Pending)
        {
            if (!allKnown)
            {
                return statement.Wait(state, order, attempt.ChannelAccountId, nowMs);
            }

            // It went and came back before we heard of either: the merchant's reservation is simply given back.
            statement.BookMovement(state, Movement, MovementKind.Return, order.Id, transferNo: 0, nowMs);
            PayoutMoney.Void(
                state,
                PayoutMoney.KnownNow(order, state, "The rail says returned.", decided: false, OrderState.Failed).Settled(state, statement, LastWaiting),
                row,
                attempt,
                _accounts,
                new DocumentedCode(ResultStatus.Failed, ResultMessage.Returned),
                _said.Reason,
                statement.Cause,
                nowMs);
            return ApplyResult.Applied;
        }

        if (order.State != OrderState.Paid)
        {
            return Contradict(state, order, "the payout is not paid");
        }

        var (fee, tax) = attempt.Terms.ReturnsFee ? (order.FeeMinor, order.TaxMinor) : (0, 0);
        var cause = Cause(attempt.TypeOf(TransferType.PayoutReturn, TransferType.RefundReturn, TransferType.WithdrawalReturn), order);
        var (feeAgain, taxAgain, withheldAgain) = attempt.RefundOf == 0 ? (0, 0, 0) : RefundMoney.TakeBack(state, order, attempt, cause);
        var (repay, credit) = Journal.CreditAvailable(
            state, _accounts.Available, _accounts.Receivable, order.AmountMinor + fee + tax - feeAgain - taxAgain - withheldAgain);
        var transfer = Journal.Post(
            state,
            cause,
            new Leg(_accounts.Clearing, -order.AmountMinor),
            new Leg(_accounts.Fees, feeAgain - fee),
            new Leg(_accounts.Tax, taxAgain - tax),
            new Leg(_accounts.TaxWithheld, withheldAgain),
            repay,
            credit);
        if (withheldAgain != 0)
        {
            Withholding.Store(state, transfer, state.Orders.Get(attempt.PayIn), order.WithheldTermsId, cause.ValueDate, order.AmountMinor, withheldAgain);
        }

        statement.BookMovement(state, Movement, MovementKind.Return, order.Id, transfer.TransferNo, nowMs);
        (order with
        {
            State = OrderState.Returned,
            ReturnedMinor = order.AmountMinor,
            FeeMinor = order.FeeMinor - fee,
            TaxMinor = order.TaxMinor - tax,
            WithheldMinor = 0,
            FailureCode = ResultStatus.Failed,
            Message = ResultMessage.Returned,
        })
            .Settled(state, statement, LastWaiting)
            .Happened(state, EventType.Returned, statement.Cause, nowMs, _said.Reason)
            .WithResult(state)
            .Save(state);
        return ApplyResult.Applied;
    }
}
