using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <param name="Day">The day whose entries are shown, <c>yyyyMMdd</c>; 0 for none.</param>
/// <param name="List">Its entries.</param>
internal sealed record SettlementModel(OwnMoney Place, IReadOnlyList<DueLine> Lines, SettlementPlace? Next, int Day, AccountKind Kind, AccountStatement? Statement, ShownList? List);

/// <summary>When a merchant's money becomes available, how much, and from which orders.</summary>
internal sealed class SettlementScreen(OwnMerchants merchants, Settlements settlements, AccountStatements statements)
{
    private const string Title = "Settlements";
    private const int PageSize = 50;

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.SettlementsSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var query = visit.Http.Request.Query;
        var lines = await settlements.OfMerchantAsync(merchant.Row.Bucket, merchant.No, merchant.Country.Currency, SettlementPlace.Read(query["before"].ToString()) ?? SettlementPlace.First, PageSize + 1, visit.Http.RequestAborted);
        var day = Days.Read(query["day"].ToString()) is { } date ? (date.Year * 10000) + (date.Month * 100) + date.Day : 0;
        var kind = query["of"] == "held" ? AccountKind.Held : AccountKind.Unsettled;
        var statement = day == 0 ? null : await statements.ReadAsync(
            AccountId.Merchant(merchant.Row.Bucket, merchant.No, kind, merchant.Country.Currency).Id, 0, long.MaxValue, [], query["page"].ToString(), PageSize, visit.Http.RequestAborted, day);
        return visit.Show<SettlementPage>(Title, new SettlementModel(
            place, [.. lines.Take(PageSize).Select(l => l.Line)], lines.Count > PageSize ? lines[PageSize - 1].Place : null, day, kind, statement, statement is null ? null : StatementScreen.Shown(merchant, statement.Lines)));
    }
}
