using Paypro.Channels.Sandbox;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Statements;

namespace Paypro.Server.Sandbox;

/// <summary>The simulated bank at work, and the routes that make it act. A live installation has none of this.</summary>
internal static class SandboxSetup
{
    /// <summary>How often the bank looks for what is due: soon after it has remembered something, then ever less often.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdlePollEvery = TimeSpan.FromSeconds(1);

    public static void AddSandbox(this IServiceCollection services, Installation installation)
    {
        if (!installation.IsSandbox)
        {
            return;
        }

        services.AddSingleton(s => new SandboxRailLoop(
            s.GetRequiredService<ISandboxRail>(),
            s.GetRequiredService<SandboxFaultPlans>(),
            s.GetRequiredService<TimeProvider>(),
            id => s.GetRequiredService<SnapshotStore>().Current.Accounts.GetValueOrDefault(id)?.Account,
            Sink(s.GetRequiredService<ChannelCallbacks>())));
        services.AddSingleton<SandboxRailSignal>();
        services.AddSingleton<SandboxActions>();
        services.AddSingleton<SandboxCommands>();
        services.AddSingleton<SandboxOperator>();
        services.AddSingleton<SandboxTerms>();
        services.AddSingleton<Inboxes>();
        services.AddSingleton<SamplePages>();
        services.AddSingleton<FirstSteps>();
        if (installation.Does("worker"))
        {
            services.AddLoop("sandbox bank", Turn, PollEvery, s => s.GetRequiredService<SandboxRailSignal>(), IdlePollEvery);
        }
    }

    /// <summary>
    /// The way of every callback, without the network between: the channel checks the signature as it does for every caller. A bank
    /// repeats what found no answer and does not argue with a refusal.
    /// </summary>
    private static SandboxCallbackSink Sink(ChannelCallbacks callbacks) => (accountId, request, _) => callbacks.TakeAsync(accountId, request);

    private static Func<CancellationToken, Task<bool>> Turn(IServiceProvider services)
    {
        var loop = services.GetRequiredService<SandboxRailLoop>();
        return async stop => (await loop.RunOnceAsync(stop)).Delivered >= SandboxRailLoop.OrdersPerTurn;
    }
}
