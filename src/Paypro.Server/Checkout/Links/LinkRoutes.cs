using Paypro.Server.Checkout.Texts;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout.Links;

/// <summary>The page of a payment link: <c>/l/{number}-{token}</c>. It leads to the page of an order.</summary>
internal static class LinkRoutes
{
    /// <summary>A name, an address and a few numbers.</summary>
    private const int LongestForm = 4096;

    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapGet(LinkAddress.Folder + "{link}", ShowAsync);
        app.MapPost(LinkAddress.Folder + "{link}", PayAsync);
    }

    private static Task<IResult> ShowAsync(string link, HttpRequest request, LinkRequests links, PageRequests requests, PageAddress pages, Installation installation, CancellationToken cancellation) =>
        CheckoutRoutes.AnswerOrBusyAsync(request, requests, async () =>
        {
            if (await links.FindAsync(link, cancellation) is not { } picture)
            {
                return NotFound(request, requests);
            }

            return picture.Step is LinkStep.GoesOn { Order: var order } ? GoTo(request, picture, pages.PathOf(order)) : Show(request, picture, link, links, installation, null, LinkOutcome.Again);
        });

    /// <summary>It answers with a redirect to the order's page, so that a reload repeats nothing.</summary>
    private static Task<IResult> PayAsync(
        string link, HttpRequest request, LinkRequests links, PageRequests requests, PageAddress pages, RateLimits limits, PayproOptions options, Installation installation, CancellationToken cancellation) =>
        CheckoutRoutes.AnswerOrBusyAsync(request, requests, async () =>
        {
            if (await links.FindAsync(link, cancellation) is not { } picture)
            {
                return NotFound(request, requests);
            }

            var texts = TextsFor(request, picture);
            if (!SameOrigin.Holds(request.Headers, $"{request.Scheme}://{request.Host}", options.PublicUrl) || await CheckoutRoutes.ReadFormAsync(request, cancellation, LongestForm) is not { } form)
            {
                return requests.Tell(texts, texts.Busy, StatusCodes.Status400BadRequest);
            }

            var from = request.HttpContext.Connection.RemoteIpAddress;
            var address = (from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4() : from)?.ToString() ?? "";
            if (limits.Order($"{picture.Link.Number} {CallerAddress.Of(from).Value:x}") > 0)
            {
                return requests.Tell(texts, texts.Busy, StatusCodes.Status429TooManyRequests);
            }

            var outcome = await links.PayAsync(picture, form, address);
            return outcome.Order is { } order ? GoTo(request, picture, pages.PathOf(order)) : Show(request, picture, link, links, installation, form, outcome);
        });

    private static PageAnswer Show(HttpRequest request, LinkPicture picture, string segment, LinkRequests links, Installation installation, IFormCollection? form, LinkOutcome outcome)
    {
        var view = LinkPainter.Paint(
            picture, LinkAddress.Folder + segment, TextsFor(request, picture), request.Query["lang"].FirstOrDefault(), links.NewUse(), form, outcome, installation.IsSandbox);
        return new PageAnswer(view, picture.Step is LinkStep.Closed ? StatusCodes.Status410Gone : StatusCodes.Status200OK);
    }

    private static PageAnswer NotFound(HttpRequest request, PageRequests requests)
    {
        var texts = CheckoutRoutes.TextsFor(request, null);
        return requests.Tell(texts, texts.NotFound, StatusCodes.Status404NotFound);
    }

    private static IResult GoTo(HttpRequest request, LinkPicture picture, string path)
    {
        // The answer leads to a secret address, of this moment.
        PageAnswer.Guard(request.HttpContext.Response);
        return Results.Redirect(Languages.Wished(picture.Country.IsoCode, request.Query["lang"].FirstOrDefault()) is { } wished ? $"{path}?lang={wished.Language}" : path, permanent: false, preserveMethod: false);
    }

    private static PageTexts TextsFor(HttpRequest request, LinkPicture picture) =>
        Languages.Choose(picture.Country.IsoCode, request.Query["lang"].FirstOrDefault(), request.GetTypedHeaders().AcceptLanguage);
}
