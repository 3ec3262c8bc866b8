namespace Paypro.Server.Storage;

/// <summary>
/// Many orders in one statement. What was committed before the call is seen by it. In no order; what is not there is left out.
/// </summary>
internal interface IOrderReads
{
    /// <summary>By our own keys.</summary>
    Task<IReadOnlyList<OrderRow>> ByKeyAsync(IReadOnlyCollection<OrderKey> keys, CancellationToken cancellation);

    /// <summary>By the merchants' own numbers.</summary>
    Task<IReadOnlyList<OrderRow>> ByTradeAsync(IReadOnlyCollection<TradeKey> keys, CancellationToken cancellation);
}
