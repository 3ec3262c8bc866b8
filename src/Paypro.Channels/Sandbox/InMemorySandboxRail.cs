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

    /// <inheritdoc/>
    public Task<IReadOnlyList<SandboxOrder>> MovedAsync(long accountId, SandboxPlace after, long untilMs, int limit, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<SandboxOrder>>([.. orders.Values
                .Where(order => order.AccountId == accountId && order.MovedAtMs > 0 && order.MovedAtMs <= untilMs && Compare(order.Place, after) > 0)
                .Order(Comparer<SandboxOrder>.Create((one, other) => Compare(one.Place, other.Place)))
                .Take(limit)]);
        }
    }

    /// <inheritdoc/>
    public Task<long> BalanceAsync(long accountId, Direction direction, string paidReference, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(orders.Values
                .Where(order => order.AccountId == accountId && order.Direction == direction && (paidReference.Length == 0 || order.PaidReference == paidReference))
                .Sum(order => order.BalanceMinor));
        }
    }

    private static int Compare(SandboxPlace one, SandboxPlace other) =>
        one.MovedAtMs != other.MovedAtMs ? one.MovedAtMs.CompareTo(other.MovedAtMs)
        : string.CompareOrdinal(one.Reference, other.Reference) is not 0 and var byReference ? byReference
        : one.Direction.CompareTo(other.Direction);
}
