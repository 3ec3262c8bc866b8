using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Money;

/// <summary>The merchant of a screen of money: the one that the address or the form names, else the reader's first.</summary>
/// <param name="Merchant">Null when it is not one of his, or he may not do this there.</param>
/// <param name="Own">All for which he may.</param>
internal sealed record OwnMoney(OwnMerchant? Merchant, IReadOnlyList<OwnMerchant> Own)
{
    public static async Task<OwnMoney> FindAsync(OwnMerchants merchants, Visit visit, string permission)
    {
        var named = visit.Field("merchant") is { Length: > 0 } field ? field : visit.Http.Request.Query["merchant"].ToString();
        var own = await merchants.OfAsync(visit.Who, permission);
        var merchant = named.Length == 0 ? (own.Count > 0 ? own[0] : null) : own.FirstOrDefault(m => m.No.ToString(CultureInfo.InvariantCulture) == named);
        visit.MerchantZone = merchant?.Country.TimeZone ?? visit.MerchantZone;
        return new OwnMoney(merchant, own);
    }

    /// <summary>Another business's merchant and one that does not exist are answered alike.</summary>
    public static IResult Nowhere(Visit visit, string title) => visit.Http.Request.Query["merchant"].ToString().Length + visit.Field("merchant").Length == 0 && HttpMethods.IsGet(visit.Http.Request.Method)
        ? visit.Show<NoMerchantPage>(title)
        : new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);

    public static bool May(Visit visit, OwnMerchant merchant, string permission) => OwnMerchants.May(visit.Who, merchant, permission);

    /// <summary>How far he may go for this merchant.</summary>
    public static Grant GrantOf(Visit visit, OwnMerchant merchant, string permission) => Permissions.Of(OwnMerchants.RolesFor(visit.Who, merchant.Row.BusinessId, merchant.No), permission);
}
