using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Puts together what commands need to know of an attempt before it is locked; all of it immutable.</summary>
internal static class AttemptRefs
{
    public static AttemptRef Of(Snapshot snapshot, OrderRow order, AttemptRow attempt) => new()
    {
        Order = order.Key,
        AttemptNo = attempt.AttemptNo,
        MerchantNo = order.MerchantNo,
        Direction = DirectionOf(order, attempt),
        Currency = Currency.Get(order.Currency),
        Terms = TermsOf(order, attempt),
        ChannelAccountId = attempt.ChannelAccountId,
        Cost = CostTerms.Parse(attempt.CostTerms),
        Reference = attempt.Reference,
        Rules = snapshot.Rules[order.Country],
        CountedWays = order.Direction == Direction.PayIn ? snapshot.LimitedWays(order.MerchantNo, Direction.PayIn, attempt.Way)
            : order.CountedLimits.Length == 0 ? []
            : order.CountedLimits.Split(','),
        PayersCounted = order.CountedPayers,
        OrderCreatedAtMs = order.CreatedAtMs,
        RefundOf = order.RefundOf,
        TakenFrom = TakenShare.Parse(order.TakenFrom),
    };

    /// <summary>How the rail knows it: a refund may be sent as a payout.</summary>
    public static Direction DirectionOf(OrderRow order, AttemptRow attempt) => order.Direction == Direction.Refund ? attempt.Direction : order.Direction;

    /// <summary>The price of money that comes on an attempt.</summary>
    public static Terms TermsOf(OrderRow order, AttemptRow? attempt) => Terms.Parse(attempt is { Terms.Length: > 0 } ? attempt.Terms : order.Terms);

    public static QueryTarget Target(OrderRow order, AttemptRow attempt) =>
        new(DirectionOf(order, attempt), attempt.Reference, attempt.Way, order.AmountMinor, attempt.CreatedAtMs, attempt.RailId);
}
