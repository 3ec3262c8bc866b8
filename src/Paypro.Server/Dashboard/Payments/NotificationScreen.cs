using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>An order that its merchant was not told, with whose it is.</summary>
internal sealed record MissedLine(UndeliveredOrder Missed, OwnMerchant Merchant, string Host);

/// <summary>What the screen of notifications shows.</summary>
/// <param name="Own">All merchants that its reader may see.</param>
/// <param name="Merchant">The one chosen; empty for all.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Status">HTTP status chosen; empty for all.</param>
/// <param name="Host">Host chosen; empty for all.</param>
/// <param name="Missed">The newest failure first, bounded.</param>
/// <param name="Count">How many there are of them.</param>
/// <param name="ByHost">Failed tries.</param>
/// <param name="LookedToMs">Older tries were not looked at; 0 = all were.</param>
/// <param name="MayResend">Whether he may have results told again.</param>
internal sealed record NotificationsModel(
    IReadOnlyList<OwnMerchant> Own, string Merchant, DateOnly From, DateOnly To, string Status, string Host, IReadOnlyList<MissedLine> Missed, int Count, IReadOnlyList<FailedAt> ByHost, long LookedToMs,
    bool MayResend);

/// <summary>What merchants were not told, and telling it again: chosen orders or a span of time.</summary>
internal sealed class NotificationScreen(OwnMerchants merchants, ToldReads told, Resends resends, PaymentReads reads, AuditedStore store, TimeProvider time)
{
    /// <summary>Orders that the screen lists, and that one form tells again by choice.</summary>
    public const int MostShown = 200;

    /// <summary>Orders that one form tells again by their time.</summary>
    public const int MostOfRange = 10_000;

    private const int DaysAtFirst = 7, MostDays = 31;

    public async Task<IResult> ShowAsync(Visit visit, string? problem = null)
    {
        var query = visit.Http.Request.Query;
        var (merchant, status, host) = (query["merchant"].ToString(), query["status"].ToString(), query["host"].ToString());
        var own = await merchants.OfAsync(visit.Who, Permissions.NotificationsSee);
        List<OwnMerchant> chosen = [.. own.Where(m => merchant.Length == 0 || m.No.ToString(CultureInfo.InvariantCulture) == merchant)];
        if (merchant.Length > 0 && chosen.Count == 0)
        {
            return Nowhere(visit);
        }

        OwnMerchants.ShowZone(visit, chosen);
        var today = Clock.LocalDate(time.NowMs(), visit.Zone);
        var to = Days.Read(query["to"].ToString()) ?? today;
        var from = Days.Read(query["from"].ToString()) ?? to.AddDays(1 - DaysAtFirst);
        var missed = new List<MissedLine>();
        var byHost = new List<FailedAt>();
        var lookedTo = 0L;
        foreach (var one in chosen)
        {
            var failed = await told.FailedAsync(one.Row.Bucket, one.No, Days.BeginMs(from, visit.Zone), Days.BeginMs(to.AddDays(1), visit.Zone), visit.Http.RequestAborted);
            missed.AddRange(failed.Orders.Select(u => new MissedLine(u, one, ToldReads.HostOf(u.Order))));
            byHost.AddRange(failed.ByHost);
            lookedTo = Math.Max(lookedTo, failed.LookedToMs);
        }

        var shown = missed
            .Where(m => (status.Length == 0 || m.Missed.Last.HttpStatus.ToString(CultureInfo.InvariantCulture) == status) && (host.Length == 0 || m.Host == host))
            .OrderByDescending(m => m.Missed.Last.AtMs).ToList();
        return visit.Show<NotificationsPage>(
            "Notifications",
            new NotificationsModel(
                own, merchant, from, to, status, host, [.. shown.Take(MostShown)], shown.Count, Together(byHost), lookedTo, chosen.Any(m => OwnMerchants.May(visit.Who, m, Permissions.NotificationsResend))),
            problem);
    }

    /// <summary>Tells chosen orders again. One that is not of his business is passed over, as one that does not exist.</summary>
    public async Task<IResult> ResendChosenAsync(Visit visit)
    {
        var own = (await merchants.OfAsync(visit.Who, Permissions.NotificationsResend)).ToDictionary(m => m.No);
        var orders = new List<OrderRow>();
        foreach (var number in visit.Form["order"].OfType<string>().Distinct().Take(MostShown))
        {
            if (await reads.FindAsync(number, visit.Http.RequestAborted) is { } order && own.ContainsKey(order.MerchantNo))
            {
                orders.Add(order);
            }
        }

        if (orders.Count == 0)
        {
            return await ShowAsync(visit, "Choose at least one order.");
        }

        await store.SaveAsync((_, trail) =>
        {
            foreach (var order in orders)
            {
                trail.Add(visit.By, "notification.resend", PaymentScreen.SubjectOf(order), chain: order.Bucket);
            }

            return Task.FromResult(true);
        });
        await Task.WhenAll(orders.Select(o => resends.ResendAsync(o.Key, PaymentScreen.CauseOf(visit))));
        return Visit.GoTo("/dashboard/notifications?done=resent");
    }

    /// <summary>Tells the results again of orders that were created within some days.</summary>
    public async Task<IResult> ResendRangeAsync(Visit visit)
    {
        var no = visit.Field("merchant");
        var merchant = (await merchants.OfAsync(visit.Who, Permissions.NotificationsResend)).FirstOrDefault(m => m.No.ToString(CultureInfo.InvariantCulture) == no);
        if (merchant is null)
        {
            return Nowhere(visit);
        }

        OwnMerchants.ShowZone(visit, [merchant]);
        if (Days.Read(visit.Field("from")) is not { } from || Days.Read(visit.Field("to")) is not { } to || from > to || to.DayNumber - from.DayNumber >= MostDays)
        {
            return await ShowAsync(visit, $"Give a first and a last day, at most {MostDays} days.");
        }

        var onlyUndelivered = visit.Field("which") != "all";
        var wanted = new { from = Days.Text(from), to = Days.Text(to), onlyUndelivered };
        await LogAsync(visit, merchant, "notification.resend-range", wanted);
        var count = await resends.ResendRangeAsync(
            merchant.No, Days.BeginMs(from, visit.Zone), Days.BeginMs(to.AddDays(1), visit.Zone), onlyUndelivered, PaymentScreen.CauseOf(visit), MostOfRange, visit.Http.RequestAborted);
        await LogAsync(visit, merchant, "notification.resent-range", new { wanted.from, wanted.to, onlyUndelivered, count });
        return new ScreenAnswer<ResentPage>(visit.Frame("Notifications"), count);
    }

    private static ScreenAnswer<Said> Nowhere(Visit visit) => new(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);

    private static IReadOnlyList<FailedAt> Together(IEnumerable<FailedAt> all) =>
    [
        .. all.GroupBy(f => (f.Host, f.HttpStatus)).Select(g => new FailedAt(g.Key.Host, g.Key.HttpStatus, g.Sum(f => f.Tries), g.Max(f => f.LastMs))).OrderByDescending(f => f.Tries).Take(MostShown),
    ];

    private Task<bool> LogAsync(Visit visit, OwnMerchant merchant, string action, object after) => store.SaveAsync((_, trail) =>
    {
        trail.Add(visit.By, action, $"merchant:{merchant.No}", after: after, chain: merchant.Row.Bucket);
        return Task.FromResult(true);
    });
}
