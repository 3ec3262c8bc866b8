using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>The real engine until it is told to fail, or to stand still.</summary>
internal sealed class FaultyEngine(IBatchEngine real) : IBatchEngine
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What every batch ends with from now on; null: it runs.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What every batch waits for from now on.</summary>
    public Task? Gate { get; set; }

    /// <summary>Ends when a batch stands at the gate.</summary>
    public Task Entered => entered.Task;

    /// <summary>Puts one around whatever engine is registered.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var own = services.Last(s => s.ServiceType == typeof(IBatchEngine));
        services.AddSingleton(s => new FaultyEngine((IBatchEngine)own.ImplementationFactory!(s)));
        services.AddSingleton<IBatchEngine>(s => s.GetRequiredService<FaultyEngine>());
    }

    public async Task RunAsync(IReadOnlyList<WriteCommand> commands)
    {
        if (Gate is { } gate)
        {
            entered.TrySetResult();
            await gate;
        }

        if (Fault is { } fault)
        {
            throw fault;
        }

        await real.RunAsync(commands);
    }

    public Task<T> InTurnAsync<T>(Func<Task<T>> change) => real.InTurnAsync(change);
}
