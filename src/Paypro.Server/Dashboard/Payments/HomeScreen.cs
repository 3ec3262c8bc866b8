using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>One merchant among several, on one line: amounts of different currencies are never added.</summary>
internal sealed record HomeLine(OwnMerchant Merchant, long? AvailableMinor, DayCounts Today, DateOnly Day);

/// <summary>What needs somebody's attention.</summary>
/// <param name="Text">In English, with the place of a value.</param>
/// <param name="Value">In its place.</param>
/// <param name="Tone"><c>warn</c> or <c>bad</c>.</param>
/// <param name="Link">Where it is mended; empty for nowhere.</param>
internal sealed record HomeAlert(string Text, string Value, string Tone, string Link);

/// <summary>What the home screen shows of the merchant chosen.</summary>
internal sealed record HomeModel
{
    public required IReadOnlyList<HomeLine> Lines { get; init; }
    public required OwnMerchant Merchant { get; init; }
    public required DateOnly Day { get; init; }
    public required bool IsToday { get; init; }
    public required DayCounts Counts { get; init; }

    /// <summary>Seven days before.</summary>
    public required DayCounts Before { get; init; }
    public required IReadOnlyDictionary<Direction, long> Pending { get; init; }

    /// <summary>Empty for who may not see them.</summary>
    public required IReadOnlyList<(AccountKind Kind, long Minor)> Balances { get; init; }
    public required IReadOnlyList<HomeAlert> Alerts { get; init; }

    /// <summary>What the operator tells merchants of the reader's countries.</summary>
    public required IReadOnlyList<NoticeRow> Notices { get; init; }

    /// <summary>The newest one that is valid; null when there is none, or he may not know.</summary>
    public MerchantKeyRow? Key { get; init; }
    public required FirstStepsDone Steps { get; init; }
    public required bool SeesKeys { get; init; }
    public required long CountedAtMs { get; init; }

    /// <summary>Unix milliseconds UTC.</summary>
    public required long NowMs { get; init; }
}

/// <summary>Whether all is well with a merchant.</summary>
internal sealed class HomeScreen(OwnMerchants merchants, HomeReads reads, HomeNotices notices, TimeProvider time)
{
    /// <summary>A key that ends within this time, with none after it, is told of.</summary>
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var cancellation = visit.Http.RequestAborted;
        var own = await merchants.OfAsync(visit.Who, Permissions.OrdersSee);
        var wanted = visit.Http.Request.Query["merchant"].ToString();
        var merchant = wanted.Length == 0 ? (own.Count > 0 ? own[0] : null) : own.FirstOrDefault(m => m.No.ToString(CultureInfo.InvariantCulture) == wanted);
        if (merchant is null)
        {
            return wanted.Length == 0 ? visit.Show<NoMerchantPage>("Home")
                : new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);
        }

        visit.MerchantZone = merchant.Country.TimeZone;
        var today = Clock.LocalDate(time.NowMs(), visit.Zone);
        var day = Days.Read(visit.Http.Request.Query["day"].ToString()) is { } chosen && chosen < today ? chosen : today;
        var seesKeys = OwnMerchants.May(visit.Who, merchant, Permissions.KeysReveal);
        var keys = await reads.KeysAsync(merchant, cancellation);
        var balances = await reads.BalancesAsync([.. own.Where(m => OwnMerchants.May(visit.Who, m, Permissions.BalanceSee))], cancellation);
        return visit.Show<HomePage>("Home", new HomeModel
        {
            Lines = own.Count > 1 ? await LinesAsync(visit, own, balances, cancellation) : [],
            Merchant = merchant,
            Day = day,
            IsToday = day == today,
            Counts = (await reads.DaysAsync([(merchant, day, visit.Zone)], cancellation))[0],
            Before = (await reads.DaysAsync([(merchant, day.AddDays(-7), visit.Zone)], cancellation))[0],
            Pending = await reads.PendingAsync(merchant, cancellation),
            Balances = balances.GetValueOrDefault(merchant.No, []),
            Alerts = [.. Alerts(visit, merchant, keys, await reads.MissedAsync(merchant, cancellation))],
            Notices = await notices.OfAsync(own.Select(m => m.Country.IsoCode), cancellation),
            Key = seesKeys && keys.Count > 0 ? keys[0] : null,
            Steps = await reads.FirstStepsAsync(merchant, keys.Count > 0, cancellation),
            SeesKeys = seesKeys,
            CountedAtMs = await reads.CountedAtAsync(cancellation),
            NowMs = time.NowMs(),
        });
    }

    /// <summary>Each merchant's today is that of its own zone, unless the reader has chosen one for all.</summary>
    private async Task<IReadOnlyList<HomeLine>> LinesAsync(
        Visit visit, IReadOnlyList<OwnMerchant> own, IReadOnlyDictionary<long, IReadOnlyList<(AccountKind Kind, long Minor)>> balances, CancellationToken cancellation)
    {
        var days = own.Select(m => (Merchant: m, Zone: visit.Who.User.Zone.Length > 0 ? visit.Zone : m.Country.TimeZone))
            .Select(m => (m.Merchant, Day: Clock.LocalDate(time.NowMs(), m.Zone), m.Zone)).ToList();
        return
        [
            .. days.Zip(await reads.DaysAsync(days, cancellation), (d, counts) => new HomeLine(
                d.Merchant, balances.TryGetValue(d.Merchant.No, out var of) ? of.First(b => b.Kind == AccountKind.Available).Minor : null, counts, d.Day)),
        ];
    }

    private IEnumerable<HomeAlert> Alerts(Visit visit, OwnMerchant merchant, IReadOnlyList<MerchantKeyRow> keys, (int Count, bool MayBeMore) missed)
    {
        if (!merchant.Row.Open)
        {
            yield return new HomeAlert("The merchant number is closed: it takes no new orders.", "", "bad", "");
        }
        else
        {
            if (!merchant.Row.PayInsOpen)
            {
                yield return new HomeAlert("Pay-ins are stopped.", "", "bad", "");
            }

            if (!merchant.Row.PayoutsOpen)
            {
                yield return new HomeAlert("Payouts are stopped.", "", "bad", "");
            }
        }

        if (missed.Count > 0)
        {
            yield return new HomeAlert(
                missed.MayBeMore ? "At least {0} results of the last 7 days were not taken by your server." : "{0} results of the last 7 days were not taken by your server.",
                visit.Texts.Count(missed.Count), "warn", $"/dashboard/notifications?merchant={merchant.No}");
        }

        // The one that lasts longest says when nothing can be signed any more.
        var soon = time.NowMs() + (long)EndsSoon.TotalMilliseconds;
        if (keys.Count > 0 && keys.All(k => k.ValidToMs != 0 && k.ValidToMs < soon))
        {
            yield return new HomeAlert("The last valid key ends on {0}.", Days.Moment(keys.Max(k => k.ValidToMs), visit.Zone), "warn", $"/dashboard/keys/{merchant.No}");
        }
    }
}
