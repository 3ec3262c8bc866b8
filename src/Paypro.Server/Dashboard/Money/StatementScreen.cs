using System.Globalization;
using System.Runtime.CompilerServices;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <summary>What a merchant's statement shows.</summary>
/// <param name="Own">All merchants whose statement its reader may see.</param>
/// <param name="Balances">By account, now; empty for who may not see them.</param>
internal sealed record StatementModel(
    StatementQuery Query, IReadOnlyList<OwnMerchant> Own, OwnMerchant Merchant, IReadOnlyList<(AccountKind Kind, long Minor)> Balances, AccountStatement Statement, ShownList List, DateOnly First, DateOnly Last, bool MayExport);

/// <summary>A merchant's balances and its statement, on the screen and as files.</summary>
internal sealed class StatementScreen(OwnMerchants merchants, HomeReads balances, AccountStatements statements, ListFiles files, AuditedStore store, TimeProvider time)
{
    public const int PageSize = 50;

    private const int FilePortion = 5_000, FilesAtOnce = 2;

    private int _files;

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var query = StatementQuery.Read(visit.Http.Request.Query);
        var (own, merchant) = await FindAsync(visit, query, Permissions.StatementSee);
        if (merchant is null)
        {
            return Nowhere(visit, query);
        }

        var (first, last) = query.Span(visit.Zone, time.NowMs(), out var problem);
        var statement = await statements.ReadAsync(
            AccountOf(merchant, query), Days.BeginMs(first, visit.Zone), Days.BeginMs(last.AddDays(1), visit.Zone), query.Chosen, query.Page, PageSize, visit.Http.RequestAborted);
        var now = OwnMerchants.May(visit.Who, merchant, Permissions.BalanceSee) ? (await balances.BalancesAsync([merchant], visit.Http.RequestAborted))[merchant.No] : [];
        var model = new StatementModel(query, own, merchant, now, statement!, Shown(merchant, statement!.Lines), first, last, OwnMerchants.May(visit.Who, merchant, Permissions.ListsExport));
        return visit.Show<StatementPage>("Balance and statement", model, problem);
    }

    /// <summary>The whole statement as a file: the balances stand in its first and last line.</summary>
    public async Task<IResult> ExportAsync(Visit visit)
    {
        var query = StatementQuery.Read(visit.Http.Request.Query) with { Page = "" };
        var (_, merchant) = await FindAsync(visit, query, Permissions.StatementSee);
        if (merchant is null || !OwnMerchants.May(visit.Who, merchant, Permissions.ListsExport))
        {
            return Nowhere(visit, query);
        }

        var (first, last) = query.Span(visit.Zone, time.NowMs(), out var problem);
        if (problem is not null)
        {
            return new ScreenAnswer<Said>(visit.Frame("Balance and statement", problem), "Mend the filter of the list first.", StatusCodes.Status400BadRequest);
        }

        var key = StatementQuery.Accounts.Single(a => a.Kind == query.Kind).Key;
        var name = string.Create(CultureInfo.InvariantCulture, $"statement-{merchant.No}-{key}-{Days.Text(first)}-{Days.Text(last)}");
        var (fromMs, toMs) = (Days.BeginMs(first, visit.Zone), Days.BeginMs(last.AddDays(1), visit.Zone));
        var count = await statements.CountAsync(AccountOf(merchant, query), fromMs, toMs, visit.Http.RequestAborted);
        if (visit.Http.Request.Query["format"] == "pdf")
        {
            return await PaperAsync(visit, query, merchant, count, first, last);
        }

        if (HttpMethods.IsPost(visit.Http.Request.Method) || count > ListFiles.MostAtOnce)
        {
            var address = query with { Merchant = merchant.No.ToString(CultureInfo.InvariantCulture), From = Days.Text(first), To = Days.Text(last) };
            return await files.AnswerAsync(visit, new ListFileWish(StatementSource.Name, address.Address(), name, $"merchant:{merchant.No}", merchant.Row.Bucket, [merchant.No]), query.Address());
        }

        if (Interlocked.Increment(ref _files) > FilesAtOnce)
        {
            Interlocked.Decrement(ref _files);
            return new ScreenAnswer<Said>(visit.Frame("Balance and statement"), "Other files are being written. Try again in a minute.", StatusCodes.Status429TooManyRequests);
        }

        var isCsv = visit.Http.Request.Query["format"] != "xlsx";
        ListFile file = isCsv ? new CsvFile(visit.Texts, visit.Zone) : new XlsxFile(visit.Texts, visit.Zone);
        return new FileAnswer(file, $"{name}.{(isCsv ? "csv" : "xlsx")}", LoggedAsync(visit, query, merchant, fromMs, toMs, visit.Http.RequestAborted), () => Interlocked.Decrement(ref _files));
    }

    /// <summary>The statement on paper; a long one is for CSV and Excel.</summary>
    private async Task<IResult> PaperAsync(Visit visit, StatementQuery query, OwnMerchant merchant, long count, DateOnly first, DateOnly last)
    {
        if (count > StatementPdf.MostLines)
        {
            return new ScreenAnswer<Said>(
                visit.Frame("Balance and statement", "A statement as PDF has at most 5,000 entries."), "Take fewer days, or the file as CSV or Excel.", StatusCodes.Status400BadRequest);
        }

        var (fromMs, toMs, gone) = (Days.BeginMs(first, visit.Zone), Days.BeginMs(last.AddDays(1), visit.Zone), visit.Http.RequestAborted);
        var ends = await statements.ReadAsync(AccountOf(merchant, query), fromMs, toMs, [], "", 1, gone);
        var lines = new List<StatementLine>();
        await foreach (var part in statements.AllAsync(AccountOf(merchant, query), fromMs, toMs, query.Chosen, FilePortion, gone))
        {
            lines.AddRange(part);
        }

        lines.Reverse();
        await LogAsync(visit, query, merchant);

        // What is booked at this moment came between the two reads: where all entries are shown, the balances are those around them.
        var (openingMinor, closingMinor) = query.Chosen.Count == 0 && lines.Count > 0 ? (lines[0].BalanceMinor - lines[0].Entry.AmountMinor, lines[^1].BalanceMinor) : (ends!.OpeningMinor, ends.ClosingMinor);
        var only = StatementQuery.Types.Where(t => t.Key == query.Type).Select(t => t.Text).FirstOrDefault("");
        var key = StatementQuery.Accounts.Single(a => a.Kind == query.Kind).Key;
        return new DownloadAnswer(
            string.Create(CultureInfo.InvariantCulture, $"statement-{merchant.No}-{key}-{Days.Text(first)}-{Days.Text(last)}.pdf"), "application/pdf",
            StatementPdf.Write(new StatementPaper(merchant, PaymentWords.Of(query.Kind), only, first, last, openingMinor, closingMinor, lines), visit.Texts, visit.Zone, time.NowMs()));
    }

    /// <summary>The columns alone, then all entries in parts.</summary>
    public async IAsyncEnumerable<ShownList> PartsAsync(StatementQuery query, OwnMerchant merchant, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return Shown(merchant, []);
        await foreach (var lines in statements.AllAsync(AccountOf(merchant, query), fromMs, toMs, query.Chosen, FilePortion, cancellation))
        {
            yield return Shown(merchant, lines);
        }
    }

    private static IResult Nowhere(Visit visit, StatementQuery query) => query.Merchant.Length == 0 ? visit.Show<NoMerchantPage>("Balance and statement")
        : new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);

    private static long AccountOf(OwnMerchant merchant, StatementQuery query) => AccountId.Merchant(merchant.Row.Bucket, merchant.No, query.Kind, merchant.Country.Currency).Id;

    /// <summary>Entries as they stand in lists and files.</summary>
    public static ShownList Shown(OwnMerchant merchant, IEnumerable<StatementLine> lines) =>
        new("Statement", [.. StatementColumns.All.Select(c => c.Head)], [.. lines.Select(l => StatementColumns.All.Select(c => c.Of((l, merchant.Country.Currency))).ToArray())]);

    private async Task<(IReadOnlyList<OwnMerchant> Own, OwnMerchant? Merchant)> FindAsync(Visit visit, StatementQuery query, string permission)
    {
        var own = await merchants.OfAsync(visit.Who, permission);
        var merchant = query.Merchant.Length == 0 ? (own.Count > 0 ? own[0] : null) : own.FirstOrDefault(m => m.No.ToString(CultureInfo.InvariantCulture) == query.Merchant);
        visit.MerchantZone = merchant?.Country.TimeZone ?? visit.MerchantZone;
        return (own, merchant);
    }

    private Task<bool> LogAsync(Visit visit, StatementQuery query, OwnMerchant merchant) => store.SaveAsync((_, trail) =>
    {
        trail.Add(visit.By, "list.export", $"merchant:{merchant.No}", after: new { list = query.Address() }, chain: merchant.Row.Bucket);
        return Task.FromResult(true);
    });

    private async IAsyncEnumerable<ShownList> LoggedAsync(Visit visit, StatementQuery query, OwnMerchant merchant, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await LogAsync(visit, query, merchant);
        await foreach (var part in PartsAsync(query, merchant, fromMs, toMs, cancellation))
        {
            yield return part;
        }
    }
}

/// <summary>The columns of a statement: one table for the screen and for files.</summary>
internal static class StatementColumns
{
    public static readonly IReadOnlyList<ListColumn<(StatementLine Line, Currency Currency)>> All =
    [
        new("booked", "Booked", CellKind.Moment, l => new Cell(Number: l.Line.Entry.BookedAtMs)),
        new("value", "Value date", CellKind.Text, l => new Cell(Clock.Text(l.Line.Entry.ValueDate))),
        new("type", "Why", CellKind.Words, l => new Cell(PaymentWords.Of(l.Line.Transfer.Type))),
        new("order", "Order", CellKind.Code, l => new Cell(l.Line.OrderNumber, Link: PathOf(l.Line))),
        new("due", "Available on", CellKind.Text, l => new Cell(l.Line.Entry.DueDate is 0 or EntryRow.UntilReleased ? "" : Clock.Text(l.Line.Entry.DueDate))),
        new("amount", "Amount", CellKind.Amount, l => new Cell(Number: l.Line.Entry.AmountMinor, Currency: l.Currency)),
        new("balance", "Balance after", CellKind.Amount, l => new Cell(Number: l.Line.BalanceMinor, Currency: l.Currency)),
        new("currency", "Currency", CellKind.Text, l => new Cell(l.Currency.Code)),
        new("transfer", "Transfer", CellKind.Code, l => new Cell(string.Create(CultureInfo.InvariantCulture, $"{l.Line.Entry.Bucket}-{l.Line.Entry.TransferNo}"))),
    ];

    private static string? PathOf(StatementLine line) => line.OrderNumber.Length == 0 ? null : line.Transfer.Type switch
    {
        TransferType.PayoutReserve or TransferType.PayoutPost or TransferType.PayoutVoid or TransferType.PayoutReturn => $"/dashboard/payouts/{line.OrderNumber}",
        TransferType.RefundReserve or TransferType.RefundPost or TransferType.RefundVoid or TransferType.RefundReturn => $"/dashboard/refunds/{line.OrderNumber}",
        TransferType.WithdrawalReserve or TransferType.WithdrawalPost or TransferType.WithdrawalVoid or TransferType.WithdrawalReturn => "/dashboard/withdrawals",
        _ => $"/dashboard/payins/{line.OrderNumber}",
    };
}
