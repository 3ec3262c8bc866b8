using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator;

/// <summary>Where the back office's screens are, and what each needs.</summary>
internal static class OperatorRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.MerchantsSee, new ScreenLink("/operator/merchants", "Merchants")),
        (Permissions.ProposalsSee, new ScreenLink("/operator/proposals", "Proposals")),
        (Permissions.UsersStop, new ScreenLink("/operator/users", "Users")),
        (Permissions.TokensStop, new ScreenLink("/operator/tokens", "Tokens")),
        (Permissions.AuditSee, new ScreenLink("/operator/audit", "Audit log")),
    ];

    /// <summary>Every screen and every form of one: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<OperatorScreens, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/merchants", Permissions.MerchantsSee, (s, v) => s.MerchantsAsync(v)),
        ("POST", "/operator/merchants", Permissions.MerchantsEdit, (s, v) => s.AddMerchantAsync(v)),
        ("GET", "/operator/merchants/{no:long}", Permissions.MerchantsSee, (s, v) => s.MerchantAsync(v, NoOf(v))),
        ("POST", "/operator/merchants/{no:long}/stop", Permissions.MerchantsStop, (s, v) => s.StopAsync(v, NoOf(v))),
        ("POST", "/operator/merchants/{no:long}/reopen", Permissions.MerchantsReopen, (s, v) => s.ReopenAsync(v, NoOf(v))),
        ("POST", "/operator/merchants/{no:long}/owner", Permissions.OwnersInvite, (s, v) => s.InviteOwnerAsync(v, NoOf(v))),
        ("POST", "/operator/merchants/{no:long}/key", Permissions.KeysStop, (s, v) => s.EndKeyAsync(v, NoOf(v))),
        ("POST", "/operator/merchants/{no:long}/terms", Permissions.TermsEdit, (s, v) => s.AddTermsAsync(v, NoOf(v))),
        ("GET", "/operator/users", Permissions.UsersStop, (s, v) => s.UsersAsync(v)),
        ("POST", "/operator/users", Permissions.UsersEdit, (s, v) => s.GiveRoleAsync(v)),
        ("POST", "/operator/users/link", Permissions.UsersEdit, (s, v) => s.SendLinkAsync(v)),
        ("POST", "/operator/users/factor", Permissions.UsersEdit, (s, v) => s.ResetFactorAsync(v)),
        ("POST", "/operator/users/disable", Permissions.UsersStop, (s, v) => s.DisableAsync(v)),
        ("GET", "/operator/tokens", Permissions.TokensStop, (s, v) => s.TokensAsync(v)),
        ("POST", "/operator/tokens", Permissions.TokensEdit, (s, v) => s.MakeTokenAsync(v)),
        ("POST", "/operator/tokens/revoke", Permissions.TokensStop, (s, v) => s.RevokeTokenAsync(v)),
        ("GET", "/operator/proposals", Permissions.ProposalsSee, (s, v) => s.ProposalsAsync(v)),
        ("POST", "/operator/proposals/{no:long}", Permissions.ProposalsSee, (s, v) => s.DecideAsync(v, NoOf(v))),
        ("GET", "/operator/audit", Permissions.AuditSee, (s, v) => s.AuditAsync(v)),
    ];

    public static void AddOperator(this IServiceCollection services)
    {
        services.AddSingleton<MerchantChanges>();
        services.AddSingleton<OperatorTokens>();
        services.AddSingleton<OperatorScreens>();
        services.AddSingleton<OperatorApi>();
        services.AddSingleton<IProposalKind, GiveRole>();
        services.AddSingleton<IProposalKind, ResetFactor>();
        services.AddSingleton<IProposalKind, MerchantReopen>();
        services.AddSingleton<IProposalKind, TermsChange>();
        services.AddSingleton<IProposalKind, TokenApproval>();
    }

    /// <summary>Maps the back office where this process has the role <c>portals</c>.</summary>
    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Does("portals"))
        {
            return;
        }

        app.MapAccess(Portal.Operator, LinksOf);
        app.MapGet("/operator", () => Visit.GoTo("/operator/merchants"));
        foreach (var (method, path, permission, answer) in All)
        {
            app.MapMethods(path, [method], (HttpContext http, Visits visits, OperatorScreens screens) => visits.LetInAsync(Portal.Operator, http, permission, LinksOf, visit => answer(screens, visit)));
        }

        app.MapOperatorApi();
    }

    private static IReadOnlyList<ScreenLink> LinksOf(SignedIn who) =>
        [.. Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link), new ScreenLink("/operator/sessions", "Sessions")];

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, System.Globalization.CultureInfo.InvariantCulture);
}
