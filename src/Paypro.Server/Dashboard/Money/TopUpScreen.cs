using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <param name="Reference">What the merchant writes into each transfer.</param>
/// <param name="Banks">Where it sends money to.</param>
/// <param name="Credited">What was credited, the newest first.</param>
internal sealed record TopUpModel(OwnMoney Place, string Reference, IReadOnlyList<BankAccountRow> Banks, IReadOnlyList<LedgerOrderRow> Credited);

/// <summary>How a merchant tops its balance up: to which account, with which reference, and what was credited.</summary>
internal sealed class TopUpScreen(OwnMerchants merchants, IContexts contexts)
{
    private const string Title = "Top-ups";
    private const int Most = 100;

    public async Task<IResult> ShowAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.BalanceSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        await using var context = contexts.Create();
        var (no, currency) = (merchant.No, merchant.Country.Currency.Code);
        return visit.Show<TopUpPage>(Title, new TopUpModel(
            place, TopUpReference.Of(no), await context.BankAccounts.AsNoTracking().Where(b => b.Open && b.TakesTopUps && b.Currency == currency).OrderBy(b => b.Id).Take(50).ToListAsync(),
            await context.LedgerOrders.AsNoTracking().Where(o => o.MerchantNo == no && o.Template == TransferTemplates.TopUp && o.State == LedgerOrderState.Booked).OrderByDescending(o => o.Id).Take(Most).ToListAsync()));
    }
}
