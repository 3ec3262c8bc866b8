using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Demo;

/// <summary>
/// The simulated bank's memory while a history is made: its own database would take a third of the time. What it remembers in the end is stored where the
/// sandbox's bank goes on with it.
/// </summary>
internal sealed class DemoBank(SandboxRail stored) : ISandboxRail
{
    private readonly InMemorySandboxRail _memory = new();
    private readonly Lock _gate = new();
    private readonly SortedSet<(long DueAtMs, long AccountId, Direction Direction, string Reference)> _due = [];
    private readonly Dictionary<(long AccountId, Direction Direction, string Reference), long> _known = [];

    public Task<SandboxOrder?> FindAsync(long accountId, Direction direction, string reference, CancellationToken cancellation) => _memory.FindAsync(accountId, direction, reference, cancellation);

    public async Task<bool> SaveAsync(SandboxOrder order, long expectedVersion, CancellationToken cancellation)
    {
        lock (_gate)
        {
            // The memory answers at once, so that its order and the list of what is due change together.
            if (!_memory.SaveAsync(order, expectedVersion, cancellation).GetAwaiter().GetResult())
            {
                return false;
            }

            var key = (order.AccountId, order.Direction, order.Reference);
            if (_known.GetValueOrDefault(key) is > 0 and var before)
            {
                _due.Remove((before, order.AccountId, order.Direction, order.Reference));
            }

            _known[key] = order.DueAtMs;
            if (order.DueAtMs > 0)
            {
                _due.Add((order.DueAtMs, order.AccountId, order.Direction, order.Reference));
            }
        }

        await Task.Yield();
        return true;
    }

    public async Task<IReadOnlyList<SandboxOrder>> DueAsync(long nowMs, int limit, CancellationToken cancellation)
    {
        List<(long DueAtMs, long AccountId, Direction Direction, string Reference)> due;
        lock (_gate)
        {
            due = [.. _due.TakeWhile(d => d.DueAtMs <= nowMs).Take(limit)];
        }

        var orders = new List<SandboxOrder>(due.Count);
        foreach (var (_, accountId, direction, reference) in due)
        {
            orders.Add((await _memory.FindAsync(accountId, direction, reference, cancellation))!);
        }

        return orders;
    }

    public Task<IReadOnlyList<SandboxOrder>> MovedAsync(long accountId, SandboxPlace after, long untilMs, int limit, CancellationToken cancellation) =>
        _memory.MovedAsync(accountId, after, untilMs, limit, cancellation);

    public Task<long> BalanceAsync(long accountId, Direction direction, string paidReference, CancellationToken cancellation) => _memory.BalanceAsync(accountId, direction, paidReference, cancellation);

    /// <summary>Stores all of it.</summary>
    public async Task StoreAsync()
    {
        List<SandboxOrder> all = [];
        foreach (var (accountId, direction, reference) in _known.Keys)
        {
            all.Add((await _memory.FindAsync(accountId, direction, reference, CancellationToken.None))!);
        }

        await stored.AddAsync(all);
    }
}
