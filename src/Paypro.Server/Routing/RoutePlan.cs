using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Merchants;

namespace Paypro.Server.Routing;

/// <summary>The channel accounts of an order in the order in which they are tried, and one sentence that says why.</summary>
internal sealed record RoutePlan(IReadOnlyList<Route> Routes, string Reason)
{
    /// <summary>Accounts that one order is tried at, at most.</summary>
    public const int Most = 5;

    /// <summary>Why the order is parked at the first account; null when that one has money of ours for it.</summary>
    public string? Parked { get; init; }

    /// <summary>What was said of single accounts, of those left out too.</summary>
    public IReadOnlyList<(long AccountId, string Why)> Said { get; init; } = [];

    /// <summary>What an attempt at one of its accounts keeps: the accounts after it.</summary>
    public string After(int index) => Join(Routes.Skip(index + 1).Select(route => route.Offer.Account.Id));

    /// <summary>The accounts of an attempt's plan, each with what is left after it.</summary>
    public static IEnumerable<(long AccountId, string After)> Read(string plan)
    {
        var ids = plan.Split(',', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < ids.Length; i++)
        {
            yield return (long.Parse(ids[i], CultureInfo.InvariantCulture), string.Join(',', ids[(i + 1)..]));
        }
    }

    /// <summary>
    /// Why what waits at an account is sent nowhere: that account, or one after it in its plan, is in recovery after a restore. It may have left there since the copy was
    /// made, and the copy does not know. Null when none is.
    /// </summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="accountId">Where it waits.</param>
    /// <param name="plan">What its attempt keeps of its plan.</param>
    public static string? Recovers(Snapshot snapshot, long accountId, string plan) =>
        snapshot.Recovering.Count == 0 ? null
        : Read(plan).Select(p => p.AccountId).Prepend(accountId).Where(snapshot.Recovering.Contains).Select(id => (long?)id).FirstOrDefault() is not { } recovering ? null
        : recovering == accountId ? AccountOffer.Recovery
        : string.Create(CultureInfo.InvariantCulture, $"account {recovering} of its plan is in recovery after a restore");

    public static string Join(IEnumerable<long> accountIds) => string.Join(',', accountIds.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>What routing looks at beside the configuration.</summary>
internal sealed record RoutingView
{
    /// <summary>Everybody is well, and what is drawn is the first.</summary>
    public static readonly RoutingView Plain = new();

    /// <summary>Pay-in accounts that go to the end of the plan, by number, and why.</summary>
    public IReadOnlyDictionary<long, string> Demoted { get; init; } = new Dictionary<long, string>();

    /// <summary>The instant whose terms have to be right, Unix milliseconds UTC.</summary>
    public long NowMs { get; init; }

    /// <summary>Our money at the rails: payouts go first where there is some.</summary>
    public FloatView Float { get; init; } = FloatView.Plenty;

    /// <summary>64 random bits, for weights and for the few orders that look whether a demoted account is well again.</summary>
    public ulong Draw { get; init; }
}

/// <summary>Which answers of a rail open the next attempt of a plan: it certainly took nothing, and the trouble is its own.</summary>
internal static class Cascade
{
    public static bool Opens(InstructionOutcome outcome) => outcome is InstructionOutcome.Declined { Scope: DeclineScope.Channel or DeclineScope.Funds };

    /// <summary>
    /// A payout that is declined because our money at the rail is used up (<see cref="DeclineScope.Funds"/>) goes on to an account of its plan that has some, else
    /// it is parked.
    /// </summary>
    public static bool Opens(SendOutcome outcome) => outcome is SendOutcome.Declined { Scope: DeclineScope.Channel or DeclineScope.Funds };

    /// <summary>Whether the account itself has to rest: our money there is used up.</summary>
    public static bool Stops(SendOutcome outcome) => outcome is SendOutcome.Declined { Scope: DeclineScope.Funds };
}
