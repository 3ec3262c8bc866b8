namespace Paypro.Server.Platform;

/// <summary>
/// Runs a <c>RunOnceAsync</c> again and again until the process stops. The work itself starts no tasks of its own, so that a
/// test or a simulation can take its turns one by one.
/// </summary>
/// <param name="name">For the log.</param>
/// <param name="turn">One turn; true when there may be more to do at once.</param>
/// <param name="poll">How long to rest after a turn that found nothing.</param>
/// <param name="slowest">Each rest that no signal ended makes the next one half as long again, up to this: what comes without a signal is found at most half as late again as it was long in coming.</param>
/// <param name="signal">Ends the rest early.</param>
/// <param name="lifetime">The first turn waits until everything is started: a start that fails has run nothing.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Faults are logged and the loop goes on.</param>
internal sealed class Loop(
    string name, Func<CancellationToken, Task<bool>> turn, TimeSpan poll, TimeSpan slowest, Signal signal, IHostApplicationLifetime lifetime, TimeProvider time, ILogger log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(() => started.TrySetResult()))
        await using (stoppingToken.Register(() => started.TrySetCanceled(stoppingToken)))
        {
            try
            {
                await started.Task;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        var rest = poll;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await turn(stoppingToken))
                {
                    rest = poll;
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NotNowException error)
            {
                log.LogWarning("The {Loop} loop tries again later: {Reason}", name, error.Message);
            }
#pragma warning disable CA1031 // A loop outlives the faults of its work; each is logged.
            catch (Exception error)
#pragma warning restore CA1031
            {
                log.LogError(error, "The {Loop} loop failed and goes on", name);
            }

            try
            {
                rest = await signal.WaitAsync(rest, time, stoppingToken) ? poll : Longer(rest);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private TimeSpan Longer(TimeSpan rest) => rest * 1.5 < slowest ? rest * 1.5 : slowest;
}

/// <summary>Registers loops.</summary>
internal static class LoopSetup
{
    /// <summary>Adds a loop that runs while the process does; without <paramref name="slowest"/> its rests do not grow.</summary>
    public static void AddLoop(
        this IServiceCollection services, string name, Func<IServiceProvider, Func<CancellationToken, Task<bool>>> turn, TimeSpan poll,
        Func<IServiceProvider, Signal>? signal = null, TimeSpan? slowest = null) =>
        services.AddSingleton<IHostedService>(s => new Loop(
            name, turn(s), poll, slowest ?? poll, signal?.Invoke(s) ?? new Signal(), s.GetRequiredService<IHostApplicationLifetime>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>().CreateLogger("Paypro.Loop")));
}
