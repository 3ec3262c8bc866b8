using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.Routes;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Operator.DisputeWork;
using Paypro.Server.Operator.Held;
using Paypro.Server.Operator.Notices;
using Paypro.Server.Operator.Overviews;
using Paypro.Server.Operator.RuleWork;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;

namespace Paypro.Server.Operator;

/// <summary>Where the back office's screens are, and what each needs.</summary>
internal static class OperatorRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        .. OverviewRoutes.Links,
        .. OrderRoutes.Links,
        .. CaseRoutes.Links,
        .. HeldRoutes.Links,
        .. DisputeRoutes.Links,
        (Permissions.MerchantsSee, new ScreenLink("/operator/merchants", "Merchants")),
        .. AccountRoutes.Links,
        .. RoutingRoutes.Links,
        .. NoticeRoutes.Links,
        .. RuleRoutes.Links,
        (Permissions.ProposalsSee, new ScreenLink("/operator/proposals", "Proposals")),
        .. BookRoutes.Links,
        (Permissions.UsersStop, new ScreenLink("/operator/users", "Users", "People")),
        (Permissions.AuditSee, new ScreenLink("/operator/audit", "Audit log", "People")),
        (Permissions.TokensStop, new ScreenLink("/operator/tokens", "Tokens", "Programs")),
        (Permissions.MerchantsSee, new ScreenLink("/operator/api", "Operator API", "Programs")),
    ];

    /// <summary>Every screen and every form of one: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/merchants", Permissions.MerchantsSee, v => Merchants(v).ListAsync(v)),
        ("POST", "/operator/merchants", Permissions.MerchantsEdit, v => Merchants(v).AddAsync(v)),
        ("GET", "/operator/merchants/{no:long}", Permissions.MerchantsSee, v => Merchants(v).OverviewAsync(v)),
        ("POST", "/operator/merchants/{no:long}/stop", Permissions.MerchantsStop, v => Merchants(v).StopAsync(v)),
        ("POST", "/operator/merchants/{no:long}/reopen", Permissions.MerchantsReopen, v => Merchants(v).ReopenAsync(v)),
        ("POST", "/operator/merchants/{no:long}/approve", Permissions.KybDecide, v => Merchants(v).ApproveAsync(v)),
        ("POST", "/operator/merchants/{no:long}/close", Permissions.MerchantsClose, v => Merchants(v).CloseAsync(v)),
        ("GET", "/operator/merchants/{no:long}/papers", Permissions.MerchantsSee, v => Merchants(v).PapersAsync(v)),
        ("POST", "/operator/merchants/{no:long}/papers", Permissions.KybDecide, v => Merchants(v).DecidePaperAsync(v)),
        ("POST", "/operator/merchants/{no:long}/papers/file", Permissions.MerchantsEdit, v => Merchants(v).AddFileAsync(v)),
        ("POST", "/operator/merchants/{no:long}/papers/open", Permissions.PeopleReveal, v => Merchants(v).FileAsync(v)),
        ("GET", "/operator/merchants/{no:long}/terms", Permissions.MerchantsSee, v => Merchants(v).TermsAsync(v)),
        ("POST", "/operator/merchants/{no:long}/terms", Permissions.TermsEdit, v => Merchants(v).AddTermsAsync(v)),
        ("GET", "/operator/merchants/{no:long}/limits", Permissions.MerchantsSee, v => Merchants(v).LimitsAsync(v)),
        ("POST", "/operator/merchants/{no:long}/limits/lower", Permissions.MerchantsStop, v => Merchants(v).LowerLimitAsync(v)),
        ("POST", "/operator/merchants/{no:long}/limits/raise", Permissions.TermsEdit, v => Merchants(v).RaiseLimitAsync(v)),
        ("GET", "/operator/merchants/{no:long}/access", Permissions.MerchantsSee, v => Merchants(v).AccessAsync(v)),
        ("POST", "/operator/merchants/{no:long}/owner", Permissions.OwnersInvite, v => Merchants(v).InviteOwnerAsync(v)),
        ("POST", "/operator/merchants/{no:long}/key", Permissions.KeysStop, v => Merchants(v).EndKeyAsync(v)),
        ("GET", "/operator/merchants/{no:long}/connection", Permissions.MerchantsSee, v => Merchants(v).ConnectionAsync(v)),
        ("POST", "/operator/merchants/{no:long}/connection", Permissions.MerchantsStop, v => Merchants(v).TakeAsync(v)),
        .. BookRoutes.All,
        ("GET", "/operator/users", Permissions.UsersStop, v => People(v).UsersAsync(v)),
        ("POST", "/operator/users", Permissions.UsersEdit, v => People(v).GiveRoleAsync(v)),
        ("POST", "/operator/users/link", Permissions.UsersEdit, v => People(v).SendLinkAsync(v)),
        ("POST", "/operator/users/factor", Permissions.UsersEdit, v => People(v).ResetFactorAsync(v)),
        ("POST", "/operator/users/disable", Permissions.UsersStop, v => People(v).DisableAsync(v)),
        ("GET", "/operator/tokens", Permissions.TokensStop, v => People(v).TokensAsync(v)),
        ("POST", "/operator/tokens", Permissions.TokensEdit, v => People(v).MakeTokenAsync(v)),
        ("POST", "/operator/tokens/revoke", Permissions.TokensStop, v => People(v).RevokeTokenAsync(v)),
        ("GET", "/operator/api", Permissions.MerchantsSee, v => People(v).ApiAsync(v)),
        ("GET", "/operator/proposals", Permissions.ProposalsSee, v => People(v).ProposalsAsync(v)),
        ("POST", "/operator/proposals/{no:long}", Permissions.ProposalsSee, v => People(v).DecideAsync(v, NoOf(v))),
        ("GET", "/operator/audit", Permissions.AuditSee, v => People(v).AuditAsync(v)),
        .. AccountRoutes.All,
        .. RoutingRoutes.All,
        .. NoticeRoutes.All,
        .. RuleRoutes.All,
        .. CaseRoutes.All,
        .. OrderRoutes.All,
        .. HeldRoutes.All,
        .. DisputeRoutes.All,
        .. OverviewRoutes.All,
        .. ListFileRoutes.Of(Portal.Operator),
    ];

    public static void AddOperator(this IServiceCollection services)
    {
        services.AddSingleton<MerchantChanges>();
        services.AddSingleton<OperatorTokens>();
        services.AddSingleton<OperatorScreens>();
        services.AddSingleton<MerchantScreens>();
        services.AddSingleton<LimitChanges>();
        services.AddSingleton<HeldScreens>();
        services.AddSingleton<DisputeScreens>();
        services.AddBookScreens();
        services.AddSingleton<MerchantConnection>();
        services.AddSingleton<OperatorApi>();
        services.AddSingleton<IProposalKind, GiveRole>();
        services.AddSingleton<IProposalKind, ResetFactor>();
        services.AddSingleton<IProposalKind, MerchantReopen>();
        services.AddSingleton<IProposalKind, MerchantApproval>();
        services.AddSingleton<IProposalKind, MerchantClose>();
        services.AddSingleton<IProposalKind, LimitRaise>();
        services.AddSingleton<IProposalKind, TermsChange>();
        services.AddSingleton<IProposalKind, TokenApproval>();
        services.AddChannelAccounts();
        services.AddRoutingScreens();
        services.AddNotices();
        services.AddRuleWork();
        services.AddOverview();
        services.AddCaseWork();
        services.AddAllOrders();
    }

    /// <summary>Maps the back office where this process has the role <c>portals</c>.</summary>
    public static void MapOperator(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Does("portals"))
        {
            return;
        }

        app.MapAccess(Portal.Operator, LinksOf);
        app.MapGet("/operator", () => Visit.GoTo(OverviewRoutes.Path));
        foreach (var (method, path, permission, answer) in All)
        {
            var route = app.MapMethods(path, [method], (HttpContext http, Visits visits) => visits.LetInAsync(Portal.Operator, http, permission, LinksOf, answer));
            if (path.EndsWith("/file", StringComparison.Ordinal) || path.StartsWith(CaseRoutes.OfFile, StringComparison.Ordinal))
            {
                route.WithMetadata(new UploadLimit(Papers.MostBytes + 65536));
            }
        }

        app.MapOperatorApi();
    }

    private static IReadOnlyList<ScreenLink> LinksOf(SignedIn who) =>
        [.. Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link), .. who.May(Permissions.ListsExport) != Grant.None ? [ListFileRoutes.LinkOf(Portal.Operator)] : Array.Empty<ScreenLink>(), new ScreenLink("/operator/me", "Your account", "You"), new ScreenLink("/operator/sessions", "Sessions", "You")];

    private static MerchantScreens Merchants(Visit visit) => visit.Http.RequestServices.GetRequiredService<MerchantScreens>();

    private static OperatorScreens People(Visit visit) => visit.Http.RequestServices.GetRequiredService<OperatorScreens>();

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, System.Globalization.CultureInfo.InvariantCulture);
}
