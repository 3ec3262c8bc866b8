using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// The core with one thing broken on purpose, to show that the checks would notice. All of it happens out here, around commands,
/// channels, clocks and receivers: the product has no switch for any of it.
/// </summary>
internal abstract class Variant
{
    public static readonly Variant None = new Unbroken();

    /// <summary>For <c>--broken</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The checks of which one has to notice it.</summary>
    public abstract IReadOnlyList<string> CaughtBy { get; }

    /// <summary>Callers are answered before COMMIT.</summary>
    public virtual bool AnswersEarly => false;

    /// <summary>A COMMIT whose reply was lost counts as failed.</summary>
    public virtual bool DoubtIsFailure => false;

    /// <summary>Whoever asks for the fate of a COMMIT takes what an earlier question has left for the batch.</summary>
    public virtual bool ProbeIsBatch => false;

    public virtual bool TrustsForgeries => false;

    /// <summary>Any answer of a merchant's server counts as taken.</summary>
    public virtual bool AnyAnswerTakes => false;

    /// <summary>Merchants hear of results before they are stored.</summary>
    public virtual bool TellsEarly => false;

    /// <summary>A pause is not seen on the monotonic clock, so that an ended lease looks good.</summary>
    public virtual bool SleepsThroughLeases => false;

    /// <summary>A listing is read, and nothing of it is told.</summary>
    public virtual bool ListsNothing => false;

    /// <summary>A channel calls its rail's silence a decline, so that another one is tried.</summary>
    public virtual bool SilenceIsDecline => false;

    /// <summary>A channel takes the rail's lack of our money for the order's own fault.</summary>
    public virtual bool FundsAreTheOrders => false;

    /// <summary>A channel takes a rail's later cancellation for want of our money for the order's own fault.</summary>
    public virtual bool CancelledIsTheOrders => false;

    /// <summary>A rail's balance does not know yet what the rail has accepted.</summary>
    public virtual bool BalancesLag => false;

    /// <summary>The weather in which its fault shows: drawn as ever, but for what it needs.</summary>
    public virtual Weather In(Weather drawn) => drawn;

    /// <summary>Whether the rail tells all that moved; as the seed has it, unless its fault shows in one kind alone.</summary>
    public virtual bool Lists(bool drawn) => drawn;

    public virtual ChannelTraits Traits(ChannelTraits traits) => traits;

    /// <summary>What it touches beside what a command does.</summary>
    public virtual void Declare(WriteCommand command, Needs needs)
    {
    }

    /// <summary>Before a command decides.</summary>
    public virtual void Before(WriteCommand command, BatchState state)
    {
    }

    /// <summary>After it has decided and its changes are kept.</summary>
    public virtual void After(WriteCommand command, BatchState state)
    {
    }

    private sealed class Unbroken : Variant
    {
        public override string Name => "none";

        public override IReadOnlyList<string> CaughtBy => [];
    }
}
