using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>When a node may be sent requests: it is prepared, knows its merchants, and its database takes writes.</summary>
internal static class Readiness
{
    public static void AddReadiness(this IServiceCollection services)
    {
        services.AddReadiness("prepared", s => _ => Task.FromResult(s.GetRequiredService<Start>().IsPrepared));
        services.AddReadiness("snapshot", s => _ => Task.FromResult(s.GetRequiredService<SnapshotStore>().IsFresh));
        services.AddSingleton<WriteProbe>();
        services.AddReadiness("database", s => s.GetRequiredService<WriteProbe>().CanWriteAsync);
    }
}
