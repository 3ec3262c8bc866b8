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
    VoucherAddress vouchers, PageAddress pages, Installation installation, TimeProvider time)
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

        var order = picture.Order;
        var nowMs = time.NowMs();
        var merchant = snapshots.Current.Merchant(order.MerchantNo);
        var routes = Routes(picture, merchant, nowMs);
        var asks = wish.Asks is not null && routes.Any(r => r.Way.Way == wish.Asks) ? wish.Asks : routes.Count == 1 ? routes[0].Way.Way : null;
        var missing = asks is null || merchant is null ? null
            : wish.Wrong || (wish.OtherNumber && asks == wish.Asks) ? country.FindWay(asks)?.Asks
            : await payIns.MissingAsync(merchant, order, asks, cancellation);
        var shown = PagePainter.Shown(picture, wish.Way);
        var view = new PagePainter(country, merchant, routes, missing, installation.IsSandbox, nowMs)
        {
            Code = CodeOf(order, shown),
            Receipt = order.State == OrderState.Paid ? vouchers.Of(order.Number) : null,
        }.Paint(picture, $"/pay/{segment}", wish);
        return new PageAnswer(view, StatusCodes.Status200OK);
    }

    /// <summary>The payment code of an attempt for what is owed now; null where there is none that fits.</summary>
    public string? CodeOf(OrderRow order, AttemptRow? attempt) =>
        attempt is { InstructionKind: InstructionKinds.Qr, InstructionValue.Length: > 0 }
            ? OwedCode.Of(
                attempt, order, PageStates.OwedMinor(order), snapshots.Current.Accounts.GetValueOrDefault(attempt.ChannelAccountId),
                snapshots.Current.Merchant(order.MerchantNo)?.Name ?? "")
            : null;

    /// <summary>The code as a picture to save is there as long as the page shows it.</summary>
    public string? CodeToSave(OrderPicture picture, string? way)
    {
        var (order, nowMs) = (picture.Order, time.NowMs());
        return PagePainter.Shown(picture, way) is { } shown
            && PageStates.Of(order, shown, nowMs) is PageState.Waiting or PageState.PartlyPaid && nowMs < order.ExpiresAtMs
            ? CodeOf(order, shown)
            : null;
    }

    public PageStatus Status(OrderPicture picture)
    {
        var nowMs = time.NowMs();
        var prompt = countries.FindCountry(picture.Order.Country) is { } country ? PageStates.PromptEndsAtMs(country, picture.Current) : null;
        return new PageStatus(PageStates.Version(picture.Order, nowMs, prompt), PageStates.Of(picture.Order, picture.Current, nowMs));
    }

    /// <summary>Takes the payer's choice.</summary>
    /// <param name="picture">The order.</param>
    /// <param name="way">The way's code.</param>
    /// <param name="told">What the payer typed for it; null when nothing was asked.</param>
    /// <param name="again">Whether the payer wants another prompt after one that has ended.</param>
    /// <param name="cancellation">The browser went away.</param>
    public async Task<ChoiceFate> ChooseAsync(OrderPicture picture, string way, string? told, bool again, CancellationToken cancellation)
    {
        var (order, nowMs) = (picture.Order, time.NowMs());
        if (snapshots.Current.Merchant(order.MerchantNo) is not { PayInsOpen: true } merchant
            || !(PagePainter.MayChoose(picture, nowMs) || (again && PagePainter.MaySendAgain(merchant.Country, picture, picture.Current, nowMs)))
            || Routes(picture, merchant, nowMs).All(r => r.Way.Way != way))
        {
            return ChoiceFate.Refused;
        }

        var chosen = await payIns.ChooseAsync(merchant, order, way, told, cancellation, again);
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

    /// <summary>The ways that the payer may take now. What the merchant fixed stays fixed, when an attempt of it was declined too.</summary>
    private IReadOnlyList<Route> Routes(OrderPicture picture, Merchant? merchant, long nowMs)
    {
        var order = picture.Order;
        return merchant is not { PayInsOpen: true } ? []
            : [
                .. Router.Choices(snapshots.Current, merchant, order.ChannelCode, order.AmountMinor, nowMs)
                    .Where(route => !order.WayGiven || (picture.Attempts.Count > 0 && route.Way.Way == picture.Attempts[0].Way)),
            ];
    }

    /// <summary>A page without an order.</summary>
    public PageAnswer Tell(PageTexts texts, StateText says, int status) =>
        new(new PageView { Texts = texts, IsSandbox = installation.IsSandbox, Says = says }, status);
}

/// <summary>What a page asks for every few seconds.</summary>
internal sealed record PageStatus(string Version, PageState State);
