using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Refunds;

/// <summary>Where money is given back on the dashboard, and what each screen needs.</summary>
internal static class RefundRoutes
{
    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/payins/{number}/refund", Permissions.PayInsRefund, (s, v) => Screens(s).ShowAsync(v)),
        ("POST", "/dashboard/payins/{number}/refund", Permissions.PayInsRefund, (s, v) => Screens(s).AskAsync(v)),
        ("GET", "/dashboard/refunds", Permissions.PayInsRefund, (s, v) => Screens(s).ListAsync(v)),
        ("POST", "/dashboard/refunds/decide", Permissions.PayInsRefund, (s, v) => Screens(s).DecideAsync(v)),
        ("POST", "/dashboard/refunds/limit", Permissions.PolicyEdit, (s, v) => Screens(s).LimitAsync(v)),
    ];

    public static void AddRefundScreens(this IServiceCollection services)
    {
        services.AddSingleton<RefundScreens>();
        services.AddSingleton<RefundOrders>();
        services.AddSingleton<RefundLimits>();
        services.AddSingleton<IProposalKind>(s => s.GetRequiredService<RefundLimits>());
        services.AddSingleton<IProposalKind, RefundByTwo>();
    }

    public static void AddRefundLoops(this IServiceCollection services) =>
        services.AddLoop("refunds asked for", s => s.GetRequiredService<RefundOrders>().RunOnceAsync, RefundOrders.Every);

    /// <summary>Beside the other lists of payments, for whoever may give money back.</summary>
    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => who.May(Permissions.PayInsRefund) == Grant.None ? [] : [new ScreenLink("/dashboard/refunds", "Refunds", "Payments")];

    private static RefundScreens Screens(IServiceProvider services) => services.GetRequiredService<RefundScreens>();
}
