using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Merchants;

namespace Paypro.Server.Routing;

/// <summary>
/// Tries a channel account without moving money, or registers it at its rail, and says in sentences what came of it. The account need not be open: it is tried
/// before it is.
/// </summary>
internal sealed class AccountTrial(SnapshotStore snapshots, TimeProvider time)
{
    /// <summary>Exit codes: all is right; something is wrong; it could not be tried.</summary>
    public const int Right = 0, Wrong = 1, NotTried = 2;

    /// <summary>Longer than the calls of any trial together.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Tries it.</summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="activates">Whether it is registered at its rail first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to print, and the exit code.</returns>
    public async Task<(string Says, int Code)> RunAsync(long accountId, bool activates, CancellationToken cancellation)
    {
        var number = accountId.ToString(CultureInfo.InvariantCulture);
        var snapshot = snapshots.Current;
        if (snapshot.Unusable.TryGetValue(accountId, out var unusable))
        {
            return ($"wrong: Channel account {number} cannot be used: {unusable.Problem}.", Wrong);
        }

        if (!snapshot.Accounts.TryGetValue(accountId, out var offer))
        {
            return ($"There is no channel account {number}.", NotTried);
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var lines = new List<TrialFinding> { new(TrialResult.Right, $"The settings and secrets of channel account {number} ({offer.Account.Channel}, {offer.Account.Country}) are complete.") };
        if (activates)
        {
            lines.Add(offer.Session is not IActivation activation ? new(TrialResult.Wrong, "This rail knows no registration.")
                : await activation.ActivateAsync(either.Token) is { } problem ? new(TrialResult.Wrong, problem)
                : new(TrialResult.Right, "The account is registered at its rail."));
        }

        lines.AddRange(offer.Session switch
        {
            IAccountTrials trials => await trials.TryAccountAsync(either.Token),
            IBalances balances => (await balances.BalancesAsync(either.Token)).Count > 0
                ? [new(TrialResult.Right, "The rail tells the account's balance.")]
                : [new(TrialResult.NoAnswer, "The rail does not tell the account's balance: its credentials are wrong, or it does not answer.")],
            _ => [new(TrialResult.Attention, "This rail has nothing that can be tried without moving money.")],
        });
        return (string.Join('\n', lines.Select(static line => $"{Word(line.Result)}: {line.Says}")), CodeOf(lines));
    }

    private static int CodeOf(List<TrialFinding> lines) =>
        lines.Exists(static line => line.Result == TrialResult.Wrong) ? Wrong : lines.Exists(static line => line.Result == TrialResult.NoAnswer) ? NotTried : Right;

    private static string Word(TrialResult result) => result switch
    {
        TrialResult.Right => "right",
        TrialResult.Attention => "look",
        TrialResult.Wrong => "wrong",
        _ => "no answer",
    };
}
