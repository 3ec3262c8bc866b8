using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Links;

/// <summary>Where payment links are on the dashboard, and what each screen needs.</summary>
internal static class LinkScreenRoutes
{
    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/links", Permissions.LinksSee, (s, v) => Screens(s).ListAsync(v)),
        ("POST", "/dashboard/links", Permissions.LinksCreate, (s, v) => Screens(s).MakeAsync(v)),
        ("GET", "/dashboard/links/{number}", Permissions.LinksSee, (s, v) => Screens(s).ShowAsync(v)),
        ("GET", "/dashboard/links/{number}/qr.png", Permissions.LinksSee, (s, v) => Screens(s).QrAsync(v)),
        ("POST", "/dashboard/links/{number}/close", Permissions.LinksCreate, (s, v) => Screens(s).CloseAsync(v)),
    ];

    public static void AddLinkScreens(this IServiceCollection services) => services.AddSingleton<LinkScreens>();

    private static LinkScreens Screens(IServiceProvider services) => services.GetRequiredService<LinkScreens>();
}
