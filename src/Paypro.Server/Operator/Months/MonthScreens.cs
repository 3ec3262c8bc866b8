using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Months;

/// <param name="Closed">The latest first.</param>
/// <param name="Wanted">The month that can be closed next, as it is proposed in the form.</param>
/// <param name="MayClose">Whether the reader may propose.</param>
internal sealed record MonthsModel(IReadOnlyList<ClosedMonthRow> Closed, Month Wanted, bool MayClose);

/// <param name="Month">It.</param>
/// <param name="Trials">As they were frozen.</param>
/// <param name="Fees">A page of statements of fees.</param>
/// <param name="Next">After which number the next page begins; null for none.</param>
internal sealed record MonthModel(Month Month, IReadOnlyList<MonthTrial> Trials, IReadOnlyList<FeeStatementRow> Fees, long? Next);

/// <param name="Codes">All lines.</param>
/// <param name="MayEdit">Whether the reader may change them.</param>
internal sealed record CodesModel(IReadOnlyList<AccountCode> Codes, bool MayEdit);

/// <summary>The back office's screens of closed months, and of the codes that the operator's own books use.</summary>
internal sealed class MonthScreens(ClosedMonths months, AccountCodes codes, Proposals proposals, TimeProvider time)
{
    private const int PageSize = 50;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var closed = await months.ListAsync(visit.Http.RequestAborted);
        var wanted = closed.Count > 0 ? new Month(closed[0].Month).Next : Month.Of(Clock.LocalDate(time.NowMs(), TimeZoneInfo.Utc).AddMonths(-1));
        return visit.Show<MonthsPage>("Months", new MonthsModel(closed, wanted, visit.Who.May(Permissions.MonthClose) != Grant.None), problem);
    }

    public async Task<IResult> CloseAsync(Visit visit)
    {
        if (MonthFiles.Typed(visit.Field("month")) is not { } month)
        {
            return await ListAsync(visit, "month: must be a month like 202611");
        }

        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.MonthClose), MonthClose.Name, MonthClose.SubjectOf(month.Number), "{}", visit.Field("reason"));
        return proposed.Problem is { } refused ? await ListAsync(visit, refused) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/ledger/months?done=saved");
    }

    public async Task<IResult> ShowAsync(Visit visit, long number)
    {
        if (Month.Read(number) is not { } month || await months.TrialAsync(month.Number, visit.Http.RequestAborted) is not { } trials)
        {
            return None(visit);
        }

        var page = await months.FeesAsync(month.Number, null, OperatorScreens.Number(visit.Http.Request.Query["after"]) ?? 0, PageSize + 1, visit.Http.RequestAborted);
        return visit.Show<MonthPage>($"Month {month}", new MonthModel(month, trials, [.. page.Take(PageSize)], page.Count > PageSize ? page[PageSize - 1].Number : null));
    }

    public async Task<IResult> JournalAsync(Visit visit, long number)
    {
        var currency = visit.Http.Request.Query["currency"].ToString();
        return await months.JournalAsync((int)Math.Min(number, int.MaxValue), currency, visit.Http.RequestAborted) is not { } journal ? None(visit)
            : journal.Problem is { } problem ? new ScreenAnswer<Said>(visit.Frame("There is no such journal"), problem, StatusCodes.Status400BadRequest)
            : MonthFiles.Journal((int)number, currency, journal.Lines);
    }

    public async Task<IResult> FeesAsync(Visit visit, long number) =>
        Month.Read(number) is { } month && await months.TrialAsync(month.Number, visit.Http.RequestAborted) is not null
            ? FeeFile.Of($"fees-{month}.csv", await months.FeesAsync(month.Number, null, 0, FeeFile.Most, visit.Http.RequestAborted)) : None(visit);

    public async Task<IResult> CodesAsync(Visit visit, string? problem = null) =>
        visit.Show<CodesPage>("Account codes", new CodesModel(await codes.ListAsync(visit.Http.RequestAborted), visit.Who.May(Permissions.MonthClose) != Grant.None), problem);

    public async Task<IResult> SetCodeAsync(Visit visit)
    {
        var of = visit.Field("of").Split('/');
        var owner = visit.Field("ownerId").Length == 0 ? 0 : OperatorScreens.Number(visit.Field("ownerId")) ?? -1;
        var problem = await codes.SetAsync(visit.By, new AccountCode(of[0], of.Length > 1 ? of[1] : "", owner, visit.Field("currency"), visit.Field("code")), visit.Field("reason"), static _ => { });
        return problem is null ? Visit.GoTo("/operator/ledger/codes?done=saved") : await CodesAsync(visit, problem);
    }

    private static ScreenAnswer<Said> None(Visit visit) => new(visit.Frame("There is no such month"), "It is not closed, or its number may have been typed wrong.", StatusCodes.Status404NotFound);
}

/// <summary>A closed month's journal as a file.</summary>
internal static class MonthFiles
{
    public static DownloadAnswer Journal(int month, string currency, IReadOnlyList<JournalLine> lines)
    {
        var money = Currency.Get(currency);
        return new DownloadAnswer($"journal-{new Month(month)}-{currency}.csv", "text/csv; charset=utf-8", CsvLines.Of([
            ["date", "code", "account", "owner", "ownerId", "kind", "currency", "debit", "credit"], .. lines.Select(l => Harmless(ClosedMonths.Cells(l, money))),
        ]));
    }

    /// <summary><c>2026-11</c> or <c>202611</c>; null when it is no month.</summary>
    public static Month? Typed(string text) => OperatorScreens.Number(text.Replace("-", "", StringComparison.Ordinal)) is { } number ? Month.Read(number) : null;

    /// <summary>The operator's code alone is a text of somebody's; amounts keep their sign.</summary>
    private static IReadOnlyList<string> Harmless(IReadOnlyList<string> cells) => [cells[0], CsvLines.Harmless(cells[1]), .. cells.Skip(2)];
}
