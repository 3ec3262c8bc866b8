using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>Registers the room.</summary>
internal static class NotificationSetup
{
    /// <summary>How often the outbox is looked at without a signal: results of other nodes, and what the schedule brings.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>What every process has.</summary>
    public static void AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<NotificationSignal>();
        services.AddSingleton<Resends>();
    }

    /// <summary>What delivers, in processes that do background work.</summary>
    public static void AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton<ResolveHost>(GuardedConnections.ResolveAsync);
        services.AddSingleton(s =>
        {
            var options = s.GetRequiredService<PayproOptions>().Notifications;
            var (isSandbox, listens) = (s.GetRequiredService<Installation>().IsSandbox, s.GetRequiredService<ListenAddresses>());
            return new NotificationSender(
                s.GetRequiredService<ResolveHost>(),
                () => options.AllowLoopback ?? (isSandbox && listens.AreLoopbackAlone),
                TimeSpan.FromSeconds(options.TimeoutSeconds),
                s.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<Deliveries>(s, s.GetRequiredService<PayproOptions>().Notifications));
        services.AddLoop("notifications", s => s.GetRequiredService<Deliveries>().RunOnceAsync, PollEvery, s => s.GetRequiredService<NotificationSignal>());
        services.AddLoop("notification backlog", s => async stop => await CountAsync(s, stop), TimeSpan.FromSeconds(10));
    }

    private static async Task<bool> CountAsync(IServiceProvider services, CancellationToken stop)
    {
        var nowMs = services.GetRequiredService<TimeProvider>().NowMs();
        NotificationMeter.SetBacklog(await services.GetRequiredService<IQueues>().CountDueNotificationsAsync(nowMs, stop));
        return false;
    }
}
