using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Money;

/// <summary>Where a merchant's money is on the dashboard, and what each screen needs.</summary>
internal static class MoneyRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.StatementSee, new ScreenLink("/dashboard/statement", "Balance and statement", "Money")),
    ];

    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/statement", Permissions.StatementSee, (s, v) => s.GetRequiredService<StatementScreen>().ShowAsync(v)),
        ("GET", "/dashboard/statement/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<StatementScreen>().ExportAsync(v)),
    ];

    public static void AddMoney(this IServiceCollection services) => services.AddSingleton<StatementScreen>();

    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link);
}
