namespace Paypro.Server.Storage;

/// <summary>
/// The small tables that background work is taken from. Reading is not claiming for timers (taking an order under its lock is);
/// notifications are claimed by a lease, some per merchant, so that a dead receiver's rows never fill the hands of a node.
/// </summary>
internal interface IQueues
{
    /// <summary>Where counting ends: beyond it only "many" matters.</summary>
    const int MostCounted = 100_000;

    /// <summary>Timers that are due, oldest first.</summary>
    Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, int limit, CancellationToken cancellation);

    /// <summary>Leases due notifications by the database's clock, merchant by merchant in the order of their numbers.</summary>
    Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(NotificationClaim claim, CancellationToken cancellation);

    /// <summary>Notifications that are due, leased or not; counts no further than <see cref="MostCounted"/>.</summary>
    Task<long> CountDueNotificationsAsync(long nowMs, CancellationToken cancellation);

    /// <summary>What fell due for settlement up to a date, by date, bucket and account; beginning after a row, or with the first.</summary>
    Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, SettlementDueKey? after, int limit, CancellationToken cancellation);
}

/// <summary>A wish for notifications.</summary>
/// <param name="NowMs">For SQLite, which has no clock of its own.</param>
/// <param name="LeaseMs">How long they are leased, milliseconds.</param>
/// <param name="PerMerchant">At most so many of each merchant.</param>
/// <param name="Limit">At most so many together.</param>
/// <param name="AfterMerchant">Only of merchants whose number is greater.</param>
/// <param name="Shares">Merchants that get fewer than <paramref name="PerMerchant"/>, or none.</param>
internal sealed record NotificationClaim(long NowMs, long LeaseMs, int PerMerchant, int Limit, long AfterMerchant, IReadOnlyDictionary<long, int> Shares);
