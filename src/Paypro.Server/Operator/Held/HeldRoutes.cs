using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Held;

/// <summary>Where the screens of held payouts of all merchants are, and what each needs.</summary>
internal static class HeldRoutes
{
    private const string OfMerchant = "/operator/merchants/{no:long}/holds";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.PayoutsApprove, new ScreenLink(HeldScreens.Path, "Held payouts")),
    ];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", HeldScreens.Path, Permissions.OrdersSee, v => Screens(v).ListAsync(v)),
        ("POST", HeldScreens.Path, Permissions.PayoutsApprove, v => Screens(v).DecideAsync(v)),
        ("GET", OfMerchant, Permissions.MerchantsSee, v => Screens(v).LimitsAsync(v)),
        ("POST", OfMerchant + "/lower", Permissions.MerchantsStop, v => Screens(v).LowerAsync(v)),
        ("POST", OfMerchant + "/raise", Permissions.TermsEdit, v => Screens(v).RaiseAsync(v)),
    ];

    private static HeldScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<HeldScreens>();
}
