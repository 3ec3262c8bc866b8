using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Orders;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <summary>A merchant number of a user's business, with its country.</summary>
internal sealed record OwnMerchant(MerchantRow Row, Country Country)
{
    public long No => Row.MerchantNo;

    public ListedMerchant Listed => new(Row.Bucket, Row.MerchantNo, Country.Currency);
}

/// <summary>The merchants that a user may do something with. All others do not exist for him.</summary>
internal sealed class OwnMerchants(IContexts contexts, CountryCatalog countries)
{
    /// <summary>Numbers of one business that are shown.</summary>
    private const int Most = 100;

    /// <summary>Those for which one of his roles allows it.</summary>
    /// <param name="who">The user.</param>
    /// <param name="permission">What he wants to do; null for whatever he may do.</param>
    public async Task<IReadOnlyList<OwnMerchant>> OfAsync(SignedIn who, string? permission)
    {
        await using var context = contexts.Create();
        var businesses = who.Memberships.Select(m => m.BusinessId).Distinct().ToList();
        var rows = await context.Merchants.AsNoTracking().Where(m => businesses.Contains(m.BusinessId)).OrderBy(m => m.MerchantNo).Take(Most).ToListAsync();
        return
        [
            .. from row in rows
               where permission is null ? IsIn(who, row) : May(who, row.BusinessId, row.MerchantNo, permission)
               let country = countries.FindCountry(row.Country)
               where country is not null
               select new OwnMerchant(row, country),
        ];
    }

    /// <summary>Those whose list is in a file.</summary>
    public async Task<IReadOnlyList<OwnMerchant>> OfAsync(ListFileRow file, CancellationToken cancellation)
    {
        var numbers = file.Merchants.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToList();
        await using var context = contexts.Create();
        var rows = await context.Merchants.AsNoTracking().Where(m => numbers.Contains(m.MerchantNo)).OrderBy(m => m.MerchantNo).ToListAsync(cancellation);
        return [.. from row in rows let country = countries.FindCountry(row.Country) where country is not null select new OwnMerchant(row, country)];
    }

    /// <summary>Whether he may do something with every merchant whose list is in a file.</summary>
    public async Task<bool> MayAllAsync(SignedIn who, ListFileRow file, string permission) =>
        await OfAsync(file, CancellationToken.None) is { Count: > 0 } own && own.All(m => May(who, m, permission));

    /// <summary>Shows times in the merchants' zone, where they have one together; else in UTC.</summary>
    public static void ShowZone(Visit visit, IReadOnlyCollection<OwnMerchant> shown)
    {
        if (shown.Select(m => m.Country.TimeZone.Id).Distinct().Count() == 1)
        {
            visit.MerchantZone = shown.First().Country.TimeZone;
        }
    }

    public static bool May(SignedIn who, OwnMerchant merchant, string permission) => May(who, merchant.Row.BusinessId, merchant.No, permission);

    /// <summary>Whether one of his roles holds for this merchant and allows it there.</summary>
    public static bool May(SignedIn who, long businessId, long merchantNo, string permission) => Permissions.Of(RolesFor(who, businessId, merchantNo), permission) != Grant.None;

    /// <summary>His roles that hold for this merchant.</summary>
    public static IEnumerable<Role> RolesFor(SignedIn who, long businessId, long merchantNo) =>
        who.Memberships.Where(m => m.BusinessId == businessId && (m.MerchantNo == 0 || m.MerchantNo == merchantNo)).Select(m => m.Role);

    private static bool IsIn(SignedIn who, MerchantRow row) => who.Memberships.Any(m => m.BusinessId == row.BusinessId && (m.MerchantNo == 0 || m.MerchantNo == row.MerchantNo));
}
