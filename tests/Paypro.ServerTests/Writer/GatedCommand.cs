using Paypro.Server.Storage;

namespace Paypro.ServerTests.Writer;

/// <summary>A command that stops its lane in the middle of a batch until it is let go, so that a test knows what gathers behind it.</summary>
internal sealed class GatedCommand(short bucket) : WriteCommand<bool>
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new();

    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
    }

    /// <summary>Ends when the lane stands.</summary>
    public Task Entered => _entered.Task;

    public void LetGo() => _gate.SetResult();

    protected override bool Decide(BatchState state)
    {
        _entered.TrySetResult();
        return _gate.Task.Wait(TimeSpan.FromSeconds(60));
    }
}

/// <summary>Writes one line of history as it is given it, or throws instead.</summary>
internal sealed class HistoryCommand(short bucket, long orderId, string cause, string detail, Exception? instead = null) : WriteCommand<long>
{
    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
    }

    protected override long Decide(BatchState state)
    {
        var line = new EventRow { Bucket = bucket, OrderId = orderId, Sequence = 1, Type = EventType.Created, Cause = cause, Detail = detail, AtMs = 1 };
        state.Events.Insert(line.Key, line);
        return instead is null ? orderId : throw instead;
    }
}

/// <summary>Breaks the batch where no rule of a row does.</summary>
/// <param name="bucket">The only one that it touches.</param>
/// <param name="where"><c>declare</c>: before anything is loaded; <c>load</c>: what it needs cannot be.</param>
internal sealed class UnrulyCommand(short bucket, string where) : WriteCommand<long>
{
    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
        if (where == "declare")
        {
            throw new NotSupportedException("poison");
        }

        // No such currency: the account cannot be opened.
        needs.Accounts.Add(new AccountKey(bucket, 0));
    }

    protected override long Decide(BatchState state) => 0;
}
