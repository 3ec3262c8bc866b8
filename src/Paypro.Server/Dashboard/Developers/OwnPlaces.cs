using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>The merchant of a screen, and the others that its reader may go to.</summary>
/// <param name="Merchant">As it is stored.</param>
/// <param name="Country">Its country.</param>
/// <param name="Others">All of the reader's for which the screen's permission holds.</param>
internal sealed record OwnPlace(MerchantRow Merchant, Country Country, IReadOnlyList<MerchantRow> Others)
{
    public long No => Merchant.MerchantNo;
}

/// <summary>Finds the merchants of whoever looks. Whatever is not of his business does not exist.</summary>
internal sealed class OwnPlaces(IContexts contexts, CountryCatalog countries)
{
    private const int Most = 100;

    public async Task<IReadOnlyList<MerchantRow>> OfAsync(SignedIn who, string permission)
    {
        await using var context = contexts.Create();
        var businesses = who.Memberships.Select(m => m.BusinessId).Distinct().ToList();
        var rows = await context.Merchants.AsNoTracking().Where(m => businesses.Contains(m.BusinessId)).OrderBy(m => m.MerchantNo).Take(Most).ToListAsync();
        return [.. rows.Where(m => countries.FindCountry(m.Country) is not null && May(who, m, permission))];
    }

    /// <summary>Null when it is not one of his, or he may not do this there.</summary>
    public async Task<OwnPlace?> FindAsync(Visit visit, long no, string permission)
    {
        var own = await OfAsync(visit.Who, permission);
        if (own.FirstOrDefault(m => m.MerchantNo == no) is not { } merchant)
        {
            return null;
        }

        var country = countries.FindCountry(merchant.Country)!;
        visit.MerchantZone = country.TimeZone;
        return new OwnPlace(merchant, country, own);
    }

    public static bool May(SignedIn who, MerchantRow merchant, string permission) => Permissions.Of(
        who.Memberships.Where(m => m.BusinessId == merchant.BusinessId && (m.MerchantNo == 0 || m.MerchantNo == merchant.MerchantNo)).Select(m => m.Role), permission) != Grant.None;

    public static IResult None(Visit visit) =>
        new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);
}
