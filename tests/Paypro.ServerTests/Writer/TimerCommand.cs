using Paypro.Server.Storage;

namespace Paypro.ServerTests.Writer;

/// <summary>Sets a timer; takes it away first, without knowing whether it is there, where asked to.</summary>
internal sealed class TimerCommand(TimerRow timer, bool takeFirst) : WriteCommand<bool>
{
    public override short Bucket => timer.Bucket;

    public override void Declare(Needs needs)
    {
    }

    protected override bool Decide(BatchState state)
    {
        if (takeFirst)
        {
            state.Timers.DeleteUnseen(timer.Key);
        }

        state.Timers.InsertKey(timer.Key, timer);
        return takeFirst;
    }
}
