namespace Paypro.Server.Storage;

/// <summary>
/// The small tables that background work is taken from. Reading is not claiming for timers (waking an order under its lock is);
/// notifications are claimed by a lease, some per merchant, so that a dead receiver's rows never fill the hands of a node.
/// </summary>
internal interface IQueues
{
    /// <summary>Timers that are due, oldest first.</summary>
    Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, int limit, CancellationToken cancellation);

    /// <summary>Leases due notifications by the database's clock.</summary>
    /// <param name="perMerchant">At most so many of each merchant.</param>
    /// <param name="busyMerchants">Merchants that have their share in flight here already.</param>
    Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(
        long nowMs, long leaseMs, int perMerchant, int limit, IReadOnlyCollection<long> busyMerchants, CancellationToken cancellation);

    /// <summary>What fell due for settlement up to a date.</summary>
    Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, int limit, CancellationToken cancellation);
}
