using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Checkout;

/// <summary>Finds the order behind an address and has its page painted.</summary>
internal sealed class PageDesk(OrderQueries queries, SnapshotStore snapshots, CountryCatalog countries, PayInDesk payIns, Installation installation, TimeProvider time)
{
    /// <summary>Null, whatever the reason: who does not hold the whole address learns nothing.</summary>
    public async Task<OrderPicture?> FindAsync(string segment, CancellationToken cancellation) =>
        PageKey.Read(segment) is { } key && await queries.FindAsync(key.Number, cancellation) is { } picture && key.Opens(picture) ? picture : null;

    public IResult Show(OrderPicture? picture, string segment, PageWish wish)
    {
        if (picture is null || countries.FindCountry(picture.Order.Country) is not { } country)
        {
            return Tell(Languages.Default.NotFound, StatusCodes.Status404NotFound);
        }

        var snapshot = snapshots.Current;
        var merchant = snapshot.Merchant(picture.Order.MerchantNo);
        IReadOnlyList<Route> routes = merchant is { PayInsOpen: true } ? Router.Choices(snapshot, merchant, picture.Order.WayDetail, picture.Order.AmountMinor) : [];
        var view = new PagePainter(country, merchant, routes, installation.IsSandbox, time.NowMs()).Paint(picture, $"/pay/{segment}", wish);
        return new PageAnswer(view, StatusCodes.Status200OK);
    }

    public PageStatus Status(OrderPicture picture)
    {
        var nowMs = time.NowMs();
        return new PageStatus(PageStates.Version(picture.Order, nowMs), PageStates.Of(picture.Order, picture.Current, nowMs));
    }

    /// <summary>Takes the payer's choice; false when it cannot be had.</summary>
    public async Task<bool> ChooseAsync(OrderPicture picture, string way, CancellationToken cancellation)
    {
        if (snapshots.Current.Merchant(picture.Order.MerchantNo) is not { PayInsOpen: true } merchant || !PagePainter.MayChoose(picture, time.NowMs()))
        {
            return false;
        }

        var chosen = await payIns.ChooseAsync(merchant, picture.Order, way, cancellation);
        return chosen.Attempt is not null;
    }

    /// <summary>A page without an order.</summary>
    public PageAnswer Tell(StateText says, int status) =>
        new(new PageView { Texts = Languages.Default, IsSandbox = installation.IsSandbox, Says = says }, status);
}

/// <summary>What a page asks for every few seconds.</summary>
internal sealed record PageStatus(string Version, PageState State);
