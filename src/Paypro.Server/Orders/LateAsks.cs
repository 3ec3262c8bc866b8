using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Asking on after an order's end: money may come, or go back, until the channel says that it no longer can.</summary>
internal static class LateAsks
{
    /// <summary>How often an order that has ended is asked about, milliseconds.</summary>
    public const long EveryMs = 24 * 3_600_000;

    /// <summary>After the last moment for money, how long a rail that does not answer is asked on, milliseconds.</summary>
    public const long SilentForMs = 30 * EveryMs;

    /// <summary>When the first such question comes after the end, milliseconds; 0 = none, because no money can come or a listing tells of it.</summary>
    public static long FirstAfterMs(AccountOffer? offer, Direction direction, string way) =>
        offer is null ? EveryMs
        : offer.Session is IListings listing && listing.TellsOf(direction) ? 0
        : Math.Min(EveryMs, (long)offer.TraitsOf(direction, way).MoneyMayComeFor.TotalMilliseconds);

    /// <summary>The order has ended: its rails are asked on. With several attempts it is found out later whether any has to be.</summary>
    public static OrderRow AskLate(this OrderRow order, BatchState state, long firstAfterMs) =>
        order.DueAt(state, firstAfterMs == 0 && order.AttemptCount <= 1 ? 0 : state.NowMs + (firstAfterMs == 0 ? EveryMs : firstAfterMs));

    /// <summary>The attempts that are still asked about, each with the last moment at which money may move for it. Unix milliseconds UTC.</summary>
    /// <param name="snapshot">The channel accounts. One that is left out at present is asked later.</param>
    /// <param name="order">An order that has ended.</param>
    /// <param name="attempts">All its attempts.</param>
    public static Dictionary<short, long> Until(Snapshot snapshot, OrderRow order, IReadOnlyList<AttemptRow> attempts)
    {
        // A payout that failed is over; one that a person called failed may still be paid.
        var isOver = order.Direction != Direction.PayIn && order.State != OrderState.Paid && !order.Exceptions.HasFlag(OrderExceptions.Decided);
        var endedAtMs = Math.Max(order.SuccessAtMs, order.Direction == Direction.PayIn ? order.ExpiresAtMs : order.CreatedAtMs);
        var until = new Dictionary<short, long>();
        foreach (var attempt in isOver ? [] : attempts.Where(a => TimerPlan.MayHaveMoved(a) || order.Direction != Direction.PayIn))
        {
            var offer = snapshot.Accounts.GetValueOrDefault(attempt.ChannelAccountId);
            if (FirstAfterMs(offer, AttemptRefs.DirectionOf(order, attempt), attempt.Way) > 0)
            {
                until[attempt.AttemptNo] = endedAtMs + (offer is null ? 0 : (long)offer.TraitsOf(AttemptRefs.DirectionOf(order, attempt), attempt.Way).MoneyMayComeFor.TotalMilliseconds);
            }
        }

        return until;
    }

    /// <summary>The attempt to ask about next: the one not asked for longest, of those whose rail has not answered since the last moment for money; null when none is left.</summary>
    public static AttemptRow? Next(IReadOnlyList<AttemptRow> attempts, IReadOnlyDictionary<short, long> until, long nowMs) => attempts
        .Where(a => until.TryGetValue(a.AttemptNo, out var last) && a.AnsweredAtMs <= last && nowMs < last + SilentForMs)
        .MinBy(static a => (a.AskedAtMs, a.AttemptNo));
}

/// <summary>Takes an order that has ended to ask its rail on.</summary>
/// <param name="key">The order.</param>
/// <param name="dueAtMs">The timer that was seen; another value means that somebody was here.</param>
/// <param name="accountId">The channel account in whose lane the caller works.</param>
/// <param name="until">As <see cref="LateAsks.Until"/> says.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class TakeLate(OrderKey key, long dueAtMs, long accountId, IReadOnlyDictionary<short, long> until, long nowMs) : WriteCommand<DueResult>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override DueResult Decide(BatchState state)
    {
        if (state.Orders.Find(key) is not { } order || order.TimerDueMs != dueAtMs)
        {
            state.Timers.DeleteUnseen(new TimerKey(key.Bucket, dueAtMs, key.Id));
            return new(DueAction.Nothing, null, null);
        }

        var attempts = state.AttemptsOf(order);
        var asked = TimerPlan.HasEnded(order, attempts, nowMs) ? LateAsks.Next(attempts, until, nowMs) : null;
        if (asked is null)
        {
            order.DueAt(state, TimerPlan.HasEnded(order, attempts, nowMs) ? 0 : Math.Max(state.NowMs, dueAtMs + 1)).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        if (asked.ChannelAccountId != accountId)
        {
            order.DueAt(state, Math.Max(state.NowMs, dueAtMs + 1)).Save(state);
            return new(DueAction.Nothing, null, null);
        }

        asked = asked with { QueryCount = asked.QueryCount + 1, AskedAtMs = nowMs };
        asked.Save(state);
        var next = LateAsks.Next(state.AttemptsOf(order), until, nowMs)!;
        var nextAtMs = next.AskedAtMs + LateAsks.EveryMs;

        // The last question is asked when no money can move any more.
        var last = until[next.AttemptNo];
        nextAtMs = last > nowMs ? Math.Min(nextAtMs, last + 1) : nextAtMs;
        order = order.DueAt(state, state.NowMs + Math.Max(1, nextAtMs - nowMs));
        order.Save(state);
        return new(DueAction.Query, order, asked);
    }
}

/// <summary>The rail has answered a question about an order that has ended.</summary>
internal sealed class NoteAnswer(AttemptKey attempt, long askedAtMs) : WriteCommand<bool>
{
    public override short Bucket => attempt.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(new OrderKey(attempt.Bucket, attempt.OrderId));

    protected override bool Decide(BatchState state)
    {
        var row = state.Attempts.Get(attempt);
        if (row.AnsweredAtMs >= askedAtMs)
        {
            return false;
        }

        (row with { AnsweredAtMs = askedAtMs }).Save(state);
        return true;
    }
}
