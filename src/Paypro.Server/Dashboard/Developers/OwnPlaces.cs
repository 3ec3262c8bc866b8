using Paypro.Protocol.Countries;
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

/// <summary>Finds the merchant of a screen for whoever looks.</summary>
internal sealed class OwnPlaces(OwnMerchants own)
{
    /// <summary>Null when it is not one of his, or he may not do this there.</summary>
    public async Task<OwnPlace?> FindAsync(Visit visit, long no, string permission)
    {
        var all = await own.OfAsync(visit.Who, permission);
        if (all.FirstOrDefault(m => m.No == no) is not { } merchant)
        {
            return null;
        }

        visit.MerchantZone = merchant.Country.TimeZone;
        return new OwnPlace(merchant.Row, merchant.Country, [.. all.Select(m => m.Row)]);
    }

    public static IResult None(Visit visit) =>
        new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);
}
