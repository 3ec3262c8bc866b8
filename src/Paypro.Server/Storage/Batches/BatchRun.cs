namespace Paypro.Server.Storage;

/// <summary>How both engines run a batch: as one transaction, and one by one when that failed for a reason that may lie in a command.</summary>
internal static class BatchRun
{
    /// <param name="commands">The batch.</param>
    /// <param name="transactAsync">
    /// Runs commands as one transaction. Throws <see cref="WriteFailedException"/> when the database itself is in trouble,
    /// <see cref="WriteInDoubtException"/> when nobody knows, and anything else when certainly nothing was stored and a command may be the reason.
    /// </param>
    /// <param name="log">The engine's.</param>
    /// <exception cref="WriteFailedException">Certainly nothing was stored.</exception>
    /// <exception cref="WriteInDoubtException">Whether it was stored could not be found out.</exception>
    public static async Task RunAsync(IReadOnlyList<WriteCommand> commands, Func<IReadOnlyList<WriteCommand>, Task> transactAsync, ILogger log)
    {
        try
        {
            await transactAsync(commands);
        }
        catch (Exception error) when (error is not (WriteFailedException or WriteInDoubtException))
        {
            if (commands.Count == 1)
            {
                // Logged by the writer, like every batch that fails.
                WriterMeter.FailedAlone.Add(1);
                throw new WriteFailedException(error) { IsOfOneCommand = true };
            }

            WriterMeter.DataErrors.Add(1);
            log.LogWarning("A batch of {Count} met {Kind} ({Error}); each command runs alone", commands.Count, error.GetType().Name, error.Message);
            await OneByOneAsync(commands, transactAsync, log);
        }
    }

    /// <summary>
    /// The command that made the batch fail fails alone. Its neighbours' answers are given by the caller, its own here. When the database
    /// gets into trouble meanwhile, the rest is not tried: each would wait for it anew.
    /// </summary>
    private static async Task OneByOneAsync(IReadOnlyList<WriteCommand> commands, Func<IReadOnlyList<WriteCommand>, Task> transactAsync, ILogger log)
    {
        WriteFailedException? notTried = null;
        foreach (var command in commands)
        {
            if (notTried is not null)
            {
                command.Fault(notTried);
                continue;
            }

            try
            {
                await transactAsync([command]);
            }
            catch (WriteInDoubtException error)
            {
                command.Fault(error);
                notTried = new WriteFailedException(error);
            }
            catch (WriteFailedException error)
            {
                command.Fault(error);
                notTried = error;
            }
#pragma warning disable CA1031 // Whatever it was, it is this command's answer alone, and it is logged.
            catch (Exception error)
#pragma warning restore CA1031
            {
                WriterMeter.FailedAlone.Add(1);
                log.LogError(error, "A command {Command} failed alone", command.GetType().Name);
                command.Fault(new WriteFailedException(error));
            }
        }
    }
}
