using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

/// <summary>Registers the room.</summary>
internal static class NotificationSetup
{
    /// <summary>How often the outbox is looked at without a signal: results of other nodes, and what the schedule brings.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>The same where nothing has come for a while.</summary>
    public static readonly TimeSpan IdlePollEvery = TimeSpan.FromSeconds(1);

    /// <summary>What every process has.</summary>
    /// <exception cref="BadSettingException">A setting of the receivers cannot be read.</exception>
    public static void AddNotifications(this IServiceCollection services, NotificationOptions options, Installation installation)
    {
        var receivers = Receivers.From(options, installation.IsSandbox);
        services.AddSingleton(s => options.AllowLoopback is null && installation.IsSandbox
            ? receivers with { AllowsLoopback = () => s.GetRequiredService<ListenAddresses>().AreLoopbackAlone }
            : receivers);
        services.AddSingleton<NotificationSignal>();
        services.AddSingleton<Resends>();
        services.AddSingleton<ToldReads>();
        services.AddSingleton<ResolveHost>(GuardedConnections.ResolveAsync);
        services.AddSingleton(s =>
        {
            var options = s.GetRequiredService<PayproOptions>().Notifications;
            return new NotificationSender(
                s.GetRequiredService<ResolveHost>(),
                s.GetRequiredService<Receivers>(),
                TimeSpan.FromSeconds(options.TimeoutSeconds),
                s.GetRequiredService<TimeProvider>());
        });
    }

    /// <summary>What delivers, in processes that do background work.</summary>
    public static void AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<Deliveries>(s, s.GetRequiredService<PayproOptions>().Notifications));
        services.AddLoop("notifications", s => s.GetRequiredService<Deliveries>().RunOnceAsync, PollEvery, s => s.GetRequiredService<NotificationSignal>(), IdlePollEvery);
        services.AddLoop("notification backlog", s => async stop => await CountAsync(s, stop), TimeSpan.FromSeconds(10));
    }

    private static async Task<bool> CountAsync(IServiceProvider services, CancellationToken stop)
    {
        var nowMs = services.GetRequiredService<TimeProvider>().NowMs();
        NotificationMeter.SetBacklog(await services.GetRequiredService<IQueues>().CountDueNotificationsAsync(nowMs, stop));
        return false;
    }
}
