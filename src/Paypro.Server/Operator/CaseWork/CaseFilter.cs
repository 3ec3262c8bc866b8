using System.Globalization;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>What the address of the queue says. The same address shows the same cases.</summary>
/// <param name="IsResolved">Cases that are over instead of open ones.</param>
/// <param name="Severity">Only of this; null = all.</param>
/// <param name="Kind">Only of this kind; empty = all.</param>
/// <param name="Account">Only of this channel account; null = all.</param>
/// <param name="Owner"><c>me</c>, <c>nobody</c>, or empty for all.</param>
internal sealed record CaseFilter(bool IsResolved, CaseSeverity? Severity, string Kind, long? Account, string Owner)
{
    private const int LongestKind = 40;

    public static readonly IReadOnlyList<(string Key, CaseSeverity Severity, string Text)> Severities =
        [("now", CaseSeverity.Now, "Now"), ("today", CaseSeverity.Today, "Today"), ("week", CaseSeverity.Week, "This week")];

    public bool IsNarrow => Severity is not null || Kind.Length > 0 || Account is not null || Owner.Length > 0;

    public static CaseFilter Read(IQueryCollection query) => new(
        query["state"] == "resolved",
        Severities.Where(s => s.Key == query["severity"]).Select(s => (CaseSeverity?)s.Severity).SingleOrDefault(),
        query["kind"].ToString() is { Length: <= LongestKind } kind && OutsideText.IsClean(kind) ? kind : "",
        OperatorScreens.Number(query["account"]),
        query["owner"].ToString() is "me" or "nobody" ? query["owner"].ToString() : "");

    /// <summary>The address of the queue with these filters.</summary>
    /// <param name="after">Where the page begins; empty for the first.</param>
    public string Address(string after = "")
    {
        (string Name, string Value)[] all =
        [
            ("state", IsResolved ? "resolved" : ""), ("severity", Severities.Where(s => s.Severity == Severity).Select(s => s.Key).FirstOrDefault("")), ("kind", Kind),
            ("account", Account?.ToString(CultureInfo.InvariantCulture) ?? ""), ("owner", Owner), ("after", after),
        ];
        var said = all.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}").ToList();
        return "/operator/cases" + (said.Count > 0 ? "?" + string.Join('&', said) : "");
    }

    public IQueryable<CaseRow> Of(PayproContext context, long userId)
    {
        var state = IsResolved ? CaseState.Resolved : CaseState.Open;
        var cases = context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == state);
        if (Severity is { } severity)
        {
            cases = cases.Where(c => c.Severity == severity);
        }

        if (Kind.Length > 0)
        {
            cases = cases.Where(c => c.Kind == Kind);
        }

        if (Account is { } account)
        {
            cases = cases.Where(c => c.ChannelAccountId == account);
        }

        return Owner switch
        {
            "me" => cases.Where(c => context.CaseOwners.Any(o => o.CaseBucket == c.Bucket && o.CaseId == c.Id && o.OpenedAtMs == c.OpenedAtMs && o.UserId == userId)),
            "nobody" => cases.Where(c => !context.CaseOwners.Any(o => o.CaseBucket == c.Bucket && o.CaseId == c.Id && o.OpenedAtMs == c.OpenedAtMs)),
            _ => cases,
        };
    }
}

/// <summary>Names the cases of one kind, channel account and currency that were opened in one hour of the clock, or about a full hour in two: one line of the queue.</summary>
/// <param name="IsResolved">Of those that are over.</param>
/// <param name="Severity">How soon somebody has to look.</param>
/// <param name="Hour">Hours since 1970 of its opening.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Account">The channel account; 0 for none.</param>
/// <param name="Currency">Of its amounts; empty for none.</param>
internal readonly record struct CaseGroupKey(bool IsResolved, CaseSeverity Severity, long Hour, string Kind, long Account, string Currency)
{
    public const long HourMs = 3_600_000;

    private const string AndTheNext = "-2";

    /// <summary>1 where the cases of the hour after it belong to it; else 0.</summary>
    public int More { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsResolved ? "r" : "o")}.{(short)Severity}.{Hour}{(More > 0 ? AndTheNext : "")}.{Kind}.{Account}.{Currency}");

    /// <summary>Whether it stands behind another one in the queue.</summary>
    public bool IsBehind(CaseGroupKey other) =>
        (Severity, Hour).CompareTo((other.Severity, other.Hour)) is var first and not 0 ? first > 0
        : string.CompareOrdinal(Kind, other.Kind) is var second and not 0 ? second > 0
        : Account != other.Account ? Account > other.Account
        : string.CompareOrdinal(Currency, other.Currency) > 0;

    /// <summary>Null for what names no group.</summary>
    public static CaseGroupKey? Read(string? text) =>
        text?.Split('.') is [var state, var severity, var hour, { Length: <= 40 } kind, var account, { Length: <= 3 } currency]
        && state is "o" or "r"
        && short.TryParse(severity, NumberStyles.None, CultureInfo.InvariantCulture, out var s) && s is >= 1 and <= 3
        && long.TryParse(hour.EndsWith(AndTheNext, StringComparison.Ordinal) ? hour[..^AndTheNext.Length] : hour, NumberStyles.None, CultureInfo.InvariantCulture, out var h) && h < 10_000_000
        && long.TryParse(account, NumberStyles.None, CultureInfo.InvariantCulture, out var a) && OutsideText.IsClean(kind + currency)
            ? new CaseGroupKey(state == "r", (CaseSeverity)s, h, kind, a, currency) { More = hour.EndsWith(AndTheNext, StringComparison.Ordinal) ? 1 : 0 }
            : null;

    public IQueryable<CaseRow> Of(PayproContext context)
    {
        var (state, severity, from, end) = (IsResolved ? CaseState.Resolved : CaseState.Open, Severity, Hour * HourMs, (Hour + 1 + More) * HourMs);
        var (kind, account, currency) = (Kind, Account, Currency);
        return context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == state && c.Severity == severity && c.OpenedAtMs >= from && c.OpenedAtMs < end
            && c.Kind == kind && c.ChannelAccountId == account && c.Currency == currency);
    }
}
