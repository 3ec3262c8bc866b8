using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <param name="Files">The newest first.</param>
/// <param name="Next">The id before which the next page begins; null for none.</param>
internal sealed record PayoutFilesModel(OwnMoney Place, IReadOnlyList<PayoutBatchRow> Files, long? Next);

/// <summary>One file.</summary>
/// <param name="Counts">Rows by state, with their sum.</param>
/// <param name="FeeMinor">Fees and taxes of the rows that can be paid.</param>
/// <param name="Faulty">Rows that something is wrong with, the first ones.</param>
/// <param name="Repeats">Rows that repeat others and could be paid.</param>
/// <param name="Lines">A page of all rows.</param>
/// <param name="Next">The row after which the next page begins; null for none.</param>
/// <param name="MayDecide">Whether its reader may approve it.</param>
internal sealed record PayoutFileModel(
    PayoutBatchRow File, OwnMerchant Merchant, IReadOnlyDictionary<PayoutLineState, (int Count, long Minor)> Counts, long FeeMinor, long AvailableMinor, IReadOnlyList<PayoutLineRow> Faulty,
    IReadOnlyList<PayoutLineRow> Repeats, IReadOnlyList<PayoutLineRow> Lines, IReadOnlyDictionary<string, OrderRow> Orders, int? Next, bool MayDecide, bool IsOwn)
{
    public (int Count, long Minor) Of(PayoutLineState state) => Counts.GetValueOrDefault(state);
}

/// <summary>The screens of payout files.</summary>
internal sealed class PayoutFileScreen(
    OwnMerchants merchants, HomeReads balances, PayoutFiles files, SnapshotStore snapshots, AuditedStore store, IContexts contexts, TimeProvider time)
{
    public const string Root = "/dashboard/payout-files";
    private const string Title = "Payout files";
    private const int PageSize = 50, LinesOfPage = 100, MostFaulty = 200, Portion = 500;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayoutsCreate);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var before = long.TryParse(visit.Http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : long.MaxValue;
        await using var context = contexts.Create();
        var rows = await context.PayoutBatches.AsNoTracking().Where(b => b.MerchantNo == merchant.No && b.Id < before).OrderByDescending(b => b.Id).Take(PageSize + 1).ToListAsync();
        return visit.Show<PayoutFilesPage>(Title, new PayoutFilesModel(place, [.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Id : null), problem);
    }

    public async Task<IResult> UploadAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayoutsCreate);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        if (await UploadedFile.ReadAsync(visit.Form.Files) is not { } file || file.Content.LongLength > PayoutFileReader.MostBytes)
        {
            return await ListAsync(visit, "Choose a file of at most 8 MB.");
        }

        if (visit.Field("point") is not ("." or ","))
        {
            return await ListAsync(visit, "Choose the decimal separator of the file.");
        }

        var (id, problem) = await files.UploadAsync(visit.By, merchant, file.Name, file.Content, visit.Field("point")[0]);
        return problem is null ? Visit.GoTo(PathOf(id)) : await ListAsync(visit, problem);
    }

    /// <summary>An empty file with the country's columns.</summary>
    public async Task<IResult> TemplateAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayoutsCreate);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var fields = PayoutScreen.FieldsOf(merchant.Country);
        return File(visit, $"payouts-{merchant.Country.IsoCode}", Rows());

        async IAsyncEnumerable<ShownList> Rows()
        {
            yield return new ShownList("", [.. fields.Select(f => new ListHead(f.Name, f.Name, CellKind.Code))], []);
            await Task.CompletedTask;
        }
    }

    public Task<IResult> ShowAsync(Visit visit) => OnAsync(visit, (file, merchant) => ShowAsync(visit, file, merchant, null));

    public Task<IResult> ActAsync(Visit visit) => OnAsync(visit, async (file, merchant) =>
    {
        var ticked = visit.Form["tick"].OfType<string>().Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : 0).Where(l => l > 0).Distinct().ToList();
        if (visit.Field("do") == "approve" && visit.Who.User.RaisedAtMs > time.NowMs() - (long)Proposals.NewcomersWait.TotalMilliseconds)
        {
            return await ShowAsync(visit, file, merchant, "Who was added or given a role within the last 24 hours approves nothing yet.");
        }

        var problem = visit.Field("do") switch
        {
            "drop" => await files.DropFaultyAsync(visit.By, file),
            "giveUp" => await files.GiveUpAsync(visit.By, file),
            "handIn" => await files.HandInAsync(visit.By, file, ticked),
            "approve" => await files.DecideAsync(visit.By, file, approves: true, ticked, visit.Field("reason")),
            "refuse" => await files.DecideAsync(visit.By, file, approves: false, ticked, visit.Field("reason")),
            _ => "Choose what is to be done.",
        };
        return problem is not null ? await ShowAsync(visit, file, merchant, problem)
            : Visit.GoTo(visit.Field("do") == "giveUp" ? string.Create(CultureInfo.InvariantCulture, $"{Root}?merchant={file.MerchantNo}&done=ended") : $"{PathOf(file.Id)}?done=saved");
    });

    /// <summary>What became of each row; without recipients.</summary>
    public Task<IResult> ResultAsync(Visit visit) => OnAsync(visit, (file, merchant) => Task.FromResult<IResult>(File(visit, $"result-{file.Id}", ResultAsync(file, merchant, visit.Http.RequestAborted))));

    /// <summary>The rows that certainly failed, as a file that can be uploaded. It holds recipients, so that who takes it gives a fresh factor, and the log says so.</summary>
    public Task<IResult> FailedAsync(Visit visit) => OnAsync(visit, async (file, merchant) =>
    {
        await store.NoteAsync(visit, "payout-file.failed-rows", string.Create(CultureInfo.InvariantCulture, $"merchant:{file.MerchantNo}"), file.Bucket, new { file = file.Id, file.Name });
        return File(visit, $"failed-{file.Id}", FailedAsync(file, merchant, visit.Http.RequestAborted));
    });

    public static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"{Root}/{id}");

    /// <summary>A number that has no payout yet, made of one that has: <c>a</c> becomes <c>a-2</c>, <c>a-2</c> becomes <c>a-3</c>.</summary>
    public static string NextNumber(string tradeNo)
    {
        var at = tradeNo.LastIndexOf('-');
        return at > 0 && int.TryParse(tradeNo.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var no) && no is > 1 and < 1000
            ? string.Create(CultureInfo.InvariantCulture, $"{tradeNo.AsSpan(0, at)}-{no + 1}") : $"{tradeNo}-2";
    }

    private static FileAnswer File(Visit visit, string name, IAsyncEnumerable<ShownList> parts)
    {
        var isCsv = visit.Http.Request.Query["format"] != "xlsx" && visit.Field("format") != "xlsx";
        ListFile file = isCsv ? new CsvFile(ScreenTexts.English, visit.Zone) : new XlsxFile(ScreenTexts.English, visit.Zone);
        return new FileAnswer(file, $"{name}.{(isCsv ? "csv" : "xlsx")}", parts, () => { });
    }

    private async IAsyncEnumerable<ShownList> ResultAsync(PayoutBatchRow file, OwnMerchant merchant, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ListHead[] heads =
        [
            new("row", "row", CellKind.Text), new("tradeNo", "tradeNo", CellKind.Code), new("number", "payproTradeNo", CellKind.Code), new("amount", "amount", CellKind.Amount), new("currency", "currency", CellKind.Text),
            new("result", "result", CellKind.Text), new("status", "status", CellKind.Code), new("reference", "reference", CellKind.Code), new("message", "message", CellKind.Text),
        ];
        yield return new ShownList("", heads, []);
        await foreach (var (line, order) in LinesAsync(file, cancellation))
        {
            var amount = new Cell(Number: order?.AmountMinor ?? line.AmountMinor, Currency: merchant.Country.Currency);
            yield return new ShownList("", heads,
            [
                [
                    new(line.Line.ToString(CultureInfo.InvariantCulture)), new(line.TradeNo), new(line.Number), amount, new(merchant.Country.Currency.Code), new(ResultOf(line, order)), new(order is null ? "" : OrderViews.Status(order)),
                    new(order?.Utr ?? ""), new(order is null ? line.Fault : OrderViews.Message(order)),
                ],
            ]);
        }
    }

    private async IAsyncEnumerable<ShownList> FailedAsync(PayoutBatchRow file, OwnMerchant merchant, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var fields = PayoutScreen.FieldsOf(merchant.Country);
        ListHead[] heads = [.. fields.Select(f => new ListHead(f.Name, f.Name, CellKind.Code))];
        yield return new ShownList("", heads, []);
        await foreach (var (line, order) in LinesAsync(file, cancellation))
        {
            // Only what is certain: what is under way may still be paid, and what came back was paid once.
            if (line.State == PayoutLineState.Refused || order is { State: OrderState.Failed })
            {
                var typed = files.Open(line);
                yield return new ShownList("", heads, [[.. fields.Select(f => new Cell(f.Role == FieldRole.TradeNo && order is not null ? NextNumber(line.TradeNo) : typed.GetValueOrDefault(f.Name, "")))]]);
            }
        }
    }

    private async IAsyncEnumerable<(PayoutLineRow Line, OrderRow? Order)> LinesAsync(PayoutBatchRow file, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var after = 0; ;)
        {
            await using var context = contexts.Create();
            var from = after;
            var lines = await context.PayoutLines.AsNoTracking().Where(l => l.BatchId == file.Id && l.Line > from).OrderBy(l => l.Line).Take(Portion).ToListAsync(cancellation);
            var orders = await OrdersAsync(context, file, lines);
            foreach (var line in lines)
            {
                yield return (line, orders.GetValueOrDefault(line.Number));
            }

            if (lines.Count < Portion)
            {
                yield break;
            }

            after = lines[^1].Line;
        }
    }

    private static async Task<Dictionary<string, OrderRow>> OrdersAsync(PayproContext context, PayoutBatchRow file, IEnumerable<PayoutLineRow> lines)
    {
        var (bucket, numbers) = (file.Bucket, lines.Where(l => l.Number.Length > 0).Select(l => l.Number).ToList());
        return await context.Orders.Where(o => o.Bucket == bucket && numbers.Contains(o.Number)).ToDictionaryAsync(o => o.Number);
    }

    /// <summary>One word for programs.</summary>
    private static string ResultOf(PayoutLineRow line, OrderRow? order) => (line.State, order?.State) switch
    {
        (PayoutLineState.Faulty, _) => "faulty",
        (PayoutLineState.Ready, _) => "waiting",
        (PayoutLineState.LeftOut, _) => "left out",
        (PayoutLineState.Refused, _) => "refused",
        (_, OrderState.Paid) => "paid",
        (_, OrderState.Failed) => "failed",
        (_, OrderState.Returned) => "returned",
        _ => order?.IsHeld == true ? "awaits approval" : "under way",
    };

    private async Task<IResult> ShowAsync(Visit visit, PayoutBatchRow file, OwnMerchant merchant, string? problem)
    {
        visit.MerchantZone = merchant.Country.TimeZone;
        var after = int.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
        await using var context = contexts.Create();
        file = await context.PayoutBatches.AsNoTracking().SingleOrDefaultAsync(b => b.Id == file.Id) ?? file;
        var all = context.PayoutLines.AsNoTracking().Where(l => l.BatchId == file.Id);
        var counts = await all.GroupBy(l => l.State).Select(g => new { g.Key, Count = g.Count(), Minor = g.Sum(l => l.AmountMinor) }).ToDictionaryAsync(g => g.Key, g => (g.Count, g.Minor));
        var lines = await all.Where(l => l.Line > after).OrderBy(l => l.Line).Take(LinesOfPage + 1).ToListAsync();
        var shown = lines.Take(LinesOfPage).ToList();
        return visit.Show<PayoutFilePage>(
            file.Name,
            new PayoutFileModel(
                file, merchant, counts, await FeesAsync(merchant, all), (await balances.BalancesAsync([merchant], visit.Http.RequestAborted))[merchant.No].First(b => b.Kind == AccountKind.Available).Minor,
                await all.Where(l => l.State == PayoutLineState.Faulty).OrderBy(l => l.Line).Take(MostFaulty).ToListAsync(),
                await all.Where(l => l.State == PayoutLineState.Ready && l.Repeats != "").OrderBy(l => l.Line).Take(PayoutFiles.MostRepeats).ToListAsync(),
                shown, await OrdersAsync(context, file, shown), lines.Count > LinesOfPage ? shown[^1].Line : null,
                visit.Who.User.RaisedAtMs <= time.NowMs() - (long)Proposals.NewcomersWait.TotalMilliseconds, file.MadeByUserId == visit.Who.User.Id),
            problem);
    }

    /// <summary>By the terms for all kinds of account; a kind with terms of its own may differ.</summary>
    private async Task<long> FeesAsync(OwnMerchant own, IQueryable<PayoutLineRow> all)
    {
        var (snapshot, sum) = (snapshots.Current, 0L);
        if (snapshot.Merchant(own.No) is { } merchant)
        {
            foreach (var minor in await all.Where(l => l.State == PayoutLineState.Ready).Select(l => l.AmountMinor).ToListAsync())
            {
                sum += PayoutCreation.PriceOf(snapshot, merchant, own.Country.PayoutKinds[0], minor, time.NowMs());
            }
        }

        return sum;
    }

    private async Task<IResult> OnAsync(Visit visit, Func<PayoutBatchRow, OwnMerchant, Task<IResult>> answer)
    {
        var id = long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
        await using var context = contexts.Create();
        var file = await context.PayoutBatches.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id);
        var merchant = file is null ? null : (await merchants.OfAsync(visit.Who, Permissions.PayoutsCreate)).FirstOrDefault(m => m.No == file.MerchantNo);
        return merchant is null
            ? new ScreenAnswer<Said>(visit.Frame("There is no such file"), "Its number may have been typed wrong, or it is not one of your business.", StatusCodes.Status404NotFound)
            : await answer(file!, merchant);
    }
}
