using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What orders of one way came to.</summary>
/// <param name="Way">Its code; empty where the payer has not chosen.</param>
/// <param name="Orders">Created.</param>
/// <param name="Paid">Of those, succeeded.</param>
/// <param name="Failed">Of those, ended without success.</param>
/// <param name="HeldMinor">What they hold.</param>
internal sealed record WayCounts(Direction Direction, string Way, long Orders, long Paid, long Failed, long HeldMinor)
{
    /// <summary>Orders that succeeded of those that ended, in hundredths of a per cent; null while none has ended.</summary>
    public int? SuccessBasisPoints => Paid + Failed == 0 ? null : (int)(((Paid * 10_000) + ((Paid + Failed) / 2)) / (Paid + Failed));
}

/// <summary>A day of a merchant, counted.</summary>
/// <param name="Ways">By direction and way.</param>
/// <param name="HeldByHour">What pay-ins that were created in each local hour hold; 24 of them.</param>
internal sealed record DayCounts(IReadOnlyList<WayCounts> Ways, IReadOnlyList<long> HeldByHour)
{
    public long Held(Direction direction) => Ways.Where(w => w.Direction == direction).Sum(w => w.HeldMinor);

    public long Paid(Direction direction) => Ways.Where(w => w.Direction == direction).Sum(w => w.Paid);
}

/// <summary>How far a merchant is on its way to its first payment.</summary>
internal sealed record FirstStepsDone(bool Key, bool Address, bool Payment, bool Notification)
{
    public bool All => Key && Address && Payment && Notification;
}

/// <summary>What the home screen asks for, one question each.</summary>
internal sealed class HomeReads(IContexts contexts, ToldReads told, TimeProvider time)
{
    /// <summary>Orders that are looked at for the first steps: the oldest and the newest so many.</summary>
    private const int OrdersLooked = 100;

    private const long DayMs = 86_400_000;

    public static readonly IReadOnlyList<AccountKind> Accounts = [AccountKind.Available, AccountKind.Unsettled, AccountKind.Frozen, AccountKind.Held, AccountKind.Receivable];

    /// <summary>Of several merchants in one statement, by number: every account of each, in the order of <see cref="Accounts"/>.</summary>
    public async Task<IReadOnlyDictionary<long, IReadOnlyList<(AccountKind Kind, long Minor)>>> BalancesAsync(IReadOnlyCollection<OwnMerchant> merchants, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var keys = merchants.ToDictionary(m => m.No, m => Accounts.Select(kind => AccountId.Merchant(m.Row.Bucket, m.No, kind, m.Country.Currency)).ToList());
        var (buckets, ids) = (merchants.Select(m => m.Row.Bucket).Distinct().ToList(), keys.Values.SelectMany(k => k).Select(k => k.Id).Distinct().ToList());
        var found = await context.Accounts.Where(a => buckets.Contains(a.Bucket) && ids.Contains(a.Id)).Select(a => new { a.Bucket, a.Id, a.BalanceMinor })
            .ToDictionaryAsync(a => new AccountKey(a.Bucket, a.Id), a => a.BalanceMinor, cancellation);
        return keys.ToDictionary(m => m.Key, m => (IReadOnlyList<(AccountKind, long)>)[.. Accounts.Zip(m.Value, (kind, key) => (kind, found.GetValueOrDefault(key)))]);
    }

    /// <summary>One day of each merchant, in the zone that it is shown in; in the order asked for.</summary>
    public async Task<IReadOnlyList<DayCounts>> DaysAsync(IReadOnlyList<(OwnMerchant Merchant, DateOnly Day, TimeZoneInfo Zone)> wanted, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var spans = wanted.Select(w => (From: Days.BeginMs(w.Day, w.Zone), To: Days.BeginMs(w.Day.AddDays(1), w.Zone))).ToList();
        var (from, to, nos) = (spans.Min(s => s.From), spans.Max(s => s.To), wanted.Select(w => w.Merchant.No).Distinct().ToList());
        var slots = (await context.StatHours.AsNoTracking().Where(h => nos.Contains(h.MerchantNo) && h.SlotMs >= from && h.SlotMs < to).ToListAsync(cancellation)).ToLookup(s => s.MerchantNo);
        return [.. wanted.Zip(spans, (w, span) => DayOf([.. slots[w.Merchant.No].Where(s => s.SlotMs >= span.From && s.SlotMs < span.To)], w.Zone))];
    }

    private static DayCounts DayOf(IReadOnlyList<StatHourRow> slots, TimeZoneInfo zone)
    {
        var byHour = new long[24];
        foreach (var slot in slots.Where(s => s.Direction == Direction.PayIn))
        {
            byHour[TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(slot.SlotMs), zone).Hour] += slot.HeldMinor;
        }

        var ways = slots.GroupBy(s => (s.Direction, s.Way))
            .Select(g => new WayCounts(g.Key.Direction, g.Key.Way, g.Sum(s => (long)s.Created), g.Sum(s => (long)s.Paid), g.Sum(s => (long)s.Failed), g.Sum(s => s.HeldMinor)));
        return new DayCounts([.. ways.OrderBy(w => w.Direction).ThenByDescending(w => w.Orders).ThenBy(w => w.Way, StringComparer.Ordinal)], byHour);
    }

    /// <summary>Orders of the days that are counted that have not ended.</summary>
    public async Task<IReadOnlyDictionary<Direction, long>> PendingAsync(OwnMerchant merchant, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var from = HourlyCounts.SlotOf(time.NowMs() - (HourlyCounts.DaysCounted * DayMs));
        return await context.StatHours.Where(h => h.MerchantNo == merchant.No && h.SlotMs >= from).GroupBy(h => h.Direction)
            .Select(g => new { g.Key, Pending = g.Sum(h => (long)h.Created - h.Paid - h.Failed) }).ToDictionaryAsync(g => g.Key, g => g.Pending, cancellation);
    }

    /// <summary>When the present half-hour was counted last, Unix milliseconds UTC; 0 = never.</summary>
    public async Task<long> CountedAtAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.StatRuns.Where(r => r.Span == HourlyCounts.Present).Select(r => r.AtMs).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Its keys that are valid now, the newest first.</summary>
    public async Task<IReadOnlyList<MerchantKeyRow>> KeysAsync(OwnMerchant merchant, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var nowMs = time.NowMs();
        return await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == merchant.No && k.ValidFromMs <= nowMs && (k.ValidToMs == 0 || k.ValidToMs > nowMs))
            .OrderByDescending(k => k.ValidFromMs).ThenByDescending(k => k.Id).Take(10).ToListAsync(cancellation);
    }

    /// <summary>Results of the last seven days that it has not taken, and whether there may be more.</summary>
    public async Task<(int Count, bool MayBeMore)> MissedAsync(OwnMerchant merchant, CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var failed = await told.FailedAsync(merchant.Row.Bucket, merchant.No, nowMs - (7 * DayMs), nowMs + 1, cancellation);
        return (failed.Orders.Count, failed.LookedToMs > 0);
    }

    public async Task<FirstStepsDone> FirstStepsAsync(OwnMerchant merchant, bool hasKey, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var (bucket, no) = (merchant.Row.Bucket, merchant.No);
        var payIns = context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && o.Direction == Direction.PayIn);
        var looked = await payIns.OrderBy(o => o.Id).Take(OrdersLooked).Select(o => new { o.Id, o.State, HasUrl = o.NotifyUrl != "" }).ToListAsync(cancellation);
        looked.AddRange(await payIns.OrderByDescending(o => o.Id).Take(OrdersLooked).Select(o => new { o.Id, o.State, HasUrl = o.NotifyUrl != "" }).ToListAsync(cancellation));
        var ids = looked.Select(o => o.Id).Distinct().ToList();
        return new FirstStepsDone(
            hasKey, merchant.Row.PayInNotifyUrl.Length > 0 || looked.Any(o => o.HasUrl), looked.Any(o => o.State == OrderState.Paid),
            await context.NotificationAttempts.AnyAsync(a => a.Bucket == bucket && ids.Contains(a.OrderId) && a.Taken, cancellation));
    }
}
