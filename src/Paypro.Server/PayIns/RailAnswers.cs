using System.Collections.Concurrent;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// The pay-ins for which this process is asking a rail at this moment. Whoever sends the same request again waits here for the answer instead of reading the
/// order again and again.
/// </summary>
internal sealed class RailAnswers
{
    private readonly ConcurrentDictionary<OrderKey, TaskCompletionSource> _awaited = new();

    /// <summary>Until it is disposed of, the order's answer is awaited. Dispose of it when what the rail said is stored.</summary>
    public IDisposable Await(OrderKey order)
    {
        var answer = new TaskCompletionSource();
        return new Asking(_awaited, order, _awaited.TryAdd(order, answer) ? answer : null);
    }

    /// <summary>Ends when the answer is stored.</summary>
    /// <returns>Null when this process asks nobody about it.</returns>
    public Task? Of(OrderKey order) => _awaited.GetValueOrDefault(order)?.Task;

    /// <param name="awaited">Where it is struck out.</param>
    /// <param name="order">Whose answer it is.</param>
    /// <param name="answer">Null when another call of this process is asking about the order already.</param>
    private sealed class Asking(ConcurrentDictionary<OrderKey, TaskCompletionSource> awaited, OrderKey order, TaskCompletionSource? answer) : IDisposable
    {
        public void Dispose()
        {
            if (answer is not null)
            {
                awaited.TryRemove(order, out _);
                answer.SetResult();
            }
        }
    }
}
