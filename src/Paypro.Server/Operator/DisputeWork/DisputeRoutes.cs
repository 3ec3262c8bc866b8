using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.DisputeWork;

/// <summary>Where the back office's screens of disputes are, and what each needs.</summary>
internal static class DisputeRoutes
{
    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links = [(Permissions.OrdersSee, new ScreenLink(DisputeScreens.Path, "Disputes"))];

    /// <summary>Part of <see cref="OperatorRoutes.All"/>. A path that ends with file takes files.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", DisputeScreens.Path, Permissions.OrdersSee, v => Screens(v).ListAsync(v)),
        ("POST", DisputeScreens.Path + "/file", Permissions.DisputesEdit, v => Screens(v).OpenAsync(v)),
        ("GET", DisputeScreens.Path + "/{no:long}", Permissions.OrdersSee, v => Screens(v).ShowAsync(v, NoOf(v))),
        ("POST", DisputeScreens.Path + "/{no:long}/lose", Permissions.DisputesEdit, v => Screens(v).LoseAsync(v, NoOf(v))),
        ("POST", DisputeScreens.Path + "/{no:long}/win", Permissions.DisputesEdit, v => Screens(v).WinAsync(v, NoOf(v))),
        ("POST", DisputeScreens.Path + "/{no:long}/open", Permissions.PeopleReveal, v => Screens(v).FileAsync(v, NoOf(v))),
    ];

    private static DisputeScreens Screens(Visit visit) => visit.Http.RequestServices.GetRequiredService<DisputeScreens>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
