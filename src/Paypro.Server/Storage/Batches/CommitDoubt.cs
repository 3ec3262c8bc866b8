namespace Paypro.Server.Storage;

/// <summary>Asks for the fate of a COMMIT until it is known, or until asking has lasted too long.</summary>
internal sealed class CommitDoubt(TimeProvider time, TimeSpan askFor)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <param name="cause">Why it is not known.</param>
    /// <param name="askAsync">
    /// Asks once: whether the batch was committed. Throws when it could not be found out. It is repeated, so it may find what an
    /// earlier call of its own has written.
    /// </param>
    /// <returns>False when the batch was certainly not committed and never will be.</returns>
    /// <exception cref="WriteInDoubtException">It could not be found out in time. Nothing else is thrown: any other fault could be taken for a failure of the batch.</exception>
    public async Task<bool> WasCommittedAsync(Exception cause, Func<Task<bool>> askAsync)
    {
        WriterMeter.Doubts.Add(1);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await askAsync();
            }
#pragma warning disable CA1031 // Whatever went wrong, the fate is not known yet: it is asked for again, and in the end it is in doubt with this as its reason.
            catch (Exception error)
#pragma warning restore CA1031
            {
                if (error is BatchMarkGoneException || time.GetElapsedTime(started) > askFor)
                {
                    throw new WriteInDoubtException(new AggregateException(cause, error));
                }
            }

            await Task.Delay(AskAgainAfter, time, CancellationToken.None);
        }
    }
}

/// <summary>The mark that must stand where a batch was asked for was removed: its fate can no longer be found out.</summary>
internal sealed class BatchMarkGoneException() : Exception("The row that tells the fate of a batch is gone.");
