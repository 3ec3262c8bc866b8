namespace Paypro.Server.Platform;

/// <summary>
/// Time-ordered 63-bit ids, unique over all nodes without asking anybody: 38 bits of 10 ms since 2025, 15 bits of the
/// node's start number (given by the database, so a restart never meets its own past), 10 bits of sequence.
/// A node that starts 32,768 times while another one lives could meet its ids; the primary key would refuse them.
/// </summary>
internal sealed class IdSource(TimeProvider time)
{
    public const int UnitMs = 10;
    public static readonly long EpochMs = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly Lock _gate = new();
    private long _node = -1;
    private long _unit;
    private int _sequence;

    /// <summary>Tells it the number of this start, before the first id.</summary>
    public void Begin(int nodeStart) => _node = (nodeStart & 0x7FFF) << 10;

    public long Next()
    {
        if (_node < 0)
        {
            throw new InvalidOperationException("The start has not been counted yet.");
        }

        lock (_gate)
        {
            var unit = (time.NowMs() - EpochMs) / UnitMs;
            if (unit > _unit)
            {
                (_unit, _sequence) = (unit, 0);
            }
            else if (++_sequence == 1024)
            {
                // Faster than 102,400 a second, or the clock went back: borrow the next unit instead of waiting.
                (_unit, _sequence) = (_unit + 1, 0);
            }

            return (_unit << 25) | _node | (long)_sequence;
        }
    }

    /// <summary>When an id was made, Unix milliseconds UTC, to 10 ms (or a little early where units were borrowed).</summary>
    public static long TimeOf(long id) => (id >> 25) * UnitMs + EpochMs;

    /// <summary>The smallest id that can be made at a moment, to bound a range of ids by time.</summary>
    public static long FirstAt(long unixMs) => Math.Max(0, (unixMs - EpochMs) / UnitMs) << 25;
}
