using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <param name="Place">Whose.</param>
/// <param name="Wish">What is asked for.</param>
/// <param name="Page">The calls.</param>
internal sealed record CallsModel(OwnPlace Place, CallWish Wish, CallPage Page)
{
    public Operation? OperationOf(ApiCallRow call) => Place.Country.FindOperation((OperationKind)call.Operation);
}

/// <param name="Place">Whose.</param>
/// <param name="Call">The call.</param>
/// <param name="Advice">What was wrong, and how it is mended.</param>
/// <param name="Curl">The call for a shell.</param>
internal sealed record CallDetail(OwnPlace Place, ApiCallRow Call, Advice Advice, string Curl);

/// <summary>A merchant's last calls and one of them.</summary>
internal sealed class DeveloperScreens(CallReads reads, SnapshotStore snapshots, OwnAddress address, TimeProvider time)
{
    public async Task<IResult> CallsAsync(Visit visit, OwnPlace place)
    {
        var wish = CallWish.Of(visit.Http.Request.Query);
        return visit.Show<CallsPage>("Developers", new CallsModel(place, wish, await reads.ListAsync(place.No, wish)));
    }

    public async Task<IResult> CallAsync(Visit visit, OwnPlace place, long id)
    {
        if (await reads.FindAsync(place.No, id) is not { } call)
        {
            return new ScreenAnswer<Said>(visit.Frame("This call is not in the log"), "Calls are kept for seven days, those that were accepted for one.", StatusCodes.Status404NotFound);
        }

        var merchant = snapshots.Newest?.Merchant(place.No);
        var operation = place.Country.FindOperation((OperationKind)call.Operation);
        var request = visit.Http.Request;
        var byHmac = merchant?.SigningKey(time.NowMs())?.Algorithm == SigningAlgorithm.HmacSha256;
        return visit.Show<CallDetailPage>("Call", new CallDetail(
            place, call, CallAdvice.Of(call, operation, merchant, place.Country, Ways(place.Country, operation, visit.Texts), visit.Texts), CurlText.Of(call, address.Root() ?? $"{request.Scheme}://{request.Host}", byHmac)));
    }

    /// <summary>The ways that are open in the country, each with what it takes.</summary>
    private IReadOnlyList<string> Ways(Country country, Operation? operation, ScreenTexts t)
    {
        if (operation is not { Creates: true } || snapshots.Newest is not { } snapshot)
        {
            return [];
        }

        var direction = operation.Kind == OperationKind.CreatePayout ? Direction.Payout : Direction.PayIn;
        var rows = snapshot.Accounts.Values.Where(a => a.Open && a.Account.Country == country.IsoCode).SelectMany(a => a.Ways).Where(w => w.Open && w.Direction == direction);
        return
        [
            .. rows.GroupBy(w => w.Way).Select(way => (
                Name: country.FindWay(way.Key)?.WayCode ?? way.Key, Least: way.Min(w => w.MinimumMinor), Most: way.Any(w => w.MaximumMinor == 0) ? 0 : way.Max(w => w.MaximumMinor)))
                .OrderBy(w => w.Name, StringComparer.Ordinal).Take(30)
                .Select(w => w.Most == 0 ? $"{w.Name} (≥ {t.Amount(w.Least, country.Currency)})" : $"{w.Name} ({t.Amount(w.Least, country.Currency)} – {t.Amount(w.Most, country.Currency)})"),
        ];
    }
}
