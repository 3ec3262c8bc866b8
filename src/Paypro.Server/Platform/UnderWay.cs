namespace Paypro.Server.Platform;

/// <summary>Counts what is under way, so that a stop or a test can wait for its end.</summary>
internal sealed class UnderWay
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _none;
    private int _count;

    public void Enter()
    {
        lock (_gate)
        {
            _count++;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }

    public Task WhenNoneAsync()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
