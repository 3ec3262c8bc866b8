namespace Paypro.Server.Storage;

/// <summary>Runs commands as one transaction on one of the two databases.</summary>
internal interface IBatchEngine
{
    /// <summary>
    /// Declares, locks, loads, decides, writes and commits. Returns when COMMIT is certain; the commands then have their results.
    /// </summary>
    /// <exception cref="WriteFailedException">Certainly nothing was stored.</exception>
    /// <exception cref="WriteInDoubtException">Whether it was stored could not be found out.</exception>
    Task RunAsync(IReadOnlyList<WriteCommand> commands);

    /// <summary>
    /// Runs a change that is not a batch (configuration saved by EF) in its turn, so that it never fights the writer for the
    /// database's single write lock. On PostgreSQL there is no such lock and it runs at once.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called inside such a change (see <see cref="Turn"/>).</exception>
    Task<T> InTurnAsync<T>(Func<Task<T>> change);
}

/// <summary>Another node was faster; the whole batch runs again and sees what it did.</summary>
internal sealed class BatchConflictException(string table) : Exception($"A row of {table} was taken or changed by another node.");
