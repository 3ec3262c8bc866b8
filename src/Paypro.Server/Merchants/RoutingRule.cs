using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>A channel account that a rule names.</summary>
/// <param name="AccountId">Its number.</param>
/// <param name="Weight">Its share of being first, beside the other weights; 0 = only after those that have one.</param>
internal readonly record struct RoutingShare(long AccountId, int Weight);

/// <summary>A rule of the operator: which channel accounts take an order, and in which order they are tried.</summary>
internal sealed record RoutingRule
{
    /// <summary>The kind of its case when it cannot be read.</summary>
    public const string ProblemKind = "routing-rule";

    /// <summary>The largest weight.</summary>
    public const int MostWeight = 1_000_000;

    /// <summary>Channel accounts that one rule may name.</summary>
    public const int MostAccounts = 20;

    public required long Id { get; init; }
    public required string Country { get; init; }
    public required Direction Direction { get; init; }
    public string Way { get; init; } = "*";

    /// <summary>0 = every merchant.</summary>
    public long MerchantNo { get; init; }
    public long MinimumMinor { get; init; }

    /// <summary>0 = none.</summary>
    public long MaximumMinor { get; init; }
    public int Priority { get; init; }
    public required IReadOnlyList<RoutingShare> Accounts { get; init; }

    /// <summary>A merchant is more exact than a way, a way more than an amount.</summary>
    public int Exactness => (MerchantNo == 0 ? 0 : 4) + (Way == "*" ? 0 : 2) + (MinimumMinor == 0 && MaximumMinor == 0 ? 0 : 1);

    /// <summary>Whether it speaks of such an order.</summary>
    public bool Fits(string country, long merchantNo, Direction direction, string way, long amountMinor) =>
        Country == country
        && Direction == direction
        && (MerchantNo == 0 || MerchantNo == merchantNo)
        && (Way == "*" || Way == way)
        && amountMinor >= MinimumMinor
        && (MaximumMinor == 0 || amountMinor <= MaximumMinor);

    /// <summary>The rules that can be read, the first to count first; one that cannot be is left out alone.</summary>
    /// <param name="rows">Open ones.</param>
    /// <param name="countries">Of all channel accounts, by number.</param>
    /// <param name="problems">What was left out, and why.</param>
    public static IReadOnlyList<RoutingRule> ReadAll(
        IEnumerable<RoutingRuleRow> rows, IReadOnlyDictionary<long, string> countries, List<ConfigurationProblem> problems)
    {
        var rules = new List<RoutingRule>();
        foreach (var row in rows)
        {
            if (Read(row, countries, out var problem) is { } rule)
            {
                rules.Add(rule);
            }
            else
            {
                var id = row.Id.ToString(CultureInfo.InvariantCulture);
                problems.Add(new(ProblemKind, id, $"Routing rule {id} is left out: {problem}. What it speaks of is routed by the other rules."));
            }
        }

        return Sorted(rules);
    }

    /// <summary>The first to count first: the most exact, then by priority and number.</summary>
    public static IReadOnlyList<RoutingRule> Sorted(IEnumerable<RoutingRule> rules) =>
        [.. rules.OrderBy(static rule => (-rule.Exactness, rule.Priority, rule.Id))];

    private static RoutingRule? Read(RoutingRuleRow row, IReadOnlyDictionary<long, string> countries, out string problem)
    {
        var shares = Shares(row.Accounts);
        problem = shares is null ? $"its accounts must be 1 to {MostAccounts} numbers of channel accounts, each once, with weights from 0 to {MostWeight}, as in 101:80,777:20"
            : shares.FirstOrDefault(s => countries.GetValueOrDefault(s.AccountId) != row.Country) is { AccountId: > 0 } strange
                ? $"channel account {strange.AccountId} is not one of {row.Country}"
            : row.Direction is not (Direction.PayIn or Direction.Payout) ? "its direction must be a pay-in or a payout"
            : row.MinimumMinor < 0 || row.MaximumMinor < 0 || (row.MaximumMinor > 0 && row.MaximumMinor < row.MinimumMinor) ? "its amounts cannot be right"
            : row.Way.Length == 0 ? "its way must be a code or *"
            : "";
        return problem.Length > 0 ? null : new RoutingRule
        {
            Id = row.Id,
            Country = row.Country,
            Direction = row.Direction,
            Way = row.Way,
            MerchantNo = row.MerchantNo,
            MinimumMinor = row.MinimumMinor,
            MaximumMinor = row.MaximumMinor,
            Priority = row.Priority,
            Accounts = shares!,
        };
    }

    private static List<RoutingShare>? Shares(string text)
    {
        var shares = new List<RoutingShare>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var weight = 0;
            if (!long.TryParse(colon < 0 ? part : part[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || (colon >= 0 && !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight))
                || weight > MostWeight
                || shares.Exists(s => s.AccountId == id)
                || shares.Count == MostAccounts)
            {
                return null;
            }

            shares.Add(new RoutingShare(id, weight));
        }

        return shares;
    }
}
