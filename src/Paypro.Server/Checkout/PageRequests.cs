using System.Buffers;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Checkout;

/// <summary>What came of a payer's choice.</summary>
internal enum ChoiceFate
{
    /// <summary>There is an instruction, or there will be one in a moment.</summary>
    Taken,

    /// <summary>The way cannot be had.</summary>
    Refused,

    /// <summary>The way needs something that nobody has told yet.</summary>
    Asks,

    /// <summary>What was told is not right.</summary>
    Wrong,
}

/// <summary>Finds the order behind an address, has its page painted, and takes what the payer does there.</summary>
internal sealed class PageRequests(
    OrderQueries queries, SnapshotStore snapshots, CountryCatalog countries, PayInCreation payIns, BatchWriter writer, RailStatements statements,
    PageAddress pages, Installation installation, TimeProvider time)
{
    /// <summary>Characters of a receipt code; M-PESA's has ten.</summary>
    public const int ShortestCode = 4, LongestCode = 40;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>Null, whatever the reason: who does not hold the whole address learns nothing.</summary>
    public async Task<OrderPicture?> FindAsync(string segment, CancellationToken cancellation) =>
        PageKey.Read(segment) is { } key && await queries.FindAsync(key.Number, cancellation) is { } picture && key.Opens(picture.Order, pages) ? picture : null;

    public async Task<IResult> ShowAsync(OrderPicture? picture, string segment, PageWish wish, CancellationToken cancellation)
    {
        if (picture is null || countries.FindCountry(picture.Order.Country) is not { } country)
        {
            return Tell(wish.Texts, wish.Texts.NotFound, StatusCodes.Status404NotFound);
        }

        var (order, snapshot) = (picture.Order, snapshots.Current);
        var merchant = snapshot.Merchant(order.MerchantNo);
        IReadOnlyList<Route> routes = merchant is { PayInsOpen: true } ? Router.Choices(snapshot, merchant, order.ChannelCode, order.AmountMinor, time.NowMs()) : [];
        var asks = wish.Asks is not null && routes.Any(r => r.Way.Way == wish.Asks) ? wish.Asks : routes.Count == 1 ? routes[0].Way.Way : null;
        var missing = asks is null || merchant is null ? null
            : wish.Wrong ? country.FindWay(asks)?.Asks
            : await payIns.MissingAsync(merchant, order, asks, cancellation);
        var view = new PagePainter(country, merchant, routes, missing, installation.IsSandbox, time.NowMs()).Paint(picture, $"/pay/{segment}", wish);
        return new PageAnswer(view, StatusCodes.Status200OK);
    }

    public PageStatus Status(OrderPicture picture)
    {
        var nowMs = time.NowMs();
        return new PageStatus(PageStates.Version(picture.Order, nowMs), PageStates.Of(picture.Order, picture.Current, nowMs));
    }

    /// <summary>Takes the payer's choice.</summary>
    /// <param name="picture">The order.</param>
    /// <param name="way">The way's code.</param>
    /// <param name="told">What the payer typed for it; null when nothing was asked.</param>
    /// <param name="cancellation">The browser went away.</param>
    public async Task<ChoiceFate> ChooseAsync(OrderPicture picture, string way, string? told, CancellationToken cancellation)
    {
        var (order, snapshot) = (picture.Order, snapshots.Current);
        if (snapshot.Merchant(order.MerchantNo) is not { PayInsOpen: true } merchant
            || !PagePainter.MayChoose(picture, time.NowMs())
            || Router.Choices(snapshot, merchant, order.ChannelCode, order.AmountMinor, time.NowMs()).All(r => r.Way.Way != way))
        {
            return ChoiceFate.Refused;
        }

        var chosen = await payIns.ChooseAsync(merchant, order, way, told, cancellation);
        return chosen.Attempt is not null ? ChoiceFate.Taken
            : chosen.Asks is null ? ChoiceFate.Refused
            : told is null ? ChoiceFate.Asks
            : ChoiceFate.Wrong;
    }

    /// <summary>
    /// The payer says that the money has left, and gives the code of the wallet's message. It is kept for a person who may have to look,
    /// and the rail is asked at once; what the rail says decides, never the payer.
    /// </summary>
    /// <returns>False when this is no code.</returns>
    public async Task<bool> TakeReceiptAsync(OrderPicture picture, string typed, CancellationToken cancellation)
    {
        var code = new string([.. typed.Where(c => !char.IsWhiteSpace(c))]).ToUpperInvariant();
        if (code.Length is < ShortestCode or > LongestCode || code.AsSpan().ContainsAnyExcept(CodeCharacters))
        {
            return false;
        }

        // The cap on an order's history also bounds how often a page can have the rail asked.
        var submitted = await writer.WriteAsync(new SubmitReference(picture.Order.Key, code, "page", time.NowMs()));
        if (submitted.Ask is { } attempt && snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer))
        {
            await statements.AskAsync(offer, picture.Order, attempt, cancellation);
        }

        return true;
    }

    /// <summary>A page without an order.</summary>
    public PageAnswer Tell(PageTexts texts, StateText says, int status) =>
        new(new PageView { Texts = texts, IsSandbox = installation.IsSandbox, Says = says }, status);
}

/// <summary>What a page asks for every few seconds.</summary>
internal sealed record PageStatus(string Version, PageState State);
