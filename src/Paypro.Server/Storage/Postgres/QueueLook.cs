namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// How far back a look at a queue goes. What was taken out of a queue stays in PostgreSQL's index for as long as any transaction is
/// older (a dump, a report), and a look at everything that is due walks over all of it. So a look at everything rests afterwards in
/// proportion to what it took, and the looks in between begin shortly before the look before.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="overlapMs">A row becomes visible at its COMMIT, so much later than its time at most; what comes later waits for a look at everything.</param>
internal sealed class QueueLook(TimeProvider time, int overlapMs)
{
    /// <summary>A look at everything takes at most this part of the time, …</summary>
    private const int Rest = 20;

    /// <summary>… or half of it while rows are known to be left behind.</summary>
    private const int RestWithMore = 1;

    private readonly Lock _gate = new();
    private long _lookedAt;
    private long _wholeEndedAt;
    private TimeSpan _rest;
    private bool _hasLooked;

    /// <summary>Whether rows that were due were left behind by the look before.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Begins a look.</summary>
    public Look Begin()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var whole = !_hasLooked || time.GetElapsedTime(_wholeEndedAt, now) >= _rest;
            return new(now, whole ? null : (long)time.GetElapsedTime(_lookedAt, now).TotalMilliseconds + overlapMs);
        }
    }

    /// <summary>Ends a look.</summary>
    /// <param name="look">The look.</param>
    /// <param name="hasMore">Whether rows that were due were left behind.</param>
    public void End(Look look, bool hasMore)
    {
        lock (_gate)
        {
            (_lookedAt, _hasLooked, HasMore) = (look.BeganAt, true, hasMore);
            if (look.WithinMs is null)
            {
                _wholeEndedAt = time.GetTimestamp();
                _rest = time.GetElapsedTime(look.BeganAt, _wholeEndedAt) * (hasMore ? RestWithMore : Rest);
            }
            else if (hasMore)
            {
                _rest = TimeSpan.Zero;
            }
        }
    }

    /// <param name="BeganAt">Monotonic.</param>
    /// <param name="WithinMs">Only what fell due within so many milliseconds; null: everything.</param>
    internal readonly record struct Look(long BeganAt, long? WithinMs);
}
