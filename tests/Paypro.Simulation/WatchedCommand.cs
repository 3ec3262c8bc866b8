using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>A command as the engine sees it in a simulation: the real one, with what a broken variant does around it.</summary>
internal sealed class WatchedCommand(WriteCommand real, Variant variant, Action<BatchState> saw) : WriteCommand
{
    public override short Bucket => real.Bucket;

    public override void Declare(Needs needs) => real.Declare(needs);

    public override void Run(BatchState state)
    {
        saw(state);
        variant.Before(real, state);
        real.Run(state);
        variant.After(real, state);
        state.Keep();
        if (variant.AnswersEarly)
        {
            real.Answer();
        }
    }

    public override void Answer() => real.Answer();

    public override void Fault(Exception error) => real.Fault(error);
}
