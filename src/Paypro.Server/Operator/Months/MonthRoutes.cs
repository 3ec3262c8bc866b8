using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Months;

/// <summary>Where closed months and account codes are, and what each screen needs.</summary>
internal static class MonthRoutes
{
    private const string Screen = "/operator/ledger/months", Codes = "/operator/ledger/codes";

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", Screen, Permissions.LedgerSee, v => Screens(v).ListAsync(v)),
        ("POST", Screen, Permissions.MonthClose, v => Screens(v).CloseAsync(v)),
        ("GET", Screen + "/{no:long}", Permissions.LedgerSee, v => Screens(v).ShowAsync(v, NoOf(v))),
        ("GET", Screen + "/{no:long}/journal/export", Permissions.LedgerSee, v => Screens(v).JournalAsync(v, NoOf(v))),
        ("GET", Screen + "/{no:long}/fees/export", Permissions.LedgerSee, v => Screens(v).FeesAsync(v, NoOf(v))),
        ("GET", Codes, Permissions.LedgerSee, v => Screens(v).CodesAsync(v)),
        ("POST", Codes, Permissions.MonthClose, v => Screens(v).SetCodeAsync(v)),
    ];

    public static void AddMonths(this IServiceCollection services) => services.AddSingleton<MonthScreens>();

    private static MonthScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<MonthScreens>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
