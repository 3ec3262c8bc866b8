using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Operator.Months;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator;

/// <summary>Where the back office's screens of the books are, and what each needs.</summary>
internal static class BookRoutes
{
    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.LedgerSee, new ScreenLink("/operator/cover", "Cover", "Books")),
        (Permissions.LedgerSee, new ScreenLink("/operator/ledger", "Ledger", "Books")),
        (Permissions.LedgerSee, new ScreenLink("/operator/banks", "Bank accounts", "Books")),
        .. WithdrawalRoutes.Links,
    ];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/cover", Permissions.LedgerSee, v => Books(v).CoverAsync(v)),
        ("GET", "/operator/ledger", Permissions.LedgerSee, v => Books(v).TrialAsync(v)),
        ("GET", "/operator/ledger/accounts", Permissions.LedgerSee, v => Books(v).AccountsAsync(v)),
        ("GET", "/operator/ledger/accounts/{no:long}", Permissions.LedgerSee, v => Books(v).AccountAsync(v, NoOf(v))),
        ("GET", "/operator/ledger/transfers/{no:long}", Permissions.LedgerSee, v => Books(v).TransferAsync(v, NoOf(v))),
        ("GET", "/operator/ledger/chains", Permissions.LedgerSee, v => Books(v).ChainsAsync(v)),
        ("GET", "/operator/ledger/by-hand", Permissions.LedgerSee, v => ByHand(v).ShowAsync(v)),
        ("POST", "/operator/ledger/by-hand", Permissions.LedgerTransfer, v => ByHand(v).ProposeAsync(v)),
        ("POST", "/operator/ledger/by-hand/preview", Permissions.LedgerTransfer, v => ByHand(v).PreviewAsync(v)),
        .. WithdrawalRoutes.All,
        .. MonthRoutes.All,
        ("GET", "/operator/banks", Permissions.LedgerSee, v => ByHand(v).BanksAsync(v)),
        ("POST", "/operator/banks", Permissions.LedgerTransfer, v => ByHand(v).AddBankAsync(v)),
        ("POST", "/operator/banks/{no:long}/tell", Permissions.LedgerTransfer, v => ByHand(v).TellBankAsync(v, NoOf(v))),
        ("POST", "/operator/banks/{no:long}/close", Permissions.LedgerTransfer, v => ByHand(v).CloseBankAsync(v, NoOf(v))),
    ];

    public static void AddBookScreens(this IServiceCollection services)
    {
        services.AddSingleton<OwnerNames>();
        services.AddSingleton<BookScreens>();
        services.AddSingleton<ByHandScreens>();
        services.AddSingleton<WithdrawalScreens>();
        services.AddMonths();
    }

    private static BookScreens Books(Visit visit) => visit.Http.RequestServices.GetRequiredService<BookScreens>();

    private static ByHandScreens ByHand(Visit visit) => visit.Http.RequestServices.GetRequiredService<ByHandScreens>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
