using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Books;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Platform;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Overviews;

/// <summary>Why orders failed.</summary>
/// <param name="Code">The status code that merchants are told; empty where nobody paid in time.</param>
/// <param name="Text">Its sentence.</param>
/// <param name="Orders">So many.</param>
internal sealed record FailureReason(string Code, string Text, long Orders);

/// <summary>How orders of the last day went.</summary>
/// <param name="Direction">Pay-ins or payouts.</param>
/// <param name="Orders">All that were created.</param>
/// <param name="Paid">Of those, paid.</param>
/// <param name="Failed">Of those, ended without success.</param>
/// <param name="Open">Of those, neither yet.</param>
/// <param name="HeldMinor">What came and stayed, or went out; minor units.</param>
/// <param name="BeforeMinor">The same of the day before.</param>
/// <param name="SuccessBasisPoints">Paid of what has ended; null while nothing has.</param>
/// <param name="Reasons">Why those failed that did, the most frequent first.</param>
internal sealed record OutcomeCounts(Direction Direction, long Orders, long Paid, long Failed, long Open, long HeldMinor, long BeforeMinor, int? SuccessBasisPoints, IReadOnlyList<FailureReason> Reasons)
{
    private const int MostReasons = 5;

    public static OutcomeCounts Of(Direction direction, IReadOnlyCollection<StatOutcomeRow> day, IReadOnlyCollection<StatOutcomeRow> before)
    {
        var paid = day.Where(r => r.State == OrderState.Paid).Sum(r => (long)r.OrderCount);
        var failures = day.Where(r => r.State is OrderState.Failed or OrderState.Expired or OrderState.Returned).ToList();
        var (failed, orders) = (failures.Sum(r => (long)r.OrderCount), day.Sum(r => (long)r.OrderCount));
        return new OutcomeCounts(
            direction, orders, paid, failed, orders - paid - failed, day.Sum(r => r.HeldMinor), before.Sum(r => r.HeldMinor), paid + failed == 0 ? null : (int)(paid * 10_000 / (paid + failed)),
            [
                .. failures.GroupBy(r => (r.State, r.Code)).Select(g => new FailureReason(g.Key.Code, g.Key.State == OrderState.Expired ? "nobody paid in time" : g.Key.State == OrderState.Returned ? "went back" : g.First().Text, g.Sum(r => (long)r.OrderCount)))
                    .OrderByDescending(r => r.Orders).ThenBy(r => r.Code, StringComparer.Ordinal).Take(MostReasons),
            ]);
    }
}

/// <summary>A way of a country.</summary>
internal sealed record WayOutcomes(string Country, Currency Currency, string Way, OutcomeCounts Counts);

/// <summary>A channel account in use.</summary>
/// <param name="State">It, with the calls of the last five minutes as this node saw them.</param>
/// <param name="Counts">Of its directions, those with orders.</param>
internal sealed record AccountOutcomes(AccountState State, IReadOnlyList<OutcomeCounts> Counts);

/// <summary>Something that waits.</summary>
/// <param name="Name">What: <c>work</c>, <c>parked</c>, <c>notifications</c>, <c>decisions</c>, <c>proposals</c>.</param>
/// <param name="Count">How many, at most <see cref="OverviewReads.MostCounted"/>.</param>
/// <param name="OldestMs">Since when the first is due, Unix milliseconds UTC; 0 = nothing is.</param>
internal sealed record QueueLength(string Name, int Count, long OldestMs);

/// <summary>What burns.</summary>
internal sealed record OverviewPicture(
    IReadOnlyList<CaseGroup> Alarms, IReadOnlyList<AccountOutcomes> Accounts, IReadOnlyList<WayOutcomes> Ways, IReadOnlyList<QueueLength> Queues, IReadOnlyList<ChainState> Chains, IReadOnlyList<CoverLine> Cover, long CountedAtMs);

/// <summary>Reads the overview: everything in it is counted before by a loop, or is a short look at an index.</summary>
internal sealed class OverviewReads(IContexts contexts, CaseQueue cases, AccountReads accounts, BookReads books, Cover cover, CountryCatalog countries, TimeProvider time)
{
    /// <summary>A longer queue is told as so long.</summary>
    public const int MostCounted = 10_000;

    private const int MostAlarms = 12, MostAccounts = 200;
    private const long DayMs = 86_400_000;

    /// <param name="country">Two letters; empty for all.</param>
    /// <param name="userId">Who reads.</param>
    /// <param name="seesBooks">Whether he may see the books.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OverviewPicture> ReadAsync(string country, long userId, bool seesBooks, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        var (to, from) = (HourlyCounts.SlotOf(nowMs), HourlyCounts.SlotOf(nowMs) - DayMs);
        var rows = await context.StatOutcomes.AsNoTracking().Where(r => r.SlotMs > from - DayMs && r.SlotMs <= to && (country == "" || r.Country == country)).ToListAsync(cancellation);
        var (day, before) = (rows.Where(r => r.SlotMs > from).ToList(), rows.Where(r => r.SlotMs <= from).ToList());
        var shown = (await accounts.ListAsync(context, country, "", 0, MostAccounts)).Where(a => a.State != "closed" || day.Any(r => r.ChannelAccountId == a.Account.Account)).ToList();
        var countedAtMs = await context.StatRuns.Where(r => r.Span == HourlyCounts.Present).Select(r => r.AtMs).SingleOrDefaultAsync(cancellation);
        return new OverviewPicture(
            [.. (await cases.ReadAsync(new CaseFilter(false, null, "", null, ""), null, userId, nowMs, cancellation)).Groups.Where(g => g.Key.Severity != CaseSeverity.Week).Take(MostAlarms)],
            [.. shown.Select(a => new AccountOutcomes(a, Directions([.. day.Where(r => r.ChannelAccountId == a.Account.Account)], [.. before.Where(r => r.ChannelAccountId == a.Account.Account)])))],
            WaysOf(day, before),
            await QueuesAsync(context, nowMs, cancellation),
            seesBooks ? [.. (await books.ChainsAsync(cancellation)).Where(c => c.Finding.Length > 0)] : [],
            seesBooks ? await cover.ReadAsync(cancellation) : [],
            countedAtMs);
    }

    private List<WayOutcomes> WaysOf(List<StatOutcomeRow> day, List<StatOutcomeRow> before)
    {
        var earlier = before.ToLookup(r => (r.Country, r.Direction, r.Way));
        return
        [
            .. day.GroupBy(r => (r.Country, r.Direction, r.Way)).Where(g => countries.FindCountry(g.Key.Country) is not null)
                .Select(g => new WayOutcomes(g.Key.Country, countries.FindCountry(g.Key.Country)!.Currency, g.Key.Way, OutcomeCounts.Of(g.Key.Direction, [.. g], [.. earlier[g.Key]])))
                .OrderBy(w => w.Country, StringComparer.Ordinal).ThenBy(w => w.Counts.Direction).ThenByDescending(w => w.Counts.Orders).ThenBy(w => w.Way, StringComparer.Ordinal),
        ];
    }

    private static List<OutcomeCounts> Directions(List<StatOutcomeRow> day, List<StatOutcomeRow> before) =>
        [.. day.GroupBy(r => r.Direction).OrderBy(g => g.Key).Select(g => OutcomeCounts.Of(g.Key, [.. g], [.. before.Where(r => r.Direction == g.Key)]))];

    private static async Task<IReadOnlyList<QueueLength>> QueuesAsync(PayproContext context, long nowMs, CancellationToken cancellation)
    {
        return
        [
            await OfAsync("work", context.Timers.Where(t => Buckets.All.Contains(t.Bucket) && t.Work != TimerWork.Parked && t.DueAtMs <= nowMs).Select(t => t.DueAtMs)),
            await OfAsync("parked", context.Timers.Where(t => Buckets.All.Contains(t.Bucket) && t.Work == TimerWork.Parked).Select(_ => nowMs)),
            await OfAsync("notifications", context.Notifications.Where(n => Buckets.All.Contains(n.Bucket) && n.DueAtMs <= nowMs).Select(n => n.DueAtMs)),
            await OfAsync("decisions", context.Decisions.AsNoTracking().Where(d => d.State == DecisionState.Waits).Select(d => d.MadeAtMs)),
            await OfAsync("proposals", context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == 0).Select(p => p.MadeAtMs)),
        ];

        async Task<QueueLength> OfAsync(string name, IQueryable<long> due)
        {
            var count = await due.Take(MostCounted).CountAsync(cancellation);
            return new QueueLength(name, count, count == 0 || name == "parked" ? 0 : await due.MinAsync(cancellation));
        }
    }
}
