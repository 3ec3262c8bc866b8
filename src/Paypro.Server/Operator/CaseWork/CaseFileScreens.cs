using System.Text;
using Paypro.Server.Access;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <param name="Text">The file; empty before one was read.</param>
/// <param name="Rows">What each row would do.</param>
/// <param name="Sums">Of the rows that can be done, by decision.</param>
/// <param name="May">What the reader may do.</param>
internal sealed record CaseFileModel(string Text, IReadOnlyList<CaseFileRow> Rows, IReadOnlyList<(DecisionKind Kind, int Count, string Sum)> Sums, Func<string, bool> May)
{
    public bool HasFaults => Rows.Any(r => r.Fault is not null);
}

/// <summary>The screen of decisions by file: first what it would do, then the proposal, from the same text.</summary>
internal sealed class CaseFileScreens(CaseFile file, CaseChanges changes)
{
    public async Task<IResult> ShowAsync(Visit visit)
    {
        if (HttpMethods.IsGet(visit.Http.Request.Method))
        {
            return Show(visit, "", [], null);
        }

        var uploaded = await UploadedFile.ReadAsync(visit.Form.Files);
        var text = uploaded is null ? visit.Form["rows"].ToString() : Encoding.UTF8.GetString(uploaded.Content);
        var rows = await file.ReadAsync(text, out var problem);
        return Show(visit, problem is null ? text : "", rows, problem);
    }

    /// <summary>Proposes all rows of the decisions that a permission covers; the file is looked at once more.</summary>
    public async Task<IResult> ProposeAsync(Visit visit, string permission)
    {
        var text = visit.Form["rows"].ToString();
        var rows = await file.ReadAsync(text, out var problem);
        if (problem is not null || rows.Any(r => r.Fault is not null))
        {
            return Show(visit, text, rows, problem ?? "file: has faults; nothing of it was proposed");
        }

        var proposed = 0;
        foreach (var group in rows.Where(r => DecisionWish.PermissionOf(r.Kind!.Value) == permission).GroupBy(r => r.Kind!.Value))
        {
            var wish = new DecisionWish(group.Key, 0, "", [.. group.Select(r => r.Case!.Id)]) { Evidences = [.. group.Select(r => r.Evidence)], Files = [.. group.Select(r => r.File)] };
            var decided = await changes.DecideAsync(visit.By, visit.Who.May(permission), wish, visit.Field("reason"));
            if (decided.Problem is { } refused)
            {
                return Show(visit, text, rows, refused);
            }

            proposed++;
        }

        return proposed == 0 ? Show(visit, text, rows, "file: has no row of this decision") : Visit.GoTo("/operator/proposals?done=proposed");
    }

    private static IResult Show(Visit visit, string text, IReadOnlyList<CaseFileRow> rows, string? problem)
    {
        var sums = rows.Where(r => r.Fault is null).GroupBy(r => r.Kind!.Value)
            .Select(g => (g.Key, g.Count(), string.Join(", ", g.GroupBy(r => r.Case!.Currency).Where(c => c.Key.Length > 0).Select(c => CaseWords.Amount(c.Sum(r => r.Case!.AmountMinor), c.Key))))).ToList();
        return visit.Show<CaseFilePage>("Decisions by file", new CaseFileModel(text, rows, sums, p => visit.Who.May(p) != Grant.None), problem);
    }
}
