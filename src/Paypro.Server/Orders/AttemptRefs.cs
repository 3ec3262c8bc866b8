using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// Puts together what commands need to know of an attempt before it is locked; all of it immutable. Its terms are among it, whichever node read
/// them first, so that no decision has to look for them.
/// </summary>
internal static class AttemptRefs
{
    public static async ValueTask<AttemptRef> OfAsync(Snapshot snapshot, OrderRow order, AttemptRow attempt) => new()
    {
        Order = order.Key,
        AttemptNo = attempt.AttemptNo,
        MerchantNo = order.MerchantNo,
        Direction = DirectionOf(order, attempt),
        Currency = Currency.Get(order.Currency),
        Terms = await snapshot.Book.OfAsync(attempt.TermsId),
        ChannelAccountId = attempt.ChannelAccountId,
        Cost = CostTerms.Parse(attempt.CostTerms),
        Reference = attempt.Reference,
        Rules = snapshot.Rules[order.Country],
        CountedWays = order.Direction == Direction.PayIn ? snapshot.LimitedWays(order.MerchantNo, Direction.PayIn, attempt.Way)
            : order.CountedLimits.Length == 0 ? []
            : order.CountedLimits.Split(','),
        PayersCounted = order.CountedPayers,
        OrderCreatedAtMs = order.CreatedAtMs,
        HoldsMoney = order.Exceptions.HasFlag(OrderExceptions.HoldsMoney),
        LateAfterMs = LateAsks.FirstAfterMs(snapshot.Accounts.GetValueOrDefault(attempt.ChannelAccountId), DirectionOf(order, attempt), attempt.Way),
        RefundOf = order.RefundOf,
        IsWithdrawal = order.Direction == Direction.Withdrawal,
        ReceiptTerms = await snapshot.Book.OfAsync(order.ReceiptTermsId),
        TakenFrom = TakenShare.Parse(order.TakenFrom),
    };

    /// <summary>How the rail knows it: a refund may be sent as a payout, and a withdrawal always is.</summary>
    public static Direction DirectionOf(OrderRow order, AttemptRow attempt) => order.Direction is Direction.Refund or Direction.Withdrawal ? attempt.Direction : order.Direction;

    public static QueryTarget Target(OrderRow order, AttemptRow attempt) =>
        new(DirectionOf(order, attempt), attempt.Reference, attempt.Way, order.AmountMinor, attempt.CreatedAtMs, attempt.RailId);
}
