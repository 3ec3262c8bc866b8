using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>When an order was paid.</summary>
internal static class PaymentTime
{
    /// <summary>
    /// When the payer paid, by the rail's clock and not by when we heard of it; never before the order was made nor later than now,
    /// since a rail may tell only the day, or nothing (0).
    /// </summary>
    public static long AtMs(OrderRow order, long occurredAtMs, long nowMs) =>
        occurredAtMs == 0 ? nowMs : Math.Clamp(occurredAtMs, Math.Min(order.CreatedAtMs, nowMs), nowMs);
}
