using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>Where the screens of orders of all merchants are, and what each needs.</summary>
internal static class OrderRoutes
{
    private const string OfOrder = OrderListQuery.Path + "/{number}";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.OrdersSee, new ScreenLink("/operator/find", "Find")),
        (Permissions.OrdersSee, new ScreenLink(OrderListQuery.Path, "Orders")),
    ];

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/find", Permissions.OrdersSee, v => Screens(v).FindAsync(v)),
        ("POST", "/operator/find", Permissions.OrdersSee, v => Screens(v).FindPersonAsync(v)),
        ("GET", OrderListQuery.Path, Permissions.OrdersSee, v => Screens(v).ListAsync(v)),
        ("GET", OrderListQuery.Path + "/export", Permissions.ListsExport, v => v.Http.RequestServices.GetRequiredService<OrderFiles>().ExportAsync(v)),
        ("POST", OrderListQuery.Path + "/export", Permissions.ListsExport, v => v.Http.RequestServices.GetRequiredService<OrderFiles>().ExportAsync(v)),
        ("GET", OfOrder, Permissions.OrdersSee, v => Screens(v).ShowAsync(v)),
        ("POST", OfOrder + "/reveal", Permissions.PeopleReveal, v => Screens(v).RevealAsync(v)),
        ("POST", OfOrder + "/ask", Permissions.OrdersAsk, v => Screens(v).AskAsync(v)),
        ("POST", OfOrder + "/retry", Permissions.OrdersRetry, v => Screens(v).RetryAsync(v)),
        ("POST", OfOrder + "/end", Permissions.OrdersExpire, v => Screens(v).EndAsync(v)),
        ("POST", OfOrder + "/reopen", Permissions.OrdersReopen, v => Screens(v).ReopenAsync(v)),
    ];

    public static void AddAllOrders(this IServiceCollection services)
    {
        services.AddSingleton<AllOrderReads>();
        services.AddSingleton<Findings>();
        services.AddSingleton<OrderScreens>();
        services.AddSingleton<OrderActions>();
        services.AddSingleton<IProposalKind, PayInReopen>();
        services.AddSingleton<OrderFiles>();
        services.AddSingleton<IListSource>(s => s.GetRequiredService<OrderFiles>());
    }

    private static OrderScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<OrderScreens>();
}
