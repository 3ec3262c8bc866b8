using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Disputes;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.OwnDisputes;

/// <param name="Lines">Disputes with the number of their pay-in.</param>
/// <param name="Next">The number before which the older ones are; 0 when there are none.</param>
internal sealed record OwnDisputesModel(OwnMoney Place, IReadOnlyList<(DisputeRow Row, string Number)> Lines, long Next);

/// <param name="Number">Of the pay-in.</param>
/// <param name="Steps">What is told of it: not who of the operator did it.</param>
/// <param name="MayAnswer">Whether the reader may answer, and the time for it is not over.</param>
/// <param name="MayRead">Whether the reader may open files.</param>
/// <param name="Text">What was typed.</param>
internal sealed record OwnDisputeModel(DisputeRow Row, string Number, IReadOnlyList<DisputeStepRow> Steps, IReadOnlyList<DisputeFileLine> Files, bool MayAnswer, bool MayRead, string Text);

/// <summary>A merchant's people see what is disputed of their pay-ins, and answer it until the deadline.</summary>
internal sealed class OwnDisputeScreen(OwnMerchants merchants, DisputeSteps steps, DisputeFiles files, IContexts contexts, TimeProvider time)
{
    public const string Root = "/dashboard/disputes";

    private const int PageSize = 50;

    public async Task<IResult> ListAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.OrdersSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, "Disputes");
        }

        var before = long.TryParse(visit.Http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : long.MaxValue;
        var (no, bucket) = (merchant.No, merchant.Row.Bucket);
        await using var context = contexts.Create();
        var rows = await context.Disputes.Where(d => d.Bucket == bucket && d.MerchantNo == no && d.Id < before).OrderByDescending(d => d.Id).Take(PageSize + 1).ToListAsync();
        var ids = rows.ConvertAll(d => d.OrderId);
        var numbers = await context.Orders.Where(o => o.Bucket == bucket && ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Number);
        return visit.Show<OwnDisputesPage>("Disputes", new OwnDisputesModel(place, [.. rows.Take(PageSize).Select(d => (d, numbers[d.OrderId]))], rows.Count > PageSize ? rows[PageSize - 1].Id : 0));
    }

    public Task<IResult> ShowAsync(Visit visit, long id, string? problem = null) => OnAsync(visit, id, Permissions.OrdersSee, async (row, merchant) =>
    {
        await using var context = contexts.Create();
        var told = await context.DisputeSteps.AsNoTracking().Where(s => s.DisputeId == id && (s.State != DisputeStepState.Refused || s.Kind == DisputeStepKind.Answer)).OrderBy(s => s.Id).Take(200).ToListAsync();
        var may = OwnMerchants.May(visit.Who, merchant, Permissions.DisputesAnswer);
        return visit.Show<OwnDisputePage>(
            "Dispute",
            new OwnDisputeModel(
                row, await context.Orders.Where(o => o.Bucket == row.Bucket && o.Id == row.OrderId).Select(o => o.Number).SingleAsync(), told, await DisputeFiles.OfAsync(context, id),
                may && row.State is DisputeState.Open or DisputeState.Answered && time.GetUtcNow().ToUnixTimeMilliseconds() < row.DeadlineMs, may, visit.Field("text")),
            problem);
    });

    public Task<IResult> AnswerAsync(Visit visit, long id) => OnAsync(visit, id, Permissions.DisputesAnswer, async (row, _) =>
    {
        var added = new List<DisputeFile>();
        foreach (var file in visit.Form.Files.Where(f => f.Length > 0))
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            added.Add(new DisputeFile(file.FileName, content.ToArray()));
        }

        return await steps.AnswerAsync(visit.By, row, visit.Form["text"].ToString(), added) is { } problem ? await ShowAsync(visit, id, problem)
            : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Root}/{id}?done=saved"));
    });

    public Task<IResult> FileAsync(Visit visit, long id) => OnAsync(visit, id, Permissions.DisputesAnswer, async (row, _) =>
        long.TryParse(visit.Field("file"), NumberStyles.None, CultureInfo.InvariantCulture, out var file) && await files.ReadAsync(visit.By, row, file) is var (name, type, content)
            ? new DownloadAnswer(name, type, content) : await ShowAsync(visit, id, "file: there is no such file"));

    /// <summary>Another business's dispute does not exist for him.</summary>
    private async Task<IResult> OnAsync(Visit visit, long id, string permission, Func<DisputeRow, OwnMerchant, Task<IResult>> answer)
    {
        var row = await steps.FindAsync(id);
        var merchant = row is null ? null : (await merchants.OfAsync(visit.Who, permission)).FirstOrDefault(m => m.No == row.MerchantNo);
        if (merchant is null)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such dispute"), "Look it up under Disputes.", StatusCodes.Status404NotFound);
        }

        visit.MerchantZone = merchant.Country.TimeZone;
        return await answer(row!, merchant);
    }
}
