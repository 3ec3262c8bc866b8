using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Merchants;

namespace Paypro.Server.Routing;

/// <summary>
/// Tries a channel account without moving money, or registers it at its rail, and says in sentences what came of it. The account need not be open: it is tried
/// before it is.
/// </summary>
internal sealed class AccountTrial(SnapshotStore snapshots, RailCalls calls)
{
    /// <summary>Exit codes: all is right; something is wrong; it could not be tried.</summary>
    public const int Right = 0, Wrong = 1, NotTried = 2;

    /// <summary>Tries it.</summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="activates">Whether it is registered at its rail first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to print, and the exit code.</returns>
    public async Task<(string Says, int Code)> RunAsync(long accountId, bool activates, CancellationToken cancellation)
    {
        if (!snapshots.Current.Unusable.ContainsKey(accountId) && !snapshots.Current.Accounts.ContainsKey(accountId))
        {
            return ($"There is no channel account {accountId.ToString(CultureInfo.InvariantCulture)}.", NotTried);
        }

        var lines = await FindAsync(accountId, activates, cancellation);
        return (string.Join('\n', lines.Select(static line => $"{Word(line.Result)}: {line.Says}")), CodeOf(lines));
    }

    /// <summary>Tries it, for a screen or a call.</summary>
    /// <param name="accountId">The channel account. There is one.</param>
    /// <param name="activates">Whether it is registered at its rail first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>At least one finding.</returns>
    public async Task<List<TrialFinding>> FindAsync(long accountId, bool activates, CancellationToken cancellation)
    {
        var number = accountId.ToString(CultureInfo.InvariantCulture);
        var snapshot = snapshots.Current;
        if (!snapshot.Accounts.TryGetValue(accountId, out var offer))
        {
            var why = snapshot.Unusable.GetValueOrDefault(accountId)?.Problem ?? "it was changed just now";
            return [new(TrialResult.Wrong, $"Channel account {number} cannot be used: {why}.")];
        }

        var lines = new List<TrialFinding> { new(TrialResult.Right, $"The settings and secrets of channel account {number} ({offer.Account.Channel}, {offer.Account.Country}) are complete.") };
        if (activates)
        {
            var problem = await calls.ActivateAsync(offer);
            lines.Add(problem.Length > 0 ? new(TrialResult.Wrong, problem) : new(TrialResult.Right, "The account is registered at its rail."));
        }

        lines.AddRange(await calls.TryAsync(offer, cancellation));
        return lines;
    }

    /// <summary>A result in one word or two.</summary>
    public static string Word(TrialResult result) => result switch
    {
        TrialResult.Right => "right",
        TrialResult.Attention => "look",
        TrialResult.Wrong => "wrong",
        _ => "no answer",
    };

    private static int CodeOf(List<TrialFinding> lines) =>
        lines.Exists(static line => line.Result == TrialResult.Wrong) ? Wrong : lines.Exists(static line => line.Result == TrialResult.NoAnswer) ? NotTried : Right;
}
