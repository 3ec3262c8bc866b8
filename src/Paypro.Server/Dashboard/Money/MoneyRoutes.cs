using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Money;

/// <summary>Where a merchant's money is on the dashboard, and what each screen needs.</summary>
internal static class MoneyRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.StatementSee, new ScreenLink("/dashboard/statement", "Balance and statement", "Money")),
        (Permissions.SettlementsSee, new ScreenLink("/dashboard/settlements", "Settlements", "Money")),
        (Permissions.StatementSee, new ScreenLink("/dashboard/fees", "Statements of fees", "Money")),
        (Permissions.StatementSee, new ScreenLink("/dashboard/withdrawals", "Withdrawals", "Money")),
        (Permissions.BalanceSee, new ScreenLink("/dashboard/topups", "Top-ups", "Money")),
    ];

    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/statement", Permissions.StatementSee, (s, v) => s.GetRequiredService<StatementScreen>().ShowAsync(v)),
        ("GET", "/dashboard/statement/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<StatementScreen>().ExportAsync(v)),
        ("POST", "/dashboard/statement/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<StatementScreen>().ExportAsync(v)),
        ("GET", "/dashboard/settlements", Permissions.SettlementsSee, (s, v) => s.GetRequiredService<SettlementScreen>().ShowAsync(v)),
        ("GET", "/dashboard/fees", Permissions.StatementSee, (s, v) => s.GetRequiredService<FeeScreen>().ShowAsync(v)),
        ("GET", "/dashboard/fees/export", Permissions.ListsExport, (s, v) => s.GetRequiredService<FeeScreen>().ExportAsync(v)),
        ("GET", "/dashboard/topups", Permissions.BalanceSee, (s, v) => s.GetRequiredService<TopUpScreen>().ShowAsync(v)),
        ("GET", "/dashboard/withdrawals", Permissions.StatementSee, (s, v) => Withdrawals(s).ShowAsync(v)),
        ("POST", "/dashboard/withdrawals", Permissions.WithdrawalsCreate, (s, v) => Withdrawals(s).RequestAsync(v)),
        ("POST", "/dashboard/withdrawals/take-back", Permissions.WithdrawalsCreate, (s, v) => Withdrawals(s).TakeBackAsync(v)),
        ("POST", "/dashboard/withdrawals/schedule", Permissions.WithdrawalsCreate, (s, v) => Withdrawals(s).ScheduleAsync(v)),
        ("POST", "/dashboard/withdrawals/destination", Permissions.DestinationEdit, (s, v) => Withdrawals(s).AddDestinationAsync(v)),
        ("POST", "/dashboard/withdrawals/destination/decide", Permissions.DestinationEdit, (s, v) => Withdrawals(s).DecideDestinationAsync(v)),
        ("POST", "/dashboard/withdrawals/destination/close", Permissions.DestinationEdit, (s, v) => Withdrawals(s).CloseDestinationAsync(v)),
    ];

    public static void AddMoney(this IServiceCollection services)
    {
        services.AddSingleton<StatementScreen>();
        services.AddSingleton<SettlementScreen>();
        services.AddSingleton<FeeScreen>();
        services.AddSingleton<TopUpScreen>();
        services.AddSingleton<WithdrawalScreen>();
    }

    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link);

    private static WithdrawalScreen Withdrawals(IServiceProvider services) => services.GetRequiredService<WithdrawalScreen>();
}
