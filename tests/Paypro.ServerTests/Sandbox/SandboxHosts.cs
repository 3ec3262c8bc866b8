using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>One whole sandbox for each engine, started when first needed and shared by the tests of one class, which name their orders differently.</summary>
public sealed class SandboxHosts : IAsyncDisposable
{
    private readonly Dictionary<Engine, Lazy<Task<SandboxHost>>> hosts = new()
    {
        [Engine.Sqlite] = new(() => SandboxHost.StartAsync(Engine.Sqlite)),
        [Engine.Postgres] = new(() => SandboxHost.StartAsync(Engine.Postgres)),
    };

    internal Task<SandboxHost> OnAsync(Engine engine) => hosts[engine].Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.Values.Where(h => h.IsValueCreated))
        {
            await (await host.Value).DisposeAsync();
        }
    }
}
