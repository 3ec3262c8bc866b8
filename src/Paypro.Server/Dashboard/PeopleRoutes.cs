using Paypro.Server.Access;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard;

/// <summary>Where a business's owners see to its people, and what each screen needs.</summary>
internal static class PeopleRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.UsersEdit, new ScreenLink("/dashboard/users", "Users", "Business")),
        (Permissions.KeysEdit, new ScreenLink("/dashboard/proposals", "Proposals", "Business")),
        (Permissions.PapersEdit, new ScreenLink("/dashboard/papers", "Papers", "Business")),
        (Permissions.PolicyEdit, new ScreenLink("/dashboard/policy", "Policy", "Business")),
        (Permissions.PolicyEdit, new ScreenLink("/dashboard/payout-limits", "Payout limits", "Business")),
        (Permissions.AuditSee, new ScreenLink("/dashboard/audit", "Audit log", "Business")),
    ];

    /// <summary>Every screen and every form of one: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<PeopleScreens, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/users", Permissions.UsersEdit, (s, v) => s.UsersAsync(v)),
        ("POST", "/dashboard/users", Permissions.UsersEdit, (s, v) => s.GiveAsync(v)),
        ("POST", "/dashboard/users/take", Permissions.UsersEdit, (s, v) => s.TakeAsync(v)),
        ("POST", "/dashboard/users/remove", Permissions.UsersEdit, (s, v) => s.RemoveAsync(v)),
        ("POST", "/dashboard/users/link", Permissions.UsersEdit, (s, v) => s.SendLinkAsync(v)),
        ("POST", "/dashboard/users/factor", Permissions.UsersEdit, (s, v) => s.ResetFactorAsync(v)),
        ("GET", "/dashboard/proposals", Permissions.KeysEdit, (s, v) => s.ProposalsAsync(v)),
        ("POST", "/dashboard/proposals/{no:long}", Permissions.KeysEdit, (s, v) => s.DecideAsync(v)),
        ("GET", "/dashboard/policy", Permissions.PolicyEdit, (s, v) => s.PolicyAsync(v)),
        ("POST", "/dashboard/policy", Permissions.PolicyEdit, (s, v) => s.ChangePolicyAsync(v)),
        ("GET", "/dashboard/audit", Permissions.AuditSee, (s, v) => s.AuditAsync(v)),
    ];

    public static void AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<PeopleScreens>();
        services.AddSingleton<KeyMaking>();
        services.AddSingleton<KeyRevealByTwo>();
        services.AddSingleton<IProposalKind>(s => s.GetRequiredService<KeyRevealByTwo>());
        services.AddSingleton<IProposalKind, KeyMakeByTwo>();
        services.AddSingleton<IProposalKind, PolicyChange>();
    }

    public static void MapPeople(this IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        foreach (var (method, path, permission, answer) in All)
        {
            app.MapMethods(path, [method], (HttpContext http, Visits visits, PeopleScreens screens) => visits.LetInAsync(Portal.Dashboard, http, permission, links, visit => answer(screens, visit)));
        }
    }

    public static IReadOnlyList<ScreenLink> LinksOf(SignedIn who) =>
        [.. Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link), new ScreenLink("/dashboard/me", "Your account", "You"), new ScreenLink("/dashboard/sessions", "Sessions", "You")];
}
