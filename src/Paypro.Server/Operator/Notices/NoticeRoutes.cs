using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Notices;

/// <param name="Notices">The latest first.</param>
/// <param name="Countries">To choose from.</param>
/// <param name="MayEdit">Whether the reader may write one.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
/// <param name="Typed">What was typed, by field.</param>
/// <param name="Chosen">Countries that were ticked.</param>
internal sealed record NoticesModel(IReadOnlyList<NoticeView> Notices, IReadOnlyList<(string Code, string Name)> Countries, bool MayEdit, long NowMs, Func<string, string> Typed, IReadOnlyList<string> Chosen);

/// <summary>The screen of notices.</summary>
internal sealed class NoticeScreens(IContexts contexts, NoticeBoard board, CountryCatalog countries, TimeProvider time)
{
    private const int Most = 50;

    public async Task<IResult> ShowAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var rows = await context.Notices.AsNoTracking().OrderByDescending(n => n.Id).Take(Most).ToListAsync();
        return visit.Show<NoticesPage>("Notices", new NoticesModel(
            [.. rows.Select(NoticeView.Of)], [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)], visit.Who.May(Permissions.MerchantsEdit) != Grant.None, time.NowMs(), visit.Field, Chosen(visit)),
            problem);
    }

    public async Task<IResult> AddAsync(Visit visit)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(visit.Field("zone"), out var zone))
        {
            return await ShowAsync(visit, "zone: must be the name of a zone, such as America/Mexico_City");
        }

        var from = visit.Field("from").Length == 0 ? 0 : TypedNumbers.Time(visit.Field("from"), zone);
        if (from is null || TypedNumbers.Time(visit.Field("to"), zone) is not { } to || TypedNumbers.Whole(visit.Field("daysBefore")) is not { } days)
        {
            return await ShowAsync(visit, "Write start and end as a date and a time.");
        }

        var ways = visit.Field("ways").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var added = await board.AddAsync(visit.By, new NoticeWish(visit.Field("text"), Chosen(visit), ways, from.Value, to, days), Answer<NoticeView>.Unkept);
        return added.Problem is { } problem ? await ShowAsync(visit, problem) : Visit.GoTo($"{NoticeRoutes.Path}?done=saved");
    }

    public async Task<IResult> EndAsync(Visit visit)
    {
        var ended = await board.EndAsync(visit.By, OperatorScreens.Number(visit.Field("notice")) ?? 0, "", Answer<NoticeView>.Unkept);
        return ended.Problem is { } problem ? await ShowAsync(visit, problem) : Visit.GoTo($"{NoticeRoutes.Path}?done=ended");
    }

    private static List<string> Chosen(Visit visit) => [.. visit.Form["country"].OfType<string>()];
}

/// <summary>Where the screen of notices is, and what it needs.</summary>
internal static class NoticeRoutes
{
    public const string Path = "/operator/notices";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links = [(Permissions.MerchantsSee, new ScreenLink(Path, "Notices"))];

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", Path, Permissions.MerchantsSee, v => Screens(v).ShowAsync(v)),
        ("POST", Path, Permissions.MerchantsEdit, v => Screens(v).AddAsync(v)),
        ("POST", Path + "/end", Permissions.MerchantsEdit, v => Screens(v).EndAsync(v)),
    ];

    public static void AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<NoticeBoard>();
        services.AddSingleton<NoticeScreens>();
    }

    private static NoticeScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<NoticeScreens>();
}
