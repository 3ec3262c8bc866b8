using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Blocking;

/// <summary>Where a merchant's own block list is, and what each screen needs.</summary>
internal static class OwnBlockRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.OwnBlockListEdit, new ScreenLink(OwnBlockScreen.Root, "Block list", "Payments")),
    ];

    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", OwnBlockScreen.Root, Permissions.OwnBlockListEdit, (s, v) => Screen(s).ShowAsync(v)),
        ("POST", OwnBlockScreen.Root, Permissions.OwnBlockListEdit, (s, v) => Screen(s).AddAsync(v)),
        ("POST", OwnBlockScreen.Root + "/find", Permissions.OwnBlockListEdit, (s, v) => Screen(s).FindAsync(v)),
        ("POST", OwnBlockScreen.Root + "/remove", Permissions.OwnBlockListEdit, (s, v) => Screen(s).RemoveAsync(v)),
        ("POST", OwnBlockScreen.Root + "/decide", Permissions.OwnBlockListEdit, (s, v) => Screen(s).DecideAsync(v)),
    ];

    public static void AddOwnBlockList(this IServiceCollection services)
    {
        services.AddSingleton<OwnBlockScreen>();
        services.AddSingleton<IProposalKind, OwnBlockRemoval>();
    }

    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link);

    private static OwnBlockScreen Screen(IServiceProvider services) => services.GetRequiredService<OwnBlockScreen>();
}
