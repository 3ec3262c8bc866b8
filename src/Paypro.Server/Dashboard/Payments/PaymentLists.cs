using System.Globalization;
using System.Runtime.CompilerServices;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What a list of payments shows.</summary>
/// <param name="Query">Its address.</param>
/// <param name="Filter">What that asks for.</param>
/// <param name="Own">All merchants that its reader may see.</param>
/// <param name="List">The page.</param>
/// <param name="Next">The id before which the next page begins; 0 = there is none.</param>
/// <param name="LookedToMs">The time down to which was looked where the list goes on after as many rows as one look may read; 0 otherwise.</param>
/// <param name="MayExport">Whether he may take it as a file.</param>
internal sealed record PaymentListModel(PaymentQuery Query, OrderFilter Filter, IReadOnlyList<OwnMerchant> Own, ShownList List, long Next, long LookedToMs, bool MayExport)
{
    /// <summary>Whether he may make a payout from here.</summary>
    public bool MayCreate { get; init; }
}

/// <summary>The lists of pay-ins and payouts, on the screen and as files.</summary>
internal sealed class PaymentLists(OwnMerchants merchants, OrderLists lists, OrderFinder finder, ToldReads told, ListFiles files, AuditedStore store, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Orders that one read of a file takes: no read keeps the database from forgetting for long.</summary>
    public const int FilePortion = 5_000;

    /// <summary>Files that one process writes at a time.</summary>
    private const int FilesAtOnce = 2;

    private int _files;

    public async Task<IResult> ShowAsync(Visit visit, Direction direction)
    {
        var query = PaymentQuery.Read(direction, visit.Http.Request.Query);
        var (own, chosen) = await MerchantsAsync(visit, query, Permissions.OrdersSee);
        if (query.Merchant.Length > 0 && chosen.Count == 0)
        {
            return Nowhere(visit);
        }

        var filter = await FindAsync(query.ToFilter(visit.Zone, time.NowMs(), out var problem), chosen, query, visit.Http.RequestAborted);
        var page = await lists.ReadAsync([.. chosen.Select(m => m.Listed)], filter, query.Before, PageSize, visit.Http.RequestAborted);
        var columns = PaymentColumns.Of(query);
        var list = await ListAsync(columns, page.Rows, chosen, visit.Http.RequestAborted);
        var model = new PaymentListModel(
            query, filter, own, list, page.Next, page.IsCutShort ? IdSource.TimeOf(page.Next) : 0, chosen.Any(m => OwnMerchants.May(visit.Who, m, Permissions.ListsExport)))
        {
            MayCreate = direction == Direction.Payout && chosen.Any(m => OwnMerchants.May(visit.Who, m, Permissions.PayoutsCreate)),
        };
        return visit.Show<PaymentListPage>(TitleOf(direction), model, problem);
    }

    /// <summary>The whole list as a file, with the newest order that there is at this moment as its upper end; a long one is written in the background.</summary>
    public async Task<IResult> ExportAsync(Visit visit, Direction direction)
    {
        var query = PaymentQuery.Read(direction, visit.Http.Request.Query) with { Before = 0 };
        var (_, chosen) = await MerchantsAsync(visit, query, Permissions.ListsExport);
        if (chosen.Count == 0)
        {
            return Nowhere(visit);
        }

        var nowMs = time.NowMs();
        var filter = await FindAsync(query.ToFilter(visit.Zone, nowMs, out var problem), chosen, query, visit.Http.RequestAborted);
        if (problem is not null)
        {
            return new ScreenAnswer<Said>(visit.Frame(TitleOf(direction), problem), "Mend the filter of the list first.", StatusCodes.Status400BadRequest);
        }

        var name = NameOf(direction, nowMs, visit.Zone);
        var listed = chosen.Select(m => m.Listed).ToList();
        if (filter.Found is null && (HttpMethods.IsPost(visit.Http.Request.Method) || await lists.CountAsync(listed, filter, ListFiles.MostAtOnce, visit.Http.RequestAborted) > ListFiles.MostAtOnce))
        {
            var (subject, chain) = SubjectOf(chosen);
            return await files.AnswerAsync(visit, new ListFileWish(PaymentListSource.Name, query.Address(), name, subject, chain, [.. chosen.Select(m => m.No)]), query.Address());
        }

        if (Interlocked.Increment(ref _files) > FilesAtOnce)
        {
            Interlocked.Decrement(ref _files);
            return new ScreenAnswer<Said>(visit.Frame(TitleOf(direction)), "Other files are being written. Try again in a minute.", StatusCodes.Status429TooManyRequests);
        }

        var isCsv = visit.Http.Request.Query["format"] != "xlsx";
        ListFile file = isCsv ? new CsvFile(visit.Texts, visit.Zone) : new XlsxFile(visit.Texts, visit.Zone);
        return new FileAnswer(file, $"{name}.{(isCsv ? "csv" : "xlsx")}", LoggedAsync(visit, query, filter, chosen, nowMs, visit.Http.RequestAborted), () => Interlocked.Decrement(ref _files));
    }

    /// <summary>The columns alone, then all orders in parts, each a short read of its own; none that was created after <paramref name="nowMs"/>.</summary>
    public async IAsyncEnumerable<ShownList> PartsAsync(PaymentQuery query, OrderFilter filter, IReadOnlyList<OwnMerchant> chosen, long nowMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var columns = PaymentColumns.Of(query);
        yield return new ShownList("", [.. columns.Select(c => c.Head)], []);
        var before = IdSource.FirstAt(nowMs + IdSource.UnitMs);
        do
        {
            var page = await lists.ReadAsync([.. chosen.Select(m => m.Listed)], filter, before, FilePortion, cancellation);
            yield return await ListAsync(columns, page.Rows, chosen, cancellation);
            before = page.Next;
        }
        while (before > 0);
    }

    private static string NameOf(Direction direction, long nowMs, TimeZoneInfo zone) => $"{(direction == Direction.PayIn ? "pay-ins" : "payouts")}-{Clock.Text(Clock.LocalDate(nowMs, zone).ToNumber())}";

    private static (string Subject, short Chain) SubjectOf(IReadOnlyList<OwnMerchant> chosen) =>
        chosen.Count == 1 ? ($"merchant:{chosen[0].No}", chosen[0].Row.Bucket) : ($"business:{chosen[0].Row.BusinessId}", AuditTrail.Platform);

    private static string TitleOf(Direction direction) => direction == Direction.PayIn ? "Pay-ins" : "Payouts";

    /// <summary>Another business's merchant and one that does not exist are answered alike.</summary>
    private static ScreenAnswer<Said> Nowhere(Visit visit) => new(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);

    /// <summary>All that he may see, and those of the list. The zone shown is theirs, where they have one.</summary>
    private async Task<(IReadOnlyList<OwnMerchant> Own, IReadOnlyList<OwnMerchant> Chosen)> MerchantsAsync(Visit visit, PaymentQuery query, string permission)
    {
        var own = await merchants.OfAsync(visit.Who, permission);
        var chosen = query.Merchant.Length == 0 ? own : [.. own.Where(m => m.No.ToString(CultureInfo.InvariantCulture) == query.Merchant)];
        OwnMerchants.ShowZone(visit, chosen);
        return (own, chosen);
    }

    private async Task<OrderFilter> FindAsync(OrderFilter filter, IReadOnlyList<OwnMerchant> chosen, PaymentQuery query, CancellationToken cancellation) =>
        query.Find.Length == 0 ? filter : filter with { Found = await finder.FindAsync([.. chosen.Select(m => m.Listed)], query.Direction, query.Find, cancellation) };

    private async IAsyncEnumerable<ShownList> LoggedAsync(
        Visit visit, PaymentQuery query, OrderFilter filter, IReadOnlyList<OwnMerchant> chosen, long nowMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await store.SaveAsync((_, trail) =>
        {
            var (subject, chain) = SubjectOf(chosen);
            trail.Add(visit.By, "list.export", subject, after: new { list = query.Address(), merchants = chosen.Select(m => m.No) }, chain: chain);
            return Task.FromResult(true);
        });
        await foreach (var part in PartsAsync(query, filter, chosen, nowMs, cancellation))
        {
            yield return part;
        }
    }

    private async Task<ShownList> ListAsync(IReadOnlyList<ListColumn<PaymentLine>> columns, IReadOnlyList<OrderRow> orders, IReadOnlyList<OwnMerchant> chosen, CancellationToken cancellation)
    {
        var countries = chosen.ToDictionary(m => m.No, m => m.Country);
        var states = await told.OfAsync(orders, cancellation);
        var lines = orders.Select(o => new PaymentLine(o, countries[o.MerchantNo], states[o.Key]));
        return new ShownList("Payments", [.. columns.Select(c => c.Head)], [.. lines.Select(line => columns.Select(c => c.Of(line)).ToArray())]);
    }
}
