using System.Globalization;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.Routing;

/// <summary>Puts together the sentence that says why a plan is as it is.</summary>
internal sealed class RoutingReason(IReadOnlyList<(Route Route, string Why)> outside)
{
    public const string Closed = "closed";
    public const string Recovery = "in recovery";
    public const string Amount = "not this amount";

    private string _by = "by priority";
    private List<string>? _notes;
    private List<string>? _leftOut;
    private List<(long AccountId, string Why)>? _accounts;

    /// <summary>What was said of single accounts, once <see cref="Text"/> was put together.</summary>
    public IReadOnlyList<(long AccountId, string Why)> Accounts => _accounts ?? [];

    /// <summary>A rule decided.</summary>
    public void By(RoutingRule rule, IEnumerable<Route> notNamed)
    {
        var total = rule.Accounts.Sum(share => (long)share.Weight);
        _by = total == 0
            ? string.Create(CultureInfo.InvariantCulture, $"by rule {rule.Id}")
            : string.Create(CultureInfo.InvariantCulture, $"by rule {rule.Id}, drawn with weights {string.Join(", ", rule.Accounts.Where(s => s.Weight > 0).Select(s => $"{s.AccountId}: {s.Weight}"))}");
        foreach (var route in notNamed)
        {
            LeaveOut(route, "not in the rule");
        }
    }

    /// <summary>Why another account is tried.</summary>
    public static string After(long declinedAccountId, long nextAccountId) => string.Create(
        CultureInfo.InvariantCulture, $"account {nextAccountId} is tried: account {declinedAccountId} declined for a trouble of its own");

    /// <summary>Why another account is tried before this one was.</summary>
    public static string Instead(long lackingAccountId, long nextAccountId, string why) => string.Create(
        CultureInfo.InvariantCulture, $"account {nextAccountId} is tried instead of account {lackingAccountId}: {why}");

    /// <summary>Where an order waits, and why.</summary>
    public static string ParkedAt(long accountId, string why) => string.Create(CultureInfo.InvariantCulture, $"parked at account {accountId}: {why}");

    /// <summary>A demoted account keeps its place for once.</summary>
    public void Probes(long accountId) => Note(accountId, "is tried to see whether it is well again");

    /// <summary>A demoted account.</summary>
    public void Last(long accountId, string why) => Note(accountId, $"is last: {why}");

    /// <summary>An account without money of ours for it.</summary>
    public void Behind(long accountId, string why) => Note(accountId, $"is behind: {why}");

    /// <param name="routes">The plan.</param>
    /// <param name="more">Accounts that would take it and are too many.</param>
    /// <returns>One sentence, at most <see cref="OrderChange.DetailLength"/> characters.</returns>
    public string Text(IReadOnlyList<Route> routes, int more)
    {
        var text = $"{(routes.Count == 1 ? "account" : "accounts")} {string.Join(", then ", routes.Select(r => r.AccountId.ToString(CultureInfo.InvariantCulture)))}, {_by}";
        foreach (var (route, why) in outside)
        {
            LeaveOut(route, why);
        }

        if (more > 0)
        {
            (_leftOut ??= []).Add(string.Create(CultureInfo.InvariantCulture, $"{more} more"));
        }

        text += _notes is null ? "" : "; " + string.Join("; ", _notes);
        text += _leftOut is null ? "" : "; left out: " + string.Join(", ", _leftOut);
        return Platform.OutsideText.Line(text, OrderChange.DetailLength);
    }

    private void LeaveOut(Route route, string why)
    {
        (_leftOut ??= []).Add(string.Create(CultureInfo.InvariantCulture, $"{route.AccountId} ({why})"));
        (_accounts ??= []).Add((route.AccountId, why));
    }

    private void Note(long accountId, string note)
    {
        (_notes ??= []).Add(string.Create(CultureInfo.InvariantCulture, $"{accountId} {note}"));
        (_accounts ??= []).Add((accountId, note));
    }
}
