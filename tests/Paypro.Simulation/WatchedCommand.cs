using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>A command as the engine sees it in a simulation: the real one, with what a broken variant does around it.</summary>
internal sealed class WatchedCommand(WriteCommand real, Variant variant, Action<BatchState> ran) : WriteCommand
{
    public override short Bucket => real.Bucket;

    public override void Declare(Needs needs)
    {
        real.Declare(needs);
        variant.Declare(real, needs);
    }

    public override void Run(BatchState state)
    {
        variant.Before(real, state);
        real.Run(state);
        variant.After(real, state);
        state.Keep();
        ran(state);
    }

    public override void Answer() => real.Answer();

    public override void Fault(Exception error) => real.Fault(error);
}

/// <summary>The end of a batch that is only rehearsed: nothing of it is stored.</summary>
internal sealed class EndOfRehearsal(short bucket) : WriteCommand
{
    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
    }

    /// <summary>As the database's own failure, which runs no command again.</summary>
    public override void Run(BatchState state) => throw new WriteFailedException(new RehearsedException());

    public override void Answer()
    {
    }

    public override void Fault(Exception error)
    {
    }
}

/// <summary>Ends a rehearsal.</summary>
internal sealed class RehearsedException() : Exception("The batch was only rehearsed.");
