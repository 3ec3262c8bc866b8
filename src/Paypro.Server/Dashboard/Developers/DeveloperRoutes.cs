using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>What a merchant's developers have on the dashboard, and what each screen needs.</summary>
internal static class DeveloperRoutes
{
    private const string Root = "/dashboard/developers/{no:long}", Brand = "/dashboard/brand/{no:long}";

    /// <summary>More than a logo may have, so that one that is too large is answered with how large it may be.</summary>
    private const long LongestLogoForm = 2 * 1024 * 1024;

    /// <summary>Every screen and every form of one: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, OwnPlace, Task<IResult>> Answer)> All =
    [
        ("GET", Root, Permissions.RequestsSee, (s, v, p) => s.GetRequiredService<DeveloperScreens>().CallsAsync(v, p)),
        ("GET", Root + "/calls/{call:long}", Permissions.RequestsSee, (s, v, p) => s.GetRequiredService<DeveloperScreens>().CallAsync(v, p, NumberOf(v, "call"))),
        ("GET", Root + "/connection", Permissions.RequestsSee, (s, v, p) => s.GetRequiredService<ConnectionScreens>().ShowAsync(v, p)),
        ("POST", Root + "/urls", Permissions.NotifyUrlsEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().SetUrlsAsync(v, p)),
        ("POST", Root + "/test", Permissions.NotifyUrlsEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().TestAsync(v, p)),
        ("POST", Root + "/allow", Permissions.AllowListEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().AllowAsync(v, p)),
        ("POST", Root + "/disallow", Permissions.AllowListEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().RemoveAsync(v, p)),
        ("POST", Root + "/hmac", Permissions.KeysEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().RequireHmacAsync(v, p)),
        ("POST", Root + "/md5", Permissions.PolicyEdit, (s, v, p) => s.GetRequiredService<ConnectionScreens>().ProposeMd5Async(v, p)),
        ("GET", Root + "/sandbox", Permissions.SandboxAct, (s, v, p) => s.GetRequiredService<SandboxScreens>().ShowAsync(v, p)),
        ("POST", Root + "/sandbox", Permissions.SandboxAct, (s, v, p) => s.GetRequiredService<SandboxScreens>().ActAsync(v, p)),
        ("GET", Brand, Permissions.BrandEdit, (s, v, p) => s.GetRequiredService<BrandScreens>().ShowAsync(v, p)),
        ("POST", Brand, Permissions.BrandEdit, (s, v, p) => s.GetRequiredService<BrandScreens>().SaveAsync(v, p)),
        ("GET", Brand + "/preview", Permissions.BrandEdit, (s, v, p) => s.GetRequiredService<BrandScreens>().PreviewAsync(v, p)),
    ];

    public static void AddDevelopers(this IServiceCollection services)
    {
        services.AddSingleton<OwnPlaces>();
        services.AddSingleton<CallReads>();
        services.AddSingleton<Connection>();
        services.AddSingleton<TestDelivery>();
        services.AddSingleton<IProposalKind, AllowMd5>();
        services.AddSingleton<DeveloperScreens>();
        services.AddSingleton<ConnectionScreens>();
        services.AddSingleton<SandboxScreens>();
        services.AddSingleton<BrandScreens>();
    }

    public static void MapDevelopers(this IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        foreach (var (method, path, permission, answer) in All)
        {
            var route = app.MapMethods(path, [method], (HttpContext http, Visits visits, OwnPlaces places) => visits.LetInAsync(Portal.Dashboard, http, permission, links, async visit =>
                await places.FindAsync(visit, NumberOf(visit, "no"), permission) is { } place ? await answer(http.RequestServices, visit, place) : OwnPlaces.None(visit)));
            if (path == Brand)
            {
                route.WithMetadata(new UploadLimit(LongestLogoForm));
            }
        }

        MapFirst(app, "/dashboard/developers", Permissions.RequestsSee, links);
        MapFirst(app, "/dashboard/brand", Permissions.BrandEdit, links);
    }

    /// <summary>The screen of the first merchant for whom one may see it.</summary>
    private static void MapFirst(IEndpointRouteBuilder app, string root, string permission, Func<SignedIn, IReadOnlyList<ScreenLink>> links) =>
        app.MapGet(root, (HttpContext http, Visits visits, OwnMerchants own) => visits.LetInAsync(Portal.Dashboard, http, permission, links, async visit =>
            await own.OfAsync(visit.Who, permission) is [var first, ..] ? Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{root}/{first.No}")) : OwnPlaces.None(visit)));

    private static long NumberOf(Visit visit, string name) => long.Parse((string)visit.Http.Request.RouteValues[name]!, NumberStyles.None, CultureInfo.InvariantCulture);
}
