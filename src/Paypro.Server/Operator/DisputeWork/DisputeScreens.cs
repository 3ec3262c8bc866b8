using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Disputes;
using Paypro.Server.Orders;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.DisputeWork;

/// <param name="Lines">Disputes with the number of their pay-in.</param>
/// <param name="State">The state that is shown; empty for all.</param>
/// <param name="Next">The number before which the older ones are; null when there are none.</param>
/// <param name="May">Whether the reader enters and decides disputes.</param>
/// <param name="Typed">What was typed into the form.</param>
internal sealed record DisputeListModel(IReadOnlyList<(DisputeRow Row, string Number)> Lines, string State, long? Next, bool May, Func<string, string> Typed);

/// <param name="Number">Of the pay-in.</param>
/// <param name="Proposed">Whether two people are asked whether it is won.</param>
/// <param name="MayRead">Whether the reader may open files.</param>
internal sealed record DisputeModel(DisputeRow Row, string Number, IReadOnlyList<DisputeStepRow> Steps, IReadOnlyList<DisputeFileLine> Files, bool Proposed, bool May, bool MayRead)
{
    /// <summary>Those who did something about it.</summary>
    public ActorNames Names { get; init; } = ActorNames.None;
}

/// <summary>The back office's screens of disputes.</summary>
internal sealed class DisputeScreens(IContexts contexts, DisputeSteps steps, DisputeFiles files, OrderQueries orders, Proposals proposals)
{
    public const string Path = "/operator/disputes";

    private const int PageSize = 50;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var (typed, before) = (visit.Http.Request.Query["state"].ToString(), OperatorScreens.Number(visit.Http.Request.Query["before"]) ?? long.MaxValue);
        var state = DisputeWords.States.Where(s => s.Key == typed).Select(s => (DisputeState?)s.State).SingleOrDefault();
        var rows = await context.Disputes.Where(d => d.Id < before && (state == null || d.State == state)).OrderByDescending(d => d.Id).Take(PageSize + 1).ToListAsync();
        var lines = new List<(DisputeRow, string)>();
        foreach (var row in rows.Take(PageSize))
        {
            lines.Add((row, await NumberAsync(context, row)));
        }

        return visit.Show<DisputesPage>("Disputes", new DisputeListModel(lines, typed, rows.Count > PageSize ? rows[PageSize - 1].Id : null, visit.Who.May(Permissions.DisputesEdit) != Grant.None, visit.Field), problem);
    }

    public async Task<IResult> OpenAsync(Visit visit)
    {
        var number = visit.Field("number").Trim();
        if (await orders.FindAsync(number, visit.Http.RequestAborted) is not { Order: var order })
        {
            return await ListAsync(visit, "number: no pay-in has this number");
        }

        if (TypedNumbers.Amount(visit.Field("amount"), Currency.Get(order.Currency)) is not { } amount)
        {
            return await ListAsync(visit, "Write the amount in digits, such as 1500 or 1500.50.");
        }

        if (TypedNumbers.Time(visit.Field("deadline"), TimeZoneInfo.Utc) is not { } deadline)
        {
            return await ListAsync(visit, "Write the deadline as a date and a time.");
        }

        var kind = DisputeWords.Kinds.Where(k => k.Key == visit.Field("kind")).Select(k => k.Kind).SingleOrDefault();
        var opened = await steps.OpenAsync(
            visit.By, new DisputeWish(number, kind, amount, deadline, visit.Field("reference").Trim(), visit.Field("payment").Trim()), visit.Field("reason"), await FilesAsync(visit.Form.Files));
        return opened.Problem is { } problem ? await ListAsync(visit, problem) : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Path}/{opened.Id}?done=saved"));
    }

    public async Task<IResult> ShowAsync(Visit visit, long id, string? problem = null)
    {
        await using var context = contexts.Create();
        if (await context.Disputes.SingleOrDefaultAsync(d => d.Id == id) is not { } row)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such dispute"), "Look it up under Disputes.", StatusCodes.Status404NotFound);
        }

        var subject = WinDispute.SubjectOf(id);
        var happened = await context.DisputeSteps.AsNoTracking().Where(s => s.DisputeId == id).OrderBy(s => s.Id).Take(200).ToListAsync();
        var added = await DisputeFiles.OfAsync(context, id);
        return visit.Show<DisputePage>(
            "Dispute",
            new DisputeModel(
                row, await NumberAsync(context, row), happened, added,
                await context.Proposals.AnyAsync(p => p.State == ProposalState.Open && p.Kind == WinDispute.Name && p.Subject == subject),
                visit.Who.May(Permissions.DisputesEdit) != Grant.None, visit.Who.May(Permissions.PeopleReveal) != Grant.None)
            {
                Names = await ActorNames.ReadAsync(context, [row.DecidedBy, .. happened.SelectMany(s => new[] { s.MadeBy, s.ApprovedBy }), .. added.Select(f => f.AddedBy)]),
            },
            problem);
    }

    public async Task<IResult> LoseAsync(Visit visit, long id) =>
        await steps.LoseAsync(visit.By, id, visit.Field("reason")) is { } problem ? await ShowAsync(visit, id, problem) : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}?done=saved"));

    public async Task<IResult> WinAsync(Visit visit, long id)
    {
        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.DisputesEdit), WinDispute.Name, WinDispute.SubjectOf(id), "{}", visit.Field("reason"));
        return proposed.Problem is { } problem ? await ShowAsync(visit, id, problem)
            : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}?done={(proposed.State == ProposalState.Open ? "proposed" : "carried")}"));
    }

    public async Task<IResult> FileAsync(Visit visit, long id) =>
        await steps.FindAsync(id) is { } dispute && await files.ReadAsync(visit.By, dispute, OperatorScreens.Number(visit.Field("file")) ?? 0) is var (name, type, content)
            ? new DownloadAnswer(name, type, content) : await ShowAsync(visit, id, "file: there is no such file");

    /// <summary>The files that a form brought.</summary>
    private static async Task<IReadOnlyList<DisputeFile>> FilesAsync(IFormFileCollection uploaded)
    {
        var read = new List<DisputeFile>();
        foreach (var file in uploaded.Where(f => f.Length > 0))
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            read.Add(new DisputeFile(file.FileName, content.ToArray()));
        }

        return read;
    }

    private static Task<string> NumberAsync(PayproContext context, DisputeRow row) => context.Orders.Where(o => o.Bucket == row.Bucket && o.Id == row.OrderId).Select(o => o.Number).SingleAsync();
}
