using Paypro.Server.Access;
using Paypro.Server.Operator.Calendars;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Routes;

/// <summary>The screens of routing and of calendars, and what each needs.</summary>
internal static class RoutingRoutes
{
    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
        [(Permissions.RoutingSee, new ScreenLink("/operator/routing", "Routing")), (Permissions.ChannelsSee, new ScreenLink("/operator/calendars", "Calendars"))];

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/routing", Permissions.RoutingSee, v => Routing(v).ShowAsync(v)),
        ("POST", "/operator/routing", Permissions.RoutingEdit, v => Routing(v).ProposeAsync(v)),
        ("GET", "/operator/calendars", Permissions.ChannelsSee, v => Calendar(v).ShowAsync(v)),
        ("POST", "/operator/calendars/preview", Permissions.HolidaysEdit, v => Calendar(v).PreviewAsync(v)),
        ("POST", "/operator/calendars", Permissions.HolidaysEdit, v => Calendar(v).ProposeAsync(v)),
    ];

    public static void AddRoutingScreens(this IServiceCollection services)
    {
        services.AddSingleton<RoutingRules>();
        services.AddSingleton<DryRun>();
        services.AddSingleton<RoutingScreens>();
        services.AddSingleton<Calendars.Calendars>();
        services.AddSingleton<CalendarScreens>();
        services.AddSingleton<IProposalKind, RuleChange>();
        services.AddSingleton<IProposalKind, CalendarChange>();
    }

    private static RoutingScreens Routing(Visit visit) => visit.Http.RequestServices.GetRequiredService<RoutingScreens>();

    private static CalendarScreens Calendar(Visit visit) => visit.Http.RequestServices.GetRequiredService<CalendarScreens>();
}
