using Paypro.Server.Storage;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// The queues, looked at as a whole each time. Between two such looks PostgreSQL's begin where the last one ended; where a test's clock runs
/// away from the database's, what is due would be seen only when that rest is over.
/// </summary>
internal sealed class WholeLooks(Func<IQueues> make) : IQueues
{
    public Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, IReadOnlyCollection<TimerLane> without, int limit, CancellationToken cancellation) =>
        make().DueTimersAsync(nowMs, without, limit, cancellation);

    public Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(NotificationClaim claim, CancellationToken cancellation) =>
        make().ClaimNotificationsAsync(claim, cancellation);

    public Task<long> CountDueNotificationsAsync(long nowMs, CancellationToken cancellation) => make().CountDueNotificationsAsync(nowMs, cancellation);

    public Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, SettlementDueKey? after, int limit, CancellationToken cancellation) =>
        make().DueSettlementsAsync(date, after, limit, cancellation);
}
