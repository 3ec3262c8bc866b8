namespace Paypro.Channels.Sandbox;

/// <summary>
/// The memory of the simulated bank, across a process boundary like a real one: it must outlive our nodes and be shared by them. The
/// server keeps it in the database, tests in <see cref="InMemorySandboxRail"/>.
/// </summary>
public interface ISandboxRail
{
    /// <summary>The order with this key, or null.</summary>
    Task<SandboxOrder?> FindAsync(long accountId, Direction direction, string reference, CancellationToken cancellation);

    /// <summary>
    /// Saves <paramref name="order"/>, whose <see cref="SandboxOrder.Version"/> is <paramref name="expectedVersion"/> + 1, durably.
    /// </summary>
    /// <param name="order">The whole new state.</param>
    /// <param name="expectedVersion">The version that was read; 0 means that there must be no such order yet.</param>
    /// <param name="cancellation">Gives up waiting; the save may still have happened.</param>
    /// <returns>False, and nothing changed, when somebody else was quicker.</returns>
    Task<bool> SaveAsync(SandboxOrder order, long expectedVersion, CancellationToken cancellation);

    /// <summary>Orders with 0 &lt; <see cref="SandboxOrder.DueAtMs"/> ≤ <paramref name="nowMs"/>, the longest due first.</summary>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellation">Stops the search.</param>
    Task<IReadOnlyList<SandboxOrder>> DueAsync(long nowMs, int limit, CancellationToken cancellation);

    /// <summary>
    /// Orders of an account whose money moved last behind <paramref name="after"/> and at <paramref name="untilMs"/> at the latest, in the order of
    /// their <see cref="SandboxOrder.Place"/>.
    /// </summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="untilMs">Unix milliseconds UTC.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellation">Stops the search.</param>
    Task<IReadOnlyList<SandboxOrder>> MovedAsync(long accountId, SandboxPlace after, long untilMs, int limit, CancellationToken cancellation);

    /// <summary>The sum of <see cref="SandboxOrder.BalanceMinor"/> over orders of an account and a direction.</summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="direction">The orders' direction.</param>
    /// <param name="paidReference">Refunds of this pay-in alone; empty for all orders.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<long> BalanceAsync(long accountId, Direction direction, string paidReference, CancellationToken cancellation);
}

/// <summary>Where an order stands in the list of what moved: by time, then by reference, then by direction.</summary>
/// <param name="MovedAtMs">Unix milliseconds UTC.</param>
/// <param name="Reference">The order's reference; empty before all.</param>
/// <param name="Direction">The order's direction.</param>
public readonly record struct SandboxPlace(long MovedAtMs, string Reference, Direction Direction);

internal static class SandboxRailChange
{
    /// <summary>Every lost round means that another change has won, so this bounds the callers on one order, not the time.</summary>
    private const int RoundsAtMost = 256;

    /// <summary>
    /// Finds, changes and saves one order until nobody comes between. <paramref name="change"/> is pure; it returns null to leave
    /// everything as it is.
    /// </summary>
    /// <returns>The order as it stands then; null when there is none.</returns>
    public static async Task<SandboxOrder?> ChangeAsync(
        this ISandboxRail rail, long accountId, Direction direction, string reference,
        Func<SandboxOrder?, SandboxOrder?> change, CancellationToken cancellation)
    {
        for (var round = 0; round < RoundsAtMost; round++)
        {
            var found = await rail.FindAsync(accountId, direction, reference, cancellation).ConfigureAwait(false);
            var changed = change(found);
            if (changed is null)
            {
                return found;
            }

            var version = found?.Version ?? 0;
            changed = changed with { Version = version + 1 };
            if (await rail.SaveAsync(changed, version, cancellation).ConfigureAwait(false))
            {
                return changed;
            }
        }

        throw new InvalidOperationException($"The sandbox order was changed by others {RoundsAtMost} times in a row.");
    }
}
