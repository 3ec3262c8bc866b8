using System.Globalization;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <param name="Place">Whose.</param>
/// <param name="Fees">A page, the oldest first.</param>
/// <param name="Next">After which number the next page begins; null for none.</param>
/// <param name="MayExport">Whether the reader may take files.</param>
internal sealed record FeesModel(OwnMoney Place, IReadOnlyList<FeeStatementRow> Fees, long? Next, bool MayExport);

/// <summary>What a merchant was charged in closed months.</summary>
internal sealed class FeeScreen(OwnMerchants merchants, ClosedMonths months)
{
    private const string Title = "Statements of fees";
    private const int PageSize = 24;

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.StatementSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var after = long.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
        var page = await months.FeesAsync(0, merchant.No, after, PageSize + 1, visit.Http.RequestAborted);
        return visit.Show<FeesPage>(Title, new FeesModel(place, [.. page.Take(PageSize)], page.Count > PageSize ? page[PageSize - 1].Number : null, OwnMerchants.May(visit.Who, merchant, Permissions.ListsExport)));
    }

    public async Task<IResult> ExportAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.ListsExport);
        return place.Merchant is not { } merchant ? OwnMoney.Nowhere(visit, Title)
            : FeeFile.Of($"fees-{merchant.No}.csv", await months.FeesAsync(0, merchant.No, 0, FeeFile.Most, visit.Http.RequestAborted));
    }
}

/// <summary>Statements of fees as a file.</summary>
internal static class FeeFile
{
    /// <summary>Statements of one file, at most.</summary>
    public const int Most = 100_000;

    public static DownloadAnswer Of(string name, IReadOnlyList<FeeStatementRow> rows) => new(name, "text/csv; charset=utf-8", CsvLines.Of([
        ["number", "month", "merchant", "currency", "fee", "adjustments", "tax", "withheld"], .. rows.Select(Cells),
    ]));

    /// <summary>As it is quoted: <c>FS-000042</c>.</summary>
    public static string NumberOf(FeeStatementRow row) => string.Create(CultureInfo.InvariantCulture, $"FS-{row.Number:000000}");

    private static string[] Cells(FeeStatementRow row)
    {
        var money = Currency.Get(row.Currency);
        return
        [
            NumberOf(row), new Month(row.Month).ToString(), row.MerchantNo.ToString(CultureInfo.InvariantCulture), row.Currency, ClosedMonths.Text(row.FeeMinor, money), ClosedMonths.Text(row.AdjustmentMinor, money),
            ClosedMonths.Text(row.TaxMinor, money), ClosedMonths.Text(row.WithheldMinor, money),
        ];
    }
}
