using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Disputes;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.OwnDisputes;

/// <summary>Where a merchant's people see and answer disputes, and what each screen needs.</summary>
internal static class OwnDisputeRoutes
{
    /// <summary>The longest form with files, bytes.</summary>
    public const long LongestForm = (long)DisputeFiles.MostAtOnce * Merchants.Papers.MostBytes + 65536;

    /// <summary>Part of <see cref="PaymentRoutes.All"/>. A path that ends with file takes files.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", OwnDisputeScreen.Root, Permissions.OrdersSee, (s, v) => Screen(s).ListAsync(v)),
        ("GET", OwnDisputeScreen.Root + "/{no:long}", Permissions.OrdersSee, (s, v) => Screen(s).ShowAsync(v, NoOf(v))),
        ("POST", OwnDisputeScreen.Root + "/{no:long}/file", Permissions.DisputesAnswer, (s, v) => Screen(s).AnswerAsync(v, NoOf(v))),
        ("POST", OwnDisputeScreen.Root + "/{no:long}/open", Permissions.DisputesAnswer, (s, v) => Screen(s).FileAsync(v, NoOf(v))),
    ];

    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => who.May(Permissions.OrdersSee) == Grant.None ? [] : [new ScreenLink(OwnDisputeScreen.Root, "Disputes", "Payments")];

    private static OwnDisputeScreen Screen(IServiceProvider services) => services.GetRequiredService<OwnDisputeScreen>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
