using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

internal sealed record CasesModel(CaseFilter Filter, CaseQueuePage Page, IReadOnlyList<string> Kinds, IReadOnlyDictionary<long, string> Accounts, long NowMs, bool IsFirst);

/// <summary>A group opened to its cases.</summary>
internal sealed record CaseGroupModel(
    CaseGroupKey Key, IReadOnlyList<CaseRow> Cases, IReadOnlyDictionary<CaseKey, CaseOwnerRow> Owners, string Account, IReadOnlyList<EvidenceFile> Files, Runbook? Runbook, long NowMs, Func<string, bool> May);

internal sealed record CaseModel(CasePicture Picture, string Account, Runbook? Runbook, long NowMs, long UserId, Func<string, bool> May)
{
    /// <summary>Those whom it and its order's history name.</summary>
    public ActorNames Names { get; init; } = ActorNames.None;
}

/// <summary>The back office's screens of cases.</summary>
internal sealed class CaseScreens(IContexts contexts, CaseQueue queue, CasePictures pictures, CaseChanges changes, TimeProvider time)
{
    private const int MostAccounts = 1_000;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var filter = CaseFilter.Read(visit.Http.Request.Query);
        var after = CaseGroupKey.Read(visit.Http.Request.Query["after"]);
        var page = await queue.ReadAsync(filter, after, visit.Who.User.Id, time.NowMs(), visit.Http.RequestAborted);
        return visit.Show<CasesPage>("Cases", new CasesModel(filter, page, [.. Runbooks.All.Keys.Order(StringComparer.Ordinal)], await AccountsAsync(), time.NowMs(), after is null), problem);
    }

    public async Task<IResult> GroupAsync(Visit visit, string? problem = null)
    {
        var text = visit.Http.Request.Query["of"].ToString() is { Length: > 0 } asked ? asked : visit.Field("of");
        if (CaseGroupKey.Read(text) is not { } key)
        {
            return await ListAsync(visit, problem ?? "group: is not one of the queue");
        }

        var cases = await queue.OfGroupAsync(key, visit.Http.RequestAborted);
        await using var context = contexts.Create();
        var owners = await CaseQueue.OwnersAsync(context, cases, visit.Http.RequestAborted);
        var files = await CasePictures.FilesAsync(context, CaseSubjects.OfFiles(key), visit.Http.RequestAborted);
        var account = (await AccountsAsync()).GetValueOrDefault(key.Account, "");
        return visit.Show<CaseGroupPage>("Cases of one trouble", new CaseGroupModel(key, cases, owners, account, files, Runbooks.All.GetValueOrDefault(key.Kind), time.NowMs(), May(visit)), problem);
    }

    public async Task<IResult> CaseAsync(Visit visit, string? problem = null)
    {
        if (await pictures.FindAsync(NoOf(visit), visit.Http.RequestAborted) is not { } picture)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such case"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        var account = (await AccountsAsync()).GetValueOrDefault(picture.Case.ChannelAccountId, "");
        await using var context = contexts.Create();
        var names = await ActorNames.ReadAsync(
            context,
            [
                picture.Case.ResolvedBy, .. picture.Events.SelectMany(e => new[] { e.Cause, e.Detail }), .. picture.Actions.SelectMany(a => new[] { a.Actor, a.Approver }),
                .. picture.Decisions.SelectMany(d => new[] { d.Actor, d.Approver }), .. picture.Proposals.Select(p => p.MadeBy),
            ],
            visit.Http.RequestAborted);
        return visit.Show<CasePage>("Case", new CaseModel(picture, account, Runbooks.All.GetValueOrDefault(picture.Case.Kind), time.NowMs(), visit.Who.User.Id, May(visit)) { Names = names }, problem);
    }

    public async Task<IResult> OwnAsync(Visit visit)
    {
        var done = await changes.OwnAsync(visit.By, [NoOf(visit)], visit.Field("do") != "leave");
        return Back(done.Problem) ?? Visit.GoTo($"{PathOf(visit)}?done=saved");
    }

    public async Task<IResult> ResolveAsync(Visit visit)
    {
        var done = await changes.ResolveAsync(visit.By, [NoOf(visit)], visit.Field("reason"));
        return done.Problem is { } problem ? await CaseAsync(visit, problem) : Visit.GoTo($"{PathOf(visit)}?done=saved");
    }

    public async Task<IResult> AskAsync(Visit visit)
    {
        var done = await changes.AskAsync(visit.By, [NoOf(visit)], visit.Http.RequestAborted);
        return done.Problem is { } problem ? await CaseAsync(visit, problem) : Visit.GoTo($"{PathOf(visit)}?done=asked");
    }

    public async Task<IResult> ExpireAsync(Visit visit)
    {
        var done = await changes.ExpireAsync(visit.By, NoOf(visit), visit.Field("evidence"), visit.Field("reason"), visit.Http.RequestAborted);
        return done.Problem is { } problem ? await CaseAsync(visit, problem) : Visit.GoTo($"{PathOf(visit)}?done=saved");
    }

    public async Task<IResult> AddFileAsync(Visit visit)
    {
        var no = NoOf(visit);
        await using var context = contexts.Create();
        if (await CaseQueue.FindAsync(context, no) is not { } one)
        {
            return await CaseAsync(visit);
        }

        var problem = await UploadedFile.ReadAsync(visit.Form.Files) is { } file ? await changes.AddFileAsync(visit.By, CaseSubjects.Of(one), file.Name, file.Content) : "file: choose a file";
        return problem is null ? Visit.GoTo($"{PathOf(visit)}?done=saved") : await CaseAsync(visit, problem);
    }

    public async Task<IResult> FileAsync(Visit visit) =>
        await changes.ReadFileAsync(visit.By, NoOf(visit), OperatorScreens.Number(visit.Field("file")) ?? 0) is var (name, type, content)
            ? new DownloadAnswer(name, type, content) : await CaseAsync(visit, "file: there is no such file");

    /// <summary>A decision about money, of one case.</summary>
    public async Task<IResult> DecideAsync(Visit visit, DecisionKind kind)
    {
        var decided = await changes.DecideAsync(visit.By, visit.Who.May(DecisionWish.PermissionOf(kind)), WishOf(visit, kind, [NoOf(visit)]), visit.Field("reason"));
        return decided.Problem is { } problem ? await CaseAsync(visit, problem) : Visit.GoTo($"{PathOf(visit)}?done={(decided.State == ProposalState.Open ? "proposed" : "carried")}");
    }

    /// <summary>Something about chosen cases of a group, or about all of them.</summary>
    public async Task<IResult> OfGroupAsync(Visit visit, Func<IReadOnlyList<long>, Task<CasesDone>> change)
    {
        if (await ChosenAsync(visit) is not { Count: > 0 } chosen)
        {
            return await GroupAsync(visit, "cases: choose at least one");
        }

        var done = await change(chosen);
        return done is { Done: 0, Problem: { } problem } ? await GroupAsync(visit, problem) : Visit.GoTo($"{GroupPath(visit)}&done={(done.Problem is null ? "saved" : "some")}");
    }

    public Task<IResult> OwnGroupAsync(Visit visit) => OfGroupAsync(visit, chosen => changes.OwnAsync(visit.By, chosen, visit.Field("do") != "leave"));

    public Task<IResult> ResolveGroupAsync(Visit visit) => OfGroupAsync(visit, chosen => changes.ResolveAsync(visit.By, chosen, visit.Field("reason")));

    public Task<IResult> AskGroupAsync(Visit visit) => OfGroupAsync(visit, chosen => changes.AskAsync(visit.By, chosen, visit.Http.RequestAborted));

    public async Task<IResult> DecideGroupAsync(Visit visit, DecisionKind kind)
    {
        if (await ChosenAsync(visit) is not { Count: > 0 } chosen)
        {
            return await GroupAsync(visit, "cases: choose at least one");
        }

        var decided = await changes.DecideAsync(visit.By, visit.Who.May(DecisionWish.PermissionOf(kind)), WishOf(visit, kind, chosen), visit.Field("reason"));
        return decided.Problem is { } problem ? await GroupAsync(visit, problem) : Visit.GoTo($"{GroupPath(visit)}&done={(decided.State == ProposalState.Open ? "proposed" : "carried")}");
    }

    public async Task<IResult> AddGroupFileAsync(Visit visit)
    {
        var problem = CaseGroupKey.Read(visit.Field("of")) is not { } key ? "group: is not one of the queue"
            : await UploadedFile.ReadAsync(visit.Form.Files) is { } file ? await changes.AddFileAsync(visit.By, CaseSubjects.Of(key), file.Name, file.Content) : "file: choose a file";
        return problem is null ? Visit.GoTo($"{GroupPath(visit)}&done=saved") : await GroupAsync(visit, problem);
    }

    private static DecisionWish WishOf(Visit visit, DecisionKind kind, IReadOnlyList<long> cases) =>
        new(kind, 0, "", cases, kind is DecisionKind.Assign or DecisionKind.TakeBack ? visit.Field("number").ToLowerInvariant() : "", visit.Field("evidence"), OperatorScreens.Number(visit.Field("file")) ?? 0);

    private async Task<IReadOnlyList<long>> ChosenAsync(Visit visit) => CaseGroupKey.Read(visit.Field("of")) is not { } key ? []
        : visit.Field("all") == "yes" ? [.. (await queue.OfGroupAsync(key, visit.Http.RequestAborted)).Select(c => c.Id)]
        : [.. visit.Form["case"].Select(OperatorScreens.Number).OfType<long>().Distinct().Take(CaseQueue.MostOfGroup)];

    private async Task<IReadOnlyDictionary<long, string>> AccountsAsync()
    {
        await using var context = contexts.Create();
        return await context.ChannelAccounts.AsNoTracking().OrderBy(a => a.Id).Take(MostAccounts).ToDictionaryAsync(a => a.Id, a => $"{a.Id} · {a.Channel} {a.Country}");
    }

    private static Func<string, bool> May(Visit visit) => permission => visit.Who.May(permission) != Grant.None;

    private static IResult? Back(string? problem) => problem is null ? null : Visit.GoTo("/operator/cases");

    private static string GroupPath(Visit visit) => $"/operator/cases/group?of={Uri.EscapeDataString(visit.Field("of"))}";

    private static string PathOf(Visit visit) => string.Create(CultureInfo.InvariantCulture, $"/operator/cases/{NoOf(visit)}");

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
