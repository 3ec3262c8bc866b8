namespace Paypro.Server.Storage;

/// <summary>
/// Notices what would wait for itself: SQLite has one writer, so a change of configuration that holds it must neither ask for another
/// turn nor wait for a batch. PostgreSQL would allow both; it refuses them too, so that a mistake shows on either engine.
/// </summary>
internal static class Turn
{
    private static readonly AsyncLocal<Held?> Current = new();

    /// <summary>Runs a change whose turn it is.</summary>
    public static async Task<T> HoldAsync<T>(Func<Task<T>> change)
    {
        var held = new Held();
        Current.Value = held;
        try
        {
            return await change();
        }
        finally
        {
            // Work that the change has left behind may take turns of its own.
            held.IsOver = true;
        }
    }

    /// <exception cref="InvalidOperationException">The caller runs inside a change.</exception>
    public static void ThrowIfHeld()
    {
        if (Current.Value is { IsOver: false })
        {
            throw new InvalidOperationException("A change that has its turn must not wait for another turn or for a batch: do it before or after the change.");
        }
    }

    private sealed class Held
    {
        public volatile bool IsOver;
    }
}
