namespace Paypro.Channels.Sandbox;

/// <summary>A rail's memory for tests: nothing outlives the object. Safe for several threads.</summary>
public sealed class InMemorySandboxRail : ISandboxRail
{
    private readonly Lock gate = new();
    private readonly Dictionary<(long, Direction, string), SandboxOrder> orders = [];

    /// <summary>How often the rail received a send with this reference.</summary>
    public int SendsOf(long accountId, Direction direction, string reference)
    {
        lock (gate)
        {
            return orders.TryGetValue((accountId, direction, reference), out var order) ? order.Sends : 0;
        }
    }

    /// <inheritdoc/>
    public Task<SandboxOrder?> FindAsync(long accountId, Direction direction, string reference, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(orders.GetValueOrDefault((accountId, direction, reference)));
        }
    }

    /// <inheritdoc/>
    public Task<bool> SaveAsync(SandboxOrder order, long expectedVersion, CancellationToken cancellation)
    {
        var key = (order.AccountId, order.Direction, order.Reference);
        lock (gate)
        {
            if ((orders.TryGetValue(key, out var stored) ? stored.Version : 0) != expectedVersion)
            {
                return Task.FromResult(false);
            }

            orders[key] = order;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SandboxOrder>> DueAsync(long nowMs, int limit, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<SandboxOrder>>([.. orders.Values
                .Where(order => order.DueAtMs > 0 && order.DueAtMs <= nowMs)
                .OrderBy(order => order.DueAtMs).ThenBy(order => order.Reference, StringComparer.Ordinal)
                .Take(limit)]);
        }
    }
}
