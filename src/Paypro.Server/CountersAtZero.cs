using Paypro.Server.Calls;
using Paypro.Server.Cases;
using Paypro.Server.MerchantApi;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>
/// Counts nothing of everything that somebody watches, when the collection of metrics has begun: a counter that appears with its first event
/// has no rate, and the first event is the one that an alarm has to see.
/// </summary>
internal sealed class CountersAtZero(SnapshotStore snapshots) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        RaiseCases.CountFromZero();
        RateLimits.CountFromZero();
        CallLog.CountFromZero();
        MerchantEndpoint.CountFromZero();
        WriterMeter.CountFromZero();
        NotificationMeter.CountFromZero();
        ChannelCallbacks.CountFromZero(snapshots.Newest is { } snapshot ? [.. snapshot.Accounts.Keys, .. snapshot.Unusable.Keys] : []);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
