using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Blocking;
using Paypro.Server.Dashboard.Links;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Dashboard.OwnDisputes;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Dashboard.Refunds;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;

namespace Paypro.Server.Dashboard;

/// <summary>Where a merchant's payments are, and what each screen needs.</summary>
internal static class PaymentRoutes
{
    /// <summary>Every screen, file and form: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard", Permissions.OrdersSee, (s, v) => s.GetRequiredService<HomeScreen>().ShowAsync(v)),
        .. OfList("payins", Direction.PayIn),
        .. OfList("payouts", Direction.Payout),
        .. OfOrder("payins", Direction.PayIn),
        .. OfOrder("payouts", Direction.Payout),
        .. OfOrder("refunds", Direction.Refund),
        .. OutgoingRoutes.All,
        .. LinkScreenRoutes.All,
        .. RefundRoutes.All,
        .. OwnDisputeRoutes.All,
        .. MoneyRoutes.All,
        .. ListFileRoutes.Of(Portal.Dashboard).Select(r => (r.Method, r.Path, r.Permission, (Func<IServiceProvider, Visit, Task<IResult>>)((_, v) => r.Answer(v)))),
        .. OwnBlockRoutes.All,
        ("GET", "/dashboard/notifications", Permissions.NotificationsSee, (s, v) => s.GetRequiredService<NotificationScreen>().ShowAsync(v)),
        ("POST", "/dashboard/notifications/resend", Permissions.NotificationsResend, (s, v) => s.GetRequiredService<NotificationScreen>().ResendChosenAsync(v)),
        ("POST", "/dashboard/notifications/range", Permissions.NotificationsResend, (s, v) => s.GetRequiredService<NotificationScreen>().ResendRangeAsync(v)),
    ];

    public static void AddPayments(this IServiceCollection services)
    {
        services.AddSingleton<OwnMerchants>();
        services.AddSingleton<PaymentReads>();
        services.AddSingleton<PaymentLists>();
        services.AddSingleton<IListSource, PaymentListSource>();
        services.AddSingleton<IListSource, StatementSource>();
        services.AddSingleton<PaymentScreen>();
        services.AddSingleton<NotificationScreen>();
        services.AddSingleton<HomeReads>();
        services.AddSingleton<HomeNotices>();
        services.AddSingleton<HomeScreen>();
        services.AddOutgoing();
        services.AddLinkScreens();
        services.AddRefundScreens();
        services.AddSingleton<OwnDisputeScreen>();
        services.AddMoney();
        services.AddOwnBlockList();
    }

    /// <param name="app">Where.</param>
    /// <param name="links">The places beside each screen, for who came.</param>
    public static void MapPayments(this IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        foreach (var (method, path, permission, answer) in All)
        {
            var route = app.MapMethods(path, [method], (HttpContext http, Visits visits) =>
                visits.LetInAsync(Portal.Dashboard, http, permission, links, visit => answer(http.RequestServices, visit)));
            if (path.EndsWith("/file", StringComparison.Ordinal))
            {
                route.WithMetadata(new UploadLimit(path.StartsWith(OwnDisputeScreen.Root, StringComparison.Ordinal) ? OwnDisputeRoutes.LongestForm : PayoutFileReader.MostBytes + 65536));
            }
        }
    }

    private static IEnumerable<(string, string, string, Func<IServiceProvider, Visit, Task<IResult>>)> OfList(string name, Direction direction) =>
    [
        ("GET", $"/dashboard/{name}", Permissions.OrdersSee, (s, v) => s.GetRequiredService<PaymentLists>().ShowAsync(v, direction)),
        ("GET", $"/dashboard/{name}/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<PaymentLists>().ExportAsync(v, direction)),
        ("POST", $"/dashboard/{name}/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<PaymentLists>().ExportAsync(v, direction)),
    ];

    private static IEnumerable<(string, string, string, Func<IServiceProvider, Visit, Task<IResult>>)> OfOrder(string name, Direction direction) =>
    [
        ("GET", $"/dashboard/{name}/{{number}}", Permissions.OrdersSee, (s, v) => s.GetRequiredService<PaymentScreen>().ShowAsync(v, direction)),
        ("POST", $"/dashboard/{name}/{{number}}/resend", Permissions.NotificationsResend, (s, v) => s.GetRequiredService<PaymentScreen>().ResendAsync(v, direction)),
        ("POST", $"/dashboard/{name}/{{number}}/reveal", Permissions.PeopleReveal, (s, v) => s.GetRequiredService<PaymentScreen>().RevealAsync(v, direction)),
    ];
}
