namespace Paypro.Simulation;

/// <summary>What somebody else took out of our pots, until it is known here: for so long a rail may lack what its last balance told.</summary>
internal sealed class Drains(VirtualClock clock)
{
    /// <summary>What was counted before we knew has left by then, unless a node stood still for longer.</summary>
    private const long LeavesWithinMs = 2 * 3_600_000;

    /// <summary>An answer may be lost, or overtaken by another.</summary>
    private const int ToldUntilKnown = 3;

    private readonly Dictionary<long, (long AtMs, int Told)> _taken = [];

    public void Taken(long accountId) => _taken[accountId] = (clock.NowMs, 0);

    /// <summary>Whether an account's rail may lack what we know of.</summary>
    public bool IsUnknown(long accountId) => _taken.ContainsKey(accountId);

    /// <summary>A balance of an account is told.</summary>
    public void Told(long accountId)
    {
        if (!_taken.TryGetValue(accountId, out var taken) || clock.NowMs - taken.AtMs < LeavesWithinMs)
        {
            return;
        }

        if (taken.Told + 1 == ToldUntilKnown)
        {
            _taken.Remove(accountId);
        }
        else
        {
            _taken[accountId] = taken with { Told = taken.Told + 1 };
        }
    }
}
