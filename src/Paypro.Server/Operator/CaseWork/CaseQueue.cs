using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>A line of the queue.</summary>
/// <param name="Key">What its cases have in common.</param>
/// <param name="Count">How many there are.</param>
/// <param name="SumMinor">Of their amounts, minor units.</param>
/// <param name="OldestMs">When the first was opened.</param>
/// <param name="OneId">A case of it; the only one where there is one.</param>
/// <param name="Owners">Who looks after some of them.</param>
/// <param name="Owned">How many have an owner.</param>
internal sealed record CaseGroup(CaseGroupKey Key, int Count, long SumMinor, long OldestMs, long OneId, IReadOnlyList<string> Owners, int Owned)
{
    public bool IsPartlyOwned => Owned > 0 && Owned < Count;
}

/// <summary>The cases of one trouble in one hour of the clock, or in two.</summary>
internal sealed record HourOfCases(CaseGroupKey Key, int Count, long SumMinor, long OldestMs, long NewestMs, long OneId);

/// <summary>A page of the queue.</summary>
internal sealed record CaseQueuePage(IReadOnlyList<CaseGroup> Groups, string Next);

/// <summary>Reads cases as one queue: the most urgent and oldest first, those of one trouble in one line.</summary>
internal sealed class CaseQueue(IContexts contexts)
{
    public const int PageSize = 50;

    /// <summary>Cases of a group on one page; also how many are decided together at most.</summary>
    public const int MostOfGroup = 500;

    /// <summary>Open hours that are looked at, the most urgent and oldest.</summary>
    private const int MostHours = 5_000;

    /// <summary>Cases of two hours of the clock that were all opened within so long are one trouble: an hour of a silent rail, and what its questions add.</summary>
    private const long TogetherMs = 90 * 60_000L;

    /// <summary>How far back cases that are over are listed.</summary>
    private const long ResolvedForMs = 35 * 86_400_000L;

    /// <param name="filter">Which.</param>
    /// <param name="after">The last group of the page before; null for the first page.</param>
    /// <param name="userId">Who reads.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<CaseQueuePage> ReadAsync(CaseFilter filter, CaseGroupKey? after, long userId, long nowMs, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var cases = filter.Of(context, userId);
        if (filter.IsResolved)
        {
            cases = cases.Where(c => c.OpenedAtMs >= nowMs - ResolvedForMs);
        }

        if (after is { } key && filter.IsResolved)
        {
            var (severity, hour, kind, account, currency) = (key.Severity, key.Hour, key.Kind, key.Account, key.Currency);
            cases = cases.Where(c => c.Severity > severity || (c.Severity == severity && (c.OpenedAtMs / CaseGroupKey.HourMs > hour || (c.OpenedAtMs / CaseGroupKey.HourMs == hour
                && (string.Compare(c.Kind, kind) > 0 || (c.Kind == kind && (c.ChannelAccountId > account || (c.ChannelAccountId == account && string.Compare(c.Currency, currency) > 0))))))));
        }

        var found = await cases
            .GroupBy(c => new { c.Severity, Hour = c.OpenedAtMs / CaseGroupKey.HourMs, c.Kind, c.ChannelAccountId, c.Currency })
            .OrderBy(g => g.Key.Severity).ThenBy(g => g.Key.Hour).ThenBy(g => g.Key.Kind).ThenBy(g => g.Key.ChannelAccountId).ThenBy(g => g.Key.Currency)
            .Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(c => c.AmountMinor), Oldest = g.Min(c => c.OpenedAtMs), Newest = g.Max(c => c.OpenedAtMs), One = g.Min(c => c.Id) })
            .Take(filter.IsResolved ? PageSize + 1 : MostHours).ToListAsync(cancellation);
        var hours = found.ConvertAll(g => new HourOfCases(new CaseGroupKey(filter.IsResolved, g.Key.Severity, g.Key.Hour, g.Key.Kind, g.Key.ChannelAccountId, g.Key.Currency), g.Count, g.Sum, g.Oldest, g.Newest, g.One));
        hours = filter.IsResolved ? hours : [.. Joined(hours).Where(h => after is not { } last || h.Key.IsBehind(last)).Take(PageSize + 1)];
        var owned = filter.IsResolved ? [] : await OwnedAsync(context, cancellation);
        var groups = hours.Take(PageSize).Select(h =>
        {
            List<string> owners = [.. Enumerable.Range(0, 1 + h.Key.More).SelectMany(hour => owned.GetValueOrDefault(h.Key with { Hour = h.Key.Hour + hour, More = 0 }) ?? [])];
            return new CaseGroup(h.Key, h.Count, h.SumMinor, h.OldestMs, h.OneId, [.. owners.Distinct().Order(StringComparer.Ordinal)], owners.Count);
        }).ToList();
        return new CaseQueuePage(groups, hours.Count > PageSize ? groups[^1].Key.ToString() : "");
    }

    /// <summary>An hour with the one after it where all of both came within an hour and a half: one trouble may begin before a full hour and end after it.</summary>
    private static IEnumerable<HourOfCases> Joined(List<HourOfCases> hours)
    {
        var left = hours.ToDictionary(h => h.Key);
        foreach (var hour in hours.Where(h => left.ContainsKey(h.Key)))
        {
            if (left.GetValueOrDefault(hour.Key with { Hour = hour.Key.Hour + 1 }) is { } next && next.NewestMs - hour.OldestMs <= TogetherMs)
            {
                left.Remove(next.Key);
                yield return hour with { Key = hour.Key with { More = 1 }, Count = hour.Count + next.Count, SumMinor = hour.SumMinor + next.SumMinor, NewestMs = next.NewestMs };
            }
            else
            {
                yield return hour;
            }
        }
    }

    /// <summary>The cases of a group, the oldest first.</summary>
    public async Task<IReadOnlyList<CaseRow>> OfGroupAsync(CaseGroupKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await key.Of(context).OrderBy(c => c.OpenedAtMs).ThenBy(c => c.Id).Take(MostOfGroup).ToListAsync(cancellation);
    }

    /// <summary>All open cases, the most urgent and oldest first, as many as are decided together at most.</summary>
    public async Task<IReadOnlyList<CaseRow>> OpenAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == CaseState.Open).OrderBy(c => c.Severity).ThenBy(c => c.OpenedAtMs).ThenBy(c => c.Id).Take(MostOfGroup).ToListAsync(cancellation);
    }

    /// <summary>A case by its number, whichever bucket it is in; null when there is none.</summary>
    public static Task<CaseRow?> FindAsync(PayproContext context, long id, CancellationToken cancellation = default) =>
        context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.Id == id).OrderBy(c => c.Bucket).FirstOrDefaultAsync(cancellation);

    /// <summary>Who looks after which of these cases.</summary>
    public static async Task<Dictionary<CaseKey, CaseOwnerRow>> OwnersAsync(PayproContext context, IReadOnlyCollection<CaseRow> cases, CancellationToken cancellation)
    {
        var ids = cases.Select(c => c.Id).ToList();
        var rows = await context.CaseOwners.AsNoTracking().Where(o => ids.Contains(o.CaseId)).ToListAsync(cancellation);
        var opened = cases.ToDictionary(c => c.Key, c => c.OpenedAtMs);
        return rows.Where(o => opened.TryGetValue(new CaseKey(o.CaseBucket, o.CaseId), out var at) && at == o.OpenedAtMs).ToDictionary(o => new CaseKey(o.CaseBucket, o.CaseId));
    }

    /// <summary>All that somebody looks after: as many as people can have taken by hand.</summary>
    private static async Task<Dictionary<CaseGroupKey, List<string>>> OwnedAsync(PayproContext context, CancellationToken cancellation)
    {
        var rows = await (from owner in context.CaseOwners.AsNoTracking()
                          from one in context.Cases.Where(c => c.Bucket == owner.CaseBucket && c.Id == owner.CaseId && c.State == CaseState.Open && c.OpenedAtMs == owner.OpenedAtMs)
                          select new { owner.Name, one.Severity, one.OpenedAtMs, one.Kind, one.ChannelAccountId, one.Currency }).Take(10_000).ToListAsync(cancellation);
        return rows.GroupBy(r => new CaseGroupKey(false, r.Severity, r.OpenedAtMs / CaseGroupKey.HourMs, r.Kind, r.ChannelAccountId, r.Currency), r => r.Name)
            .ToDictionary(g => g.Key, g => g.ToList());
    }
}
