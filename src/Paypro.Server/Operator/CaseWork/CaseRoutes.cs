using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>Where the screens of cases are, and what each needs.</summary>
internal static class CaseRoutes
{
    /// <summary>Decisions by file; its forms carry the whole file.</summary>
    public const string OfFile = "/operator/cases/file";

    private const string OfCase = "/operator/cases/{no:long}", OfGroup = "/operator/cases/group";

    public static readonly IReadOnlyList<(string Permission, ScreenLink Link)> Links =
    [
        (Permissions.CasesSee, new ScreenLink("/operator/cases", "Cases")),
    ];

    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> All =
    [
        ("GET", "/operator/cases", Permissions.CasesSee, v => Cases(v).ListAsync(v)),
        ("GET", OfCase, Permissions.CasesSee, v => Cases(v).CaseAsync(v)),
        ("POST", OfCase + "/own", Permissions.CasesEdit, v => Cases(v).OwnAsync(v)),
        ("POST", OfCase + "/resolve", Permissions.CasesEdit, v => Cases(v).ResolveAsync(v)),
        ("POST", OfCase + "/file", Permissions.CasesEdit, v => Cases(v).AddFileAsync(v)),
        ("POST", OfCase + "/open", Permissions.PeopleReveal, v => Cases(v).FileAsync(v)),
        ("POST", OfCase + "/ask", Permissions.OrdersAsk, v => Cases(v).AskAsync(v)),
        ("POST", OfCase + "/expire", Permissions.OrdersExpire, v => Cases(v).ExpireAsync(v)),
        ("POST", OfCase + "/outcome", Permissions.OutcomeDecide, v => Cases(v).DecideAsync(v, v.Field("do") == "paid" ? DecisionKind.Paid : DecisionKind.Failed)),
        ("POST", OfCase + "/assign", Permissions.SuspenseAssign, v => Cases(v).DecideAsync(v, DecisionKind.Assign)),
        ("POST", OfCase + "/take-back", Permissions.SuspenseAssign, v => Cases(v).DecideAsync(v, DecisionKind.TakeBack)),
        ("POST", OfCase + "/settle", Permissions.SuspenseAssign, v => Cases(v).DecideAsync(v, DecisionKind.Settle)),
        ("POST", OfCase + "/return", Permissions.SuspenseReturn, v => Cases(v).DecideAsync(v, DecisionKind.SendBack)),
        ("POST", OfCase + "/statement", Permissions.StatementsDecide, v => Cases(v).DecideAsync(v, v.Field("do") == "accept" ? DecisionKind.Accept : DecisionKind.Reject)),
        ("POST", OfCase + "/held", Permissions.HoldsDecide, v => Cases(v).DecideAsync(v, HeldOf(v))),
        ("GET", OfFile, Permissions.CasesSee, v => File(v).ShowAsync(v)),
        ("POST", OfFile, Permissions.CasesEdit, v => File(v).ShowAsync(v)),
        ("POST", OfFile + "/outcome", Permissions.OutcomeDecide, v => File(v).ProposeAsync(v, Permissions.OutcomeDecide)),
        ("POST", OfFile + "/statement", Permissions.StatementsDecide, v => File(v).ProposeAsync(v, Permissions.StatementsDecide)),
        ("GET", OfGroup, Permissions.CasesSee, v => Cases(v).GroupAsync(v)),
        ("POST", OfGroup + "/own", Permissions.CasesEdit, v => Cases(v).OwnGroupAsync(v)),
        ("POST", OfGroup + "/resolve", Permissions.CasesEdit, v => Cases(v).ResolveGroupAsync(v)),
        ("POST", OfGroup + "/file", Permissions.CasesEdit, v => Cases(v).AddGroupFileAsync(v)),
        ("POST", OfGroup + "/ask", Permissions.OrdersAsk, v => Cases(v).AskGroupAsync(v)),
        ("POST", OfGroup + "/outcome", Permissions.OutcomeDecide, v => Cases(v).DecideGroupAsync(v, v.Field("do") == "paid" ? DecisionKind.Paid : DecisionKind.Failed)),
        ("POST", OfGroup + "/statement", Permissions.StatementsDecide, v => Cases(v).DecideGroupAsync(v, v.Field("do") == "accept" ? DecisionKind.Accept : DecisionKind.Reject)),
        ("POST", OfGroup + "/held", Permissions.HoldsDecide, v => Cases(v).DecideGroupAsync(v, HeldOf(v))),
    ];

    public static void AddCaseWork(this IServiceCollection services)
    {
        services.AddSingleton<CaseQueue>();
        services.AddSingleton<Candidates>();
        services.AddSingleton<CasePictures>();
        services.AddSingleton<CaseChanges>();
        services.AddSingleton<CaseScreens>();
        services.AddSingleton<CaseFile>();
        services.AddSingleton<CaseFileScreens>();
        services.AddSingleton<DecisionRules>();
        services.AddSingleton<CarryOutDecisions>();
        foreach (var permission in DecisionProposal.All)
        {
            services.AddSingleton<IProposalKind>(s => ActivatorUtilities.CreateInstance<DecisionProposal>(s, permission));
        }
    }

    private static DecisionKind HeldOf(Visit visit) => visit.Field("do") == "release" ? DecisionKind.Release : DecisionKind.Refuse;

    private static CaseFileScreens File(Visit visit) => visit.Http.RequestServices.GetRequiredService<CaseFileScreens>();

    private static CaseScreens Cases(Visit visit) => visit.Http.RequestServices.GetRequiredService<CaseScreens>();
}
