using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Overviews;

/// <param name="Picture">What burns.</param>
/// <param name="Countries">Those that have channel accounts, to choose from.</param>
/// <param name="Country">The chosen one; empty for all.</param>
/// <param name="SeesBooks">Whether the reader may see the books.</param>
/// <param name="NowMs">When it was read.</param>
internal sealed record OverviewModel(OverviewPicture Picture, IReadOnlyList<(string Code, string Name)> Countries, string Country, bool SeesBooks, long NowMs);

/// <summary>Where the overview is: the first page after signing in.</summary>
internal static class OverviewRoutes
{
    public const string Path = "/operator/overview";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links = [(Permissions.OverviewSee, new ScreenLink(Path, "Overview"))];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", Path, Permissions.OverviewSee, ShowAsync),
    ];

    public static void AddOverview(this IServiceCollection services) => services.AddSingleton<OverviewReads>();

    private static async Task<IResult> ShowAsync(Visit visit)
    {
        var services = visit.Http.RequestServices;
        var (country, seesBooks) = (CountryOf(services, visit.Http.Request.Query["country"].ToString()), visit.Who.May(Permissions.LedgerSee) != Grant.None);
        var picture = await services.GetRequiredService<OverviewReads>().ReadAsync(country, visit.Who.User.Id, seesBooks, visit.Http.RequestAborted);
        await using var context = services.GetRequiredService<IContexts>().Create();
        var used = await context.ChannelAccounts.Select(a => a.Country).Distinct().ToListAsync(visit.Http.RequestAborted);
        var names = services.GetRequiredService<CountryCatalog>().Countries.Where(c => used.Contains(c.IsoCode)).Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal);
        return visit.Show<OverviewPage>("Overview", new OverviewModel(picture, [.. names], country, seesBooks, services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds()), null);
    }

    internal static string CountryOf(IServiceProvider services, string asked) => services.GetRequiredService<CountryCatalog>().FindCountry(asked)?.IsoCode ?? "";
}
