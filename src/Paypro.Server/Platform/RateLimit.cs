using System.Collections.Concurrent;

namespace Paypro.Server.Platform;

/// <summary>
/// So many in a time, for each key by itself: a burst at once, then evenly. Of a key it holds one number, the moment at which the
/// key would have used up nothing (the generic cell rate algorithm), so that a call costs a look-up and one exchange and allocates
/// nothing. Memory is bounded: keys at rest are swept away when there are too many, and a key that still finds no room is
/// not limited, since refusing one caller because of others would let them lock each other out.
/// </summary>
/// <typeparam name="TKey">Who is limited.</typeparam>
/// <param name="count">So many, 0 = without limit.</param>
/// <param name="period">In this time.</param>
/// <param name="burst">So many at once, at least 1.</param>
/// <param name="mostKeys">Keys held at once.</param>
/// <param name="time">The clock; only elapsed time counts.</param>
internal sealed class RateLimit<TKey>(int count, TimeSpan period, int burst, int mostKeys, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Slot> _slots = [];
    private readonly long _step = count == 0 ? 0 : Math.Max(1, (long)(period.TotalSeconds * time.TimestampFrequency / count));
    private readonly long _room = count == 0 ? 0 : Math.Max(1, (long)(period.TotalSeconds * time.TimestampFrequency / count)) * burst;
    private int _held;
    private long _sweptAt;

    public bool IsOn => count > 0;

    /// <summary>How many keys are held.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Takes one; when there is none left, says in how many whole seconds there is one again (at least 1).</summary>
    /// <returns>0 when it was taken.</returns>
    public int Take(TKey key)
    {
        if (!IsOn || SlotOf(key) is not { } slot)
        {
            return 0;
        }

        var now = time.GetTimestamp();
        while (true)
        {
            var at = Volatile.Read(ref slot.EmptyAt);
            var next = Math.Max(at, now) + _step;
            if (next - now > _room)
            {
                return Seconds(next - now - _room);
            }

            if (Interlocked.CompareExchange(ref slot.EmptyAt, next, at) == at)
            {
                return 0;
            }
        }
    }

    /// <summary>What <see cref="Take"/> would say, without taking.</summary>
    public int Look(TKey key)
    {
        if (!IsOn || !_slots.TryGetValue(key, out var slot))
        {
            return 0;
        }

        var over = Volatile.Read(ref slot.EmptyAt) + _step - time.GetTimestamp() - _room;
        return over > 0 ? Seconds(over) : 0;
    }

    /// <summary>Counts one that happened, whether there was room for it or not: those that came side by side are waited for afterwards.</summary>
    public void Count(TKey key)
    {
        if (!IsOn || SlotOf(key) is not { } slot)
        {
            return;
        }

        var now = time.GetTimestamp();
        long at;
        do
        {
            at = Volatile.Read(ref slot.EmptyAt);
        }
        while (Interlocked.CompareExchange(ref slot.EmptyAt, Math.Max(at, now) + _step, at) != at);
    }

    private int Seconds(long ticks) => (int)Math.Clamp((ticks + time.TimestampFrequency - 1) / time.TimestampFrequency, 1, 3600);

    private Slot? SlotOf(TKey key)
    {
        if (_slots.TryGetValue(key, out var slot))
        {
            return slot;
        }

        if (Held >= mostKeys && !Sweep())
        {
            return null;
        }

        var made = new Slot { EmptyAt = time.GetTimestamp() };
        var kept = _slots.GetOrAdd(key, made);
        if (ReferenceEquals(kept, made))
        {
            Interlocked.Increment(ref _held);
        }

        return kept;
    }

    /// <summary>Forgets keys at rest, at most once a second; a key that is used in this moment begins anew, which costs a count or two.</summary>
    private bool Sweep()
    {
        var (now, last) = (time.GetTimestamp(), Volatile.Read(ref _sweptAt));
        if (now - last < time.TimestampFrequency || Interlocked.CompareExchange(ref _sweptAt, now, last) != last)
        {
            return false;
        }

        foreach (var (key, slot) in _slots)
        {
            if (Volatile.Read(ref slot.EmptyAt) <= now && _slots.TryRemove(key, out _))
            {
                Interlocked.Decrement(ref _held);
            }
        }

        return Held < mostKeys;
    }

    private sealed class Slot
    {
        public long EmptyAt;
    }
}
