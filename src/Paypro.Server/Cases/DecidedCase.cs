using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>
/// What a decision was made for: a case as it was opened then, and the attempt that its order had got to. The same trouble again opens the same case, with another outcome to
/// decide; a decision is of none but its own.
/// </summary>
/// <param name="Key">The case.</param>
/// <param name="OpenedAtMs">When it was opened (<see cref="CaseRow.OpenedAtMs"/>).</param>
/// <param name="Attempts">How many attempts its payout, refund or withdrawal had; 0 for what has none that matter.</param>
internal sealed record DecidedCase(CaseKey Key, long OpenedAtMs, int Attempts)
{
    /// <summary>Names the case for a command that is carried out for it alone.</summary>
    public static void Declare(DecidedCase? decided, Needs needs)
    {
        if (decided is not null)
        {
            needs.Cases.Add(decided.Key);
        }
    }

    /// <summary>Whether the case is open as it was when it was decided, and nothing of it has changed in this batch. What is decided without a case stands always.</summary>
    public static bool Stands(DecidedCase? decided, BatchState state) => decided is null
        || (state.CaseChanges.Seen(decided.Key) is null && state.Cases.Find(decided.Key) is { State: CaseState.Open } open && open.OpenedAtMs == decided.OpenedAtMs);
}
