using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Blocking;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Dashboard.OwnDisputes;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Papers;
using Paypro.Server.Dashboard.Refunds;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;
using System.Globalization;

namespace Paypro.Server.Dashboard;

/// <param name="Used">When each key has signed a call last, Unix milliseconds UTC; a key that has signed none is not in it.</param>
internal sealed record KeysModel(long MerchantNo, IReadOnlyList<MerchantKeyRow> Keys, IReadOnlyDictionary<long, long> Used, long NowMs, string? Secret, string SecretOf);

/// <summary>The screens of a merchant's people. Whatever is not of their business does not exist for them.</summary>
internal static class DashboardRoutes
{
    private static readonly ScreenLink[] Links =
    [
        new("/dashboard", "Home"), new("/dashboard/payins", "Pay-ins", "Payments"), new("/dashboard/payouts", "Payouts", "Payments"), new("/dashboard/links", "Payment links", "Payments"), new("/dashboard/notifications", "Notifications", "Payments"),
        new("/dashboard/developers", "Developers", "Integration"), new("/dashboard/brand", "Brand", "Integration"),
    ];

    /// <summary>The places beside the screens, for who came.</summary>
    public static IReadOnlyList<ScreenLink> LinksOf(SignedIn who) =>
        [.. Links[..5], .. OutgoingRoutes.LinksOf(who), .. RefundRoutes.LinksOf(who), .. OwnDisputeRoutes.LinksOf(who), .. OwnBlockRoutes.LinksOf(who), .. MoneyRoutes.LinksOf(who), .. Links[5..], .. PeopleRoutes.LinksOf(who), .. who.May(Permissions.ListsExport) != Grant.None ? [ListFileRoutes.LinkOf(Portal.Dashboard)] : Array.Empty<ScreenLink>()];

    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<OwnKeys>();
        services.AddPayments();
        services.AddDevelopers();
        services.AddPeople();
        services.AddSingleton<PaperScreens>();
    }

    /// <summary>Maps the dashboard where this process has the role <c>portals</c>.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Does("portals"))
        {
            return;
        }

        app.MapAccess(Portal.Dashboard, LinksOf);
        app.MapPayments(LinksOf);
        app.MapDevelopers(LinksOf);
        app.MapPeople(LinksOf);
        PaperScreens.Map(app, LinksOf);
        MapKeys(app, "GET", "", Permissions.KeysReveal, (visit, keys, no) => ShowAsync(visit, keys, no));
        MapKeys(app, "POST", "", Permissions.KeysEdit, async (visit, keys, no) =>
        {
            var days = int.TryParse(visit.Field("overlap"), NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : -1;
            var algorithm = visit.Field("kind") == nameof(SigningAlgorithm.Md5) ? SigningAlgorithm.Md5 : SigningAlgorithm.HmacSha256;
            return await keys.MakeAsync(visit.By, no, algorithm, days) is not { } problem ? Visit.GoTo($"/dashboard/keys/{no}?done=saved")
                : problem == OwnKeys.Proposed ? Visit.GoTo("/dashboard/proposals?done=proposed")
                : await ShowAsync(visit, keys, no, problem);
        });
        MapKeys(app, "POST", "/reveal", Permissions.KeysReveal, async (visit, keys, no) =>
        {
            var key = KeyOf(visit);
            var secret = await keys.RevealAsync(visit.By, no, key);
            if (secret is null && await keys.AskToRevealAsync(visit.By, no, key) is { } asked)
            {
                return asked == OwnKeys.Proposed ? Visit.GoTo("/dashboard/proposals?done=proposed") : await ShowAsync(visit, keys, no, asked);
            }

            return await ShowAsync(visit, keys, no, secret is null ? "This key cannot be opened." : null, secret, key.ToString(CultureInfo.InvariantCulture));
        });
        MapKeys(app, "POST", "/end", Permissions.KeysEdit, async (visit, keys, no) =>
        {
            await keys.EndAsync(visit.By, no, KeyOf(visit));
            return Visit.GoTo($"/dashboard/keys/{no}?done=ended");
        });
    }

    private static void MapKeys(IEndpointRouteBuilder app, string method, string path, string permission, Func<Visit, OwnKeys, long, Task<IResult>> answer) => app.MapMethods(
        "/dashboard/keys/{no:long}" + path,
        [method],
        (long no, HttpContext http, Visits visits, OwnKeys keys, IContexts contexts) => visits.LetInAsync(Portal.Dashboard, http, permission, LinksOf, async visit =>
            await MayAsync(contexts, visit.Who, no, permission) ? await answer(visit, keys, no)
            : new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound)));

    private static long KeyOf(Visit visit) => long.TryParse(visit.Field("key"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>Whether one of his roles holds for this merchant and allows it there.</summary>
    private static async Task<bool> MayAsync(IContexts contexts, SignedIn who, long merchantNo, string permission)
    {
        await using var context = contexts.Create();
        var businessId = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => (long?)m.BusinessId).SingleOrDefaultAsync();
        return businessId is not null && OwnMerchants.May(who, businessId.Value, merchantNo, permission);
    }

    private static async Task<IResult> ShowAsync(Visit visit, OwnKeys keys, long merchantNo, string? problem = null, string? secret = null, string secretOf = "") =>
        visit.Show<KeysPage>(string.Create(CultureInfo.InvariantCulture, $"Keys of {merchantNo}"), new KeysModel(merchantNo, await keys.ListAsync(merchantNo), await keys.UsedAsync(merchantNo), keys.NowMs, secret, secretOf), problem);
}
