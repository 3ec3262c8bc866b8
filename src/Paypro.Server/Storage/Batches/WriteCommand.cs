using Paypro.Server.Platform;

namespace Paypro.Server.Storage;

/// <summary>
/// One change of the hot tables, decided in memory inside a batch. It declares the rows it needs, and decides once they are
/// loaded and locked; the decision is pure (it may run again when a batch is repeated) and sees what the commands before it in
/// the batch did.
/// </summary>
internal abstract class WriteCommand
{
    /// <summary>The only bucket that it touches, 0 to 63.</summary>
    public abstract short Bucket { get; }

    /// <summary>When it was queued (<see cref="TimeProvider.GetTimestamp"/>), for the metrics.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Names the rows that <c>Decide</c> reads or changes. Runs before every try.</summary>
    public abstract void Declare(Needs needs);

    /// <summary>Decides and remembers the answer. A throw undoes this command alone.</summary>
    public abstract void Run(BatchState state);

    /// <summary>Called once, after COMMIT is certain.</summary>
    public abstract void Answer();

    /// <summary>Called once instead of <see cref="Answer"/>.</summary>
    public abstract void Fault(Exception error);
}

/// <inheritdoc cref="WriteCommand"/>
internal abstract class WriteCommand<TResult> : WriteCommand
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;
    private Exception? _error;

    public Task<TResult> Done => _done.Task;

    /// <summary>Pure. Refusals are results and leave no change behind; a throw is a bug and leaves none either.</summary>
    protected abstract TResult Decide(BatchState state);

    public sealed override void Run(BatchState state)
    {
        try
        {
            _error = null;
            _result = Decide(state);
            state.Keep();
        }
#pragma warning disable CA1031 // Whatever a decision throws is the answer of this command alone; nothing is swallowed.
        catch (Exception error)
#pragma warning restore CA1031
        {
            state.Undo();
            _error = error;
        }
    }

    public sealed override void Answer()
    {
        if (_error is null)
        {
            _done.TrySetResult(_result!);
        }
        else
        {
            _done.TrySetException(_error);
        }
    }

    public sealed override void Fault(Exception error) => _done.TrySetException(error);
}

/// <summary>The queue is full: answered with 503 and <c>Retry-After</c>; certainly nothing was stored.</summary>
internal sealed class WriterBusyException() : NotNowException("The writer's queue is full.");

/// <summary>The database failed and certainly nothing was stored.</summary>
internal sealed class WriteFailedException(Exception cause) : Exception("The database did not take the change.", cause)
{
    /// <summary>The command was the reason, not the database.</summary>
    public bool IsOfOneCommand { get; init; }
}

/// <summary>COMMIT may or may not have happened and asking again failed: nobody may call it a failure.</summary>
internal sealed class WriteInDoubtException(Exception cause) : Exception("It is not known whether the change was stored.", cause);
