using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator;

/// <summary>Where the back office's screens of withdrawals, debts and settlements are, and what each needs.</summary>
internal static class WithdrawalRoutes
{
    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.LedgerSee, new ScreenLink("/operator/withdrawals", "Withdrawals", "Books")),
        (Permissions.LedgerSee, new ScreenLink("/operator/destinations", "Destinations", "Books")),
        (Permissions.LedgerSee, new ScreenLink("/operator/debts", "Debts", "Books")),
        (Permissions.LedgerSee, new ScreenLink("/operator/settlements", "Settlement runs", "Books")),
    ];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/withdrawals", Permissions.LedgerSee, v => Screens(v).ListAsync(v)),
        ("POST", "/operator/withdrawals/{no:long}/decide", Permissions.WithdrawalsApprove, v => Screens(v).DecideAsync(v, NoOf(v))),
        ("POST", "/operator/withdrawals/{no:long}/give-up", Permissions.WithdrawalsApprove, v => Screens(v).GiveUpAsync(v, NoOf(v))),
        ("GET", "/operator/destinations", Permissions.LedgerSee, v => Screens(v).DestinationsAsync(v)),
        ("POST", "/operator/destinations/{no:long}/confirm", Permissions.DestinationConfirm, v => Screens(v).ConfirmAsync(v, NoOf(v))),
        ("POST", "/operator/destinations/{no:long}/close", Permissions.MerchantsStop, v => Screens(v).CloseAsync(v, NoOf(v))),
        ("GET", "/operator/debts", Permissions.LedgerSee, v => Screens(v).DebtsAsync(v)),
        ("GET", "/operator/settlements", Permissions.LedgerSee, v => Screens(v).SettlementsAsync(v)),
        ("GET", "/operator/settlements/{no:long}", Permissions.LedgerSee, v => Screens(v).SettlementAsync(v, NoOf(v))),
    ];

    private static WithdrawalScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<WithdrawalScreens>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
