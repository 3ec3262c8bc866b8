using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What an order waits for, and on whose rail: read from the order and its attempts alone, by whoever sets a timer and by whoever takes it.</summary>
/// <param name="Work">What is to be done.</param>
/// <param name="Attempt">With which attempt; null when no rail is needed.</param>
internal sealed record TimerPlan(TimerWork Work, AttemptRow? Attempt)
{
    /// <summary>Where no rail is needed: 0, or the lane of the screening service.</summary>
    private long Without { get; init; }

    public TimerLane Lane => new(Attempt?.ChannelAccountId ?? Without, Work);

    /// <summary>What has to be done with an order when its timer is due.</summary>
    /// <param name="order">The order.</param>
    /// <param name="attempts">All its attempts, the oldest first.</param>
    /// <param name="atMs">When: Unix milliseconds UTC.</param>
    public static TimerPlan Of(OrderRow order, IReadOnlyList<AttemptRow> attempts, long atMs)
    {
        if (HasEnded(order, attempts, atMs))
        {
            return new(TimerWork.AskLate, LongestUnasked(attempts.Where(MayHaveMoved)));
        }

        if (order.IsHeld)
        {
            // Parked nowhere: no account resumes it, and its timer ends it.
            return new(TimerWork.Parked, null);
        }

        if (order.Direction != Direction.PayIn)
        {
            return attempts.Count == 0 ? new(TimerWork.Ask, null)
                : attempts[^1].State is AttemptState.Screening or AttemptState.Held ? new(TimerWork.Ask, null) { Without = TimerLane.Screening }
                : new(attempts[^1].State switch { AttemptState.Ready => TimerWork.Send, AttemptState.Parked => TimerWork.Parked, _ => TimerWork.Ask }, attempts[^1]);
        }

        return new(TimerWork.Ask, LongestUnasked(Open(order, attempts, atMs)));
    }

    /// <summary>
    /// The attempts of a pay-in under way that have to be asked about: those whose fate is unknown, and from its end on every one whose rail has not
    /// answered since.
    /// </summary>
    public static IEnumerable<AttemptRow> Open(OrderRow order, IReadOnlyList<AttemptRow> attempts, long atMs)
    {
        if (atMs < order.ExpiresAtMs)
        {
            return attempts.Where(IsUnknown);
        }

        // An order that may end and did not is asked about anew.
        var unanswered = attempts.Where(a => IsUnknown(a) || (MayHaveMoved(a) && a.AnsweredAtMs < order.ExpiresAtMs)).ToList();
        return unanswered.Count > 0 ? unanswered : attempts.Where(MayHaveMoved);
    }

    /// <summary>
    /// Whether nothing but late money can come of it: it has a result, or its time is over, every rail has answered since, and it waits for the rest or for a
    /// person.
    /// </summary>
    public static bool HasEnded(OrderRow order, IReadOnlyList<AttemptRow> attempts, long atMs) => order.State switch
    {
        OrderState.Pending => order is { Direction: Direction.PayIn, SuspenseMinor: > 0 } && order.Exceptions.HasFlag(OrderExceptions.NeedsPerson)
            && IsAnswered(order, attempts, atMs),
        OrderState.PartlyPaid => IsAnswered(order, attempts, atMs),
        _ => true,
    };

    /// <summary>Whether its time is over and every rail has answered since.</summary>
    public static bool IsAnswered(OrderRow order, IReadOnlyList<AttemptRow> attempts, long atMs) =>
        atMs >= order.ExpiresAtMs && attempts.All(a => !IsUnknown(a) && (!MayHaveMoved(a) || a.AnsweredAtMs >= order.ExpiresAtMs));

    /// <summary>Whether the rail has it and money may have moved for it.</summary>
    public static bool MayHaveMoved(AttemptRow attempt) => attempt.State is not (AttemptState.Failed or AttemptState.Ready) && !attempt.IsKeptBack;

    private static bool IsUnknown(AttemptRow attempt) => attempt.State is AttemptState.Sending or AttemptState.Unknown;

    private static AttemptRow? LongestUnasked(IEnumerable<AttemptRow> attempts) => attempts.MinBy(static a => (a.AskedAtMs, a.AttemptNo));
}
