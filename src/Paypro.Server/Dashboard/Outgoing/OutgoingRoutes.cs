using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>Where a merchant's people make payouts, approve them and limit them, and what each screen needs.</summary>
internal static class OutgoingRoutes
{
    private static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.PayoutsCreate, new ScreenLink("/dashboard/approvals", "Approvals", "Payments")),
        (Permissions.PayoutsCreate, new ScreenLink(PayoutFileScreen.Root, "Payout files", "Payments")),
    ];

    /// <summary>Part of <see cref="PaymentRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/dashboard/payouts/new", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<PayoutScreen>().ShowAsync(v)),
        ("POST", "/dashboard/payouts/check", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<PayoutScreen>().CheckAsync(v)),
        ("POST", "/dashboard/payouts/new", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<PayoutScreen>().CreateAsync(v)),
        ("POST", "/dashboard/payouts/{number}/cancel", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<ApprovalScreen>().CancelAsync(v)),
        ("GET", "/dashboard/approvals", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<ApprovalScreen>().ShowAsync(v)),
        ("POST", "/dashboard/approvals", Permissions.PayoutsCreate, (s, v) => s.GetRequiredService<ApprovalScreen>().DecideAsync(v)),
        ("GET", PayoutFileScreen.Root, Permissions.PayoutsCreate, (s, v) => Files(s).ListAsync(v)),

        // An upload pays nothing, and a file cannot travel through the form that asks for a fresh factor. Whose role allows payouts is asked inside; the roles are the same.
        ("POST", PayoutFileScreen.Root + "/file", Permissions.BalanceSee, (s, v) => Files(s).UploadAsync(v)),
        ("GET", PayoutFileScreen.Root + "/export", Permissions.PayoutsCreate, (s, v) => Files(s).TemplateAsync(v)),
        ("GET", PayoutFileScreen.Root + "/{no:long}", Permissions.PayoutsCreate, (s, v) => Files(s).ShowAsync(v)),
        ("POST", PayoutFileScreen.Root + "/{no:long}", Permissions.PayoutsCreate, (s, v) => Files(s).ActAsync(v)),
        ("GET", PayoutFileScreen.Root + "/{no:long}/export", Permissions.PayoutsCreate, (s, v) => Files(s).ResultAsync(v)),
        ("POST", PayoutFileScreen.Root + "/{no:long}/failed", Permissions.PayoutsCreate, (s, v) => Files(s).FailedAsync(v)),
        ("GET", "/dashboard/payout-limits", Permissions.PolicyEdit, (s, v) => s.GetRequiredService<PayoutLimitScreen>().ShowAsync(v)),
        ("POST", "/dashboard/payout-limits", Permissions.PolicyEdit, (s, v) => s.GetRequiredService<PayoutLimitScreen>().ChangeAsync(v)),
        ("POST", "/dashboard/payout-limits/decide", Permissions.PolicyEdit, (s, v) => s.GetRequiredService<PayoutLimitScreen>().DecideAsync(v)),
    ];

    public static void AddOutgoing(this IServiceCollection services)
    {
        services.AddSingleton<PayoutScreen>();
        services.AddSingleton<ApprovalScreen>();
        services.AddSingleton<PayoutLimitScreen>();
        services.AddSingleton<PayoutFileReader>();
        services.AddSingleton<PayoutFiles>();
        services.AddSingleton<PayoutFileWork>();
        services.AddSingleton<PayoutFileScreen>();
        services.AddSingleton<HoldWarnings>();
        services.AddSingleton<HoldLimitChanges>();
        services.AddSingleton<IProposalKind>(_ => new HoldRaise(HoldOwner.Merchant));
        services.AddSingleton<IProposalKind>(_ => new HoldRaise(HoldOwner.Operator));
    }

    public static IEnumerable<ScreenLink> LinksOf(SignedIn who) => Links.Where(l => who.May(l.Permission) != Grant.None).Select(l => l.Link);

    private static PayoutFileScreen Files(IServiceProvider services) => services.GetRequiredService<PayoutFileScreen>();

    /// <summary>
    /// Writes into the log that a person is about to do something. The form is not marked as carried out: what follows is done once by itself, so that a process
    /// which ends in between leaves a form that can be sent again.
    /// </summary>
    public static Task<bool> NoteAsync(this AuditedStore store, Visit visit, string action, string subject, short chain, object? after = null, string reason = "") => store.SaveAsync((_, trail) =>
    {
        trail.Add(visit.By with { From = visit.By.From with { Form = null } }, action, subject, after: after, reason: reason, chain: chain);
        return Task.FromResult(true);
    });
}
