using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What the operator tells merchants at this moment.</summary>
internal sealed class HomeNotices(IContexts contexts, TimeProvider time)
{
    private const int Most = 10;

    /// <summary>Those of some countries that are to be seen now, what begins first first.</summary>
    public async Task<IReadOnlyList<NoticeRow>> OfAsync(IEnumerable<string> countries, CancellationToken cancellation)
    {
        var (of, nowMs) = (countries.ToHashSet(StringComparer.Ordinal), time.NowMs());
        await using var context = contexts.Create();

        // At most fifty are to come.
        var rows = await context.Notices.AsNoTracking().Where(n => n.ShownFromMs <= nowMs && n.ToMs > nowMs).OrderBy(n => n.FromMs).ThenBy(n => n.Id).ToListAsync(cancellation);
        return [.. rows.Where(n => n.Countries.Split(',').Any(of.Contains)).Take(Most)];
    }
}
