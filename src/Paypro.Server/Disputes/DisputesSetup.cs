using Paypro.Server.Access;
using Paypro.Server.Platform;

namespace Paypro.Server.Disputes;

/// <summary>Registers what carries disputes out and watches them.</summary>
internal static class DisputesSetup
{
    public static void AddDisputes(this IServiceCollection services)
    {
        services.AddSingleton<DisputeFiles>();
        services.AddSingleton<DisputeSteps>();
        services.AddSingleton<DisputeWatch>();
        services.AddSingleton<IProposalKind, WinDispute>();
    }

    public static void AddDisputeLoops(this IServiceCollection services)
    {
        services.AddLoop("dispute steps", s => s.GetRequiredService<DisputeSteps>().RunOnceAsync, DisputeSteps.Every);
        services.AddLoop("disputes", s => s.GetRequiredService<DisputeWatch>().RunOnceAsync, DisputeWatch.Every);
    }
}
