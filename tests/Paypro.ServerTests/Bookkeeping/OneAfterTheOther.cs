namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Two changes of one row, of which the second one begins while the first one has read and not committed.</summary>
internal static class OneAfterTheOther
{
    private static readonly TimeSpan Meanwhile = TimeSpan.FromMilliseconds(700);

    /// <param name="first">Calls what it is given within its transaction, after it has read.</param>
    /// <param name="second">The other one; what waits for the first one's lock ends after it.</param>
    /// <returns>What each said.</returns>
    public static async Task<(T First, T Second)> DoAsync<T>(Func<Action, Task<T>> first, Func<Task<T>> second)
    {
        var hasRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goes = new ManualResetEventSlim();
        var one = Task.Run(() => first(() =>
        {
            hasRead.TrySetResult();
            goes.Wait(TimeSpan.FromSeconds(20));
        }));
        await Task.WhenAny(hasRead.Task, one);
        var other = Task.Run(second);
        await Task.WhenAny(other, Task.Delay(Meanwhile, TimeProvider.System));
        goes.Set();
        return (await one, await other);
    }
}
