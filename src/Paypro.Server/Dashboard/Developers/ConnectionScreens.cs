using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <param name="Place">Whose.</param>
/// <param name="Allowed">The allow-list.</param>
/// <param name="Seen">From where signed calls came lately.</param>
/// <param name="Delivered">The test delivery that was just made; null for none.</param>
/// <param name="TestPayouts">Whether it was about payouts.</param>
internal sealed record ConnectionModel(OwnPlace Place, IReadOnlyList<AllowedAddressRow> Allowed, IReadOnlyList<(string Address, int Calls)> Seen, Delivered? Delivered, bool TestPayouts);

/// <summary>Where results are told, from where calls are taken, and how payouts are signed.</summary>
internal sealed class ConnectionScreens(Connection connection, CallReads reads, TestDelivery tests, Proposals proposals)
{
    public async Task<IResult> ShowAsync(Visit visit, OwnPlace place, string? problem = null, Delivered? delivered = null, bool testPayouts = false) => visit.Show<ConnectionPage>(
        "Developers", new ConnectionModel(place, await connection.AllowedAsync(place.No), await reads.AddressesAsync(place.No), delivered, testPayouts), problem);

    public async Task<IResult> SetUrlsAsync(Visit visit, OwnPlace place)
    {
        var (payIns, payouts) = (visit.Field("payIns"), visit.Field("payouts"));
        if (await connection.SetUrlsAsync(visit.By, place.No, payIns, payouts) is not { } problem)
        {
            return Saved(place);
        }

        // What was typed stays in the form.
        (place.Merchant.PayInNotifyUrl, place.Merchant.PayoutNotifyUrl) = (payIns, payouts);
        return await ShowAsync(visit, place, problem);
    }

    public async Task<IResult> TestAsync(Visit visit, OwnPlace place)
    {
        var payouts = visit.Field("what") == "payouts";
        var (problem, delivered) = await tests.SendAsync(visit.By, place.No, payouts, visit.Http.RequestAborted);
        return await ShowAsync(visit, place, problem, delivered, payouts);
    }

    public async Task<IResult> AllowAsync(Visit visit, OwnPlace place) => await AfterAsync(visit, place, await connection.AllowAsync(visit.By, place.No, visit.Field("network"), visit.Field("note")));

    public async Task<IResult> RemoveAsync(Visit visit, OwnPlace place) => await AfterAsync(visit, place, await connection.RemoveAsync(visit.By, place.No, visit.Field("network")));

    public async Task<IResult> RequireHmacAsync(Visit visit, OwnPlace place) => await AfterAsync(visit, place, await connection.RequireHmacAsync(visit.By, place.No));

    public async Task<IResult> ProposeMd5Async(Visit visit, OwnPlace place)
    {
        var grant = Permissions.Of(OwnMerchants.RolesFor(visit.Who, place.Merchant.BusinessId, place.No), Permissions.PolicyEdit);
        var proposed = await proposals.ProposeAsync(visit.By, grant, AllowMd5.Name, Connection.SubjectOf(place.No), "{}", visit.Field("reason"), businessId: place.Merchant.BusinessId);
        return proposed.Problem is { } problem ? await ShowAsync(visit, place, problem) : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/proposals?done=proposed&business={place.Merchant.BusinessId}"));
    }

    private async Task<IResult> AfterAsync(Visit visit, OwnPlace place, string? problem) => problem is null ? Saved(place) : await ShowAsync(visit, place, problem);

    private static IResult Saved(OwnPlace place) => Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/developers/{place.No}/connection?done=saved"));
}
