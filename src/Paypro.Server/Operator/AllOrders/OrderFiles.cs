using System.Globalization;
using System.Runtime.CompilerServices;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>The list of all merchants' orders as a file: at once, or written in the background where it is long.</summary>
internal sealed class OrderFiles(AllOrderReads reads, ListFiles files, AuditedStore store, TimeProvider time) : IListSource
{
    /// <summary>Orders that one part has at most; each statement behind it reads one bucket or one merchant, and few of its rows.</summary>
    private const int Portion = 5_000;

    private const int FilesAtOnce = 2;

    private static readonly IReadOnlyList<ListColumn<OrderRow>> Columns =
    [
        new("created", "Created", CellKind.Moment, o => new Cell(Number: o.CreatedAtMs)),
        new("number", "Number", CellKind.Code, o => new Cell(o.Number)),
        new("merchant", "Merchant", CellKind.Code, o => new Cell(o.MerchantNo.ToString(CultureInfo.InvariantCulture))),
        new("trade", "Merchant's number", CellKind.Code, o => new Cell(o.TradeNo)),
        new("state", "State", CellKind.Words, PaymentColumns.StateOf),
        new("exception", "Unusual", CellKind.Words, PaymentColumns.ExceptionOf),
        new("amount", "Amount", CellKind.Amount, o => new Cell(Number: o.AmountMinor, Currency: Currency.Get(o.Currency))),
        new("currency", "Currency", CellKind.Text, o => new Cell(o.Currency)),
        new("way", "Way", CellKind.Code, o => new Cell(o.Way == "*" ? "" : o.Way)),
        new("reference", "Rail reference", CellKind.Code, o => new Cell(o.Utr)),
    ];

    private int _files;

    public string Kind => "orders";

    public Task<bool> MayHaveAsync(SignedIn who, ListFileRow file) => Task.FromResult(who.May(Permissions.ListsExport) != Grant.None && who.May(Permissions.OrdersSee) != Grant.None);

    public IAsyncEnumerable<ShownList> ReadAsync(ListFileRow file, CancellationToken cancellation)
    {
        var query = OrderListQuery.Read(ListAddress.Read(file.Address).Query);
        return PartsAsync(query, query.ToFilter(TimeZoneInfo.FindSystemTimeZoneById(file.Zone), file.AskedAtMs, out _), file.AskedAtMs, cancellation);
    }

    public async Task<IResult> ExportAsync(Visit visit)
    {
        var (query, nowMs) = (OrderListQuery.Read(visit.Http.Request.Query) with { Before = 0 }, time.NowMs());
        var filter = query.ToFilter(visit.Zone, nowMs, out var problem);
        var merchant = query.Merchant is { } no ? await reads.MerchantAsync(no, visit.Http.RequestAborted) : null;
        if (problem is not null || (query.Merchant is not null && merchant is null))
        {
            return new ScreenAnswer<Said>(visit.Frame("Orders", problem ?? "There is no such merchant"), "Mend the filter of the list first.", StatusCodes.Status400BadRequest);
        }

        var name = $"{OrderListQuery.Directions.Single(d => d.Direction == query.Direction).Key}-orders-{Clock.Text(Clock.LocalDate(nowMs, visit.Zone).ToNumber())}";
        if (HttpMethods.IsPost(visit.Http.Request.Method) || await reads.CountAsync(filter, merchant, ListFiles.MostAtOnce, visit.Http.RequestAborted) > ListFiles.MostAtOnce)
        {
            return await files.AnswerAsync(visit, new ListFileWish(Kind, query.Address(), name, "orders", AuditTrail.Platform, merchant is null ? [] : [merchant.No]), query.Address());
        }

        if (Interlocked.Increment(ref _files) > FilesAtOnce)
        {
            Interlocked.Decrement(ref _files);
            return new ScreenAnswer<Said>(visit.Frame("Orders"), "Other files are being written. Try again in a minute.", StatusCodes.Status429TooManyRequests);
        }

        var isCsv = visit.Http.Request.Query["format"] != "xlsx";
        ListFile file = isCsv ? new CsvFile(visit.Texts, visit.Zone) : new XlsxFile(visit.Texts, visit.Zone);
        return new FileAnswer(file, $"{name}.{(isCsv ? "csv" : "xlsx")}", LoggedAsync(visit, query, filter, nowMs, visit.Http.RequestAborted), () => Interlocked.Decrement(ref _files));
    }

    private async IAsyncEnumerable<ShownList> LoggedAsync(Visit visit, OrderListQuery query, OrderFilter filter, long nowMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await store.SaveAsync((_, trail) =>
        {
            trail.Add(visit.By, "list.export", "orders", after: new { list = query.Address() });
            return Task.FromResult(true);
        });
        await foreach (var part in PartsAsync(query, filter, nowMs, cancellation))
        {
            yield return part;
        }
    }

    private async IAsyncEnumerable<ShownList> PartsAsync(OrderListQuery query, OrderFilter filter, long nowMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ListHead[] heads = [.. Columns.Select(c => c.Head)];
        yield return new ShownList("", heads, []);
        var merchant = query.Merchant is { } no ? await reads.MerchantAsync(no, cancellation) : null;
        var before = query.Merchant is not null && merchant is null ? 0 : IdSource.FirstAt(nowMs + IdSource.UnitMs);
        while (before > 0)
        {
            var page = await reads.ListAsync(filter, merchant, query.Account, before, cancellation, Portion);
            yield return new ShownList("Orders", heads, [.. page.Rows.Select(o => Columns.Select(c => c.Of(o)).ToArray())]);
            before = page.Next;
        }
    }
}
