using Microsoft.Net.Http.Headers;
using Paypro.Server.Checkout.Links;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>The hosted payment page: <c>/pay/{number}-{token}</c>.</summary>
internal static class CheckoutRoutes
{
    /// <summary>A choice is a few bytes; nobody sends more to this page.</summary>
    private const int LongestForm = 1024;

    private const string FormType = "application/x-www-form-urlencoded";

    public static void AddCheckout(this IServiceCollection services, Installation installation)
    {
        services.AddSingleton<PageAssets>();
        services.AddSingleton<PageLogos>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<PageRequests>();
        services.AddSingleton<PageWatch>();
        services.AddSingleton<SamplePreview>();
        services.AddSingleton<LinkRequests>();
        if (installation.IsSandbox)
        {
            services.AddSingleton<PageSimulation>();
        }
    }

    /// <summary>Maps the page where this process has the role <c>checkout</c>.</summary>
    public static void MapCheckout(this IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        if (!installation.Does("checkout"))
        {
            return;
        }

        app.MapGet(PageAssets.Folder + "{file}", AssetAsync);
        app.MapGet("/pay/{page}", ShowAsync);
        app.MapPost("/pay/{page}", ChooseAsync);
        app.MapPost("/pay/{page}/receipt", TakeReceiptAsync);
        app.MapGet("/pay/{page}/qr.png", SaveQrAsync);
        app.MapGet("/pay/{page}/state", StateAsync);
        app.MapGet("/pay/{page}/events", PageEvents.StreamAsync);
        app.MapLinks();
        if (installation.IsSandbox)
        {
            app.MapPost("/pay/{page}/simulator", ActAsync);
            app.MapWallet();
        }
    }

    private static Task<IResult> ShowAsync(string page, HttpRequest request, PageRequests requests, CancellationToken cancellation) => AnswerOrBusyAsync(request, requests, async () =>
    {
        var picture = await requests.FindAsync(page, cancellation);
        return await requests.ShowAsync(picture, page, WishOf(request, picture), cancellation);
    });

    /// <summary>The payer's choice. It answers with a redirect, so that a reload repeats nothing.</summary>
    private static Task<IResult> ChooseAsync(string page, HttpRequest request, PageRequests requests, PayproOptions options, CancellationToken cancellation) =>
        SubmitAsync(page, request, requests, options, async (picture, form) =>
        {
            var way = form["way"].ToString();
            var told = form.ContainsKey("told") ? form["told"].ToString() : null;
            var named = Uri.EscapeDataString(way);

            // A browser that goes away must not break off what the rail is being asked; the channel's own time limit ends it.
            return await requests.ChooseAsync(picture, way, told, form.ContainsKey("again"), CancellationToken.None) switch
            {
                ChoiceFate.Taken => $"way={named}",
                ChoiceFate.Asks => $"asks={named}",

                // What was typed is personal and belongs in no address: the form is answered with itself, for the payer to mend.
                ChoiceFate.Wrong => new Submitted(Page: await requests.ShowAsync(
                    picture, page, WishOf(request, picture) with { Asks = way, Wrong = true, Typed = told, OtherNumber = form.ContainsKey("again") }, cancellation)),
                _ => "choose=1&refused=1",
            };
        }, cancellation);

    private static Task<IResult> TakeReceiptAsync(string page, HttpRequest request, PageRequests requests, RateLimits limits, PayproOptions options, CancellationToken cancellation) =>
        SubmitAsync(page, request, requests, options, async (picture, form) =>
        {
            var texts = TextsFor(request, picture);
            var code = form["code"].ToString();
            return limits.Order(picture.Order.Number) > 0 ? new Submitted(Page: requests.Tell(texts, texts.Busy, StatusCodes.Status429TooManyRequests))
                : await requests.TakeReceiptAsync(picture, code, cancellation) ? "taken=1"
                : new Submitted(Page: await requests.ShowAsync(picture, page, WishOf(request, picture) with { Receipt = true, Typed = code }, cancellation));
        }, cancellation);

    /// <summary>A sandbox's test tools.</summary>
    private static Task<IResult> ActAsync(string page, HttpRequest request, PageRequests requests, PageSimulation simulation, PayproOptions options, CancellationToken cancellation) =>
        SubmitAsync(page, request, requests, options, async (picture, form) =>
            await simulation.ActAsync(picture, form["act"].ToString(), cancellation) ? "" : "simulator=refused", cancellation);

    /// <summary>Reads a small form of our own page and answers with a redirect back to it.</summary>
    internal static Task<IResult> SubmitAsync(
        string page, HttpRequest request, PageRequests requests, PayproOptions options, Func<OrderPicture, IFormCollection, Task<Submitted>> act,
        CancellationToken cancellation) => AnswerOrBusyAsync(request, requests, async () =>
    {
        if (await requests.FindAsync(page, cancellation) is not { } picture)
        {
            var texts = TextsFor(request, null);
            return requests.Tell(texts, texts.NotFound, StatusCodes.Status404NotFound);
        }

        if (!SameOrigin.Holds(request.Headers, $"{request.Scheme}://{request.Host}", options.PublicUrl) || await ReadFormAsync(request, cancellation) is not { } form)
        {
            var texts = TextsFor(request, picture);
            return requests.Tell(texts, texts.Busy, StatusCodes.Status400BadRequest);
        }

        var (query, answer, below) = await act(picture, form);
        if (answer is not null)
        {
            return answer;
        }

        var language = Languages.Wished(picture.Order.Country, request.Query["lang"].FirstOrDefault());
        query = string.Join('&', ((string[])[query, language is null ? "" : $"lang={language.Language}"]).Where(part => part.Length > 0));
        return Results.Redirect(query.Length == 0 ? $"/pay/{page}{below}" : $"/pay/{page}{below}?{query}", permanent: false, preserveMethod: false);
    });

    /// <summary>A form as our own page sends it. In several parts it could carry what cannot be written as text, and ours never comes so.</summary>
    /// <returns>Null when it is none.</returns>
    internal static async Task<IFormCollection?> ReadFormAsync(HttpRequest request, CancellationToken cancellation, int longest = LongestForm)
    {
        if (request.ContentLength is not { } length || length > longest || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return await request.ReadFormAsync(cancellation);
        }
        catch (InvalidDataException)
        {
            // A NUL among its characters, or more members than a form may have.
            return null;
        }
    }

    /// <summary>The QR code as a picture for the gallery of the phone that pays.</summary>
    private static async Task<IResult> SaveQrAsync(string page, HttpRequest request, HttpResponse response, PageRequests requests, CancellationToken cancellation)
    {
        PageAnswer.Guard(response);
        var picture = await requests.FindAsync(page, cancellation);
        return picture is null || requests.CodeToSave(picture, request.Query["way"]) is not { } code
            ? Results.NotFound()
            : Results.Bytes(QrImage.Png(code), "image/png", $"{picture.Order.Number}.png");
    }

    /// <summary>A few bytes that change when the page should; 304 while they have not.</summary>
    private static async Task<IResult> StateAsync(string page, HttpRequest request, HttpResponse response, PageRequests requests, CancellationToken cancellation)
    {
        PageAnswer.Guard(response);
        if (await requests.FindAsync(page, cancellation) is not { } picture)
        {
            return Results.NotFound();
        }

        var (version, state) = requests.Status(picture);
        var tag = $"\"{version}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache, private";
        return request.Headers.IfNoneMatch.ToString() == tag
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(new { version, state = state.ToString() });
    }

    private static async Task AssetAsync(string file, HttpContext context, PageAssets assets, PageLogos logos)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        var asset = assets.FindEncoded(file);
        var logo = asset is null ? await logos.FindAsync(file, context.RequestAborted) : null;
        if (asset is null && logo is null)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.ContentType = asset?.Type ?? PageLogos.TypeOf(file);
        var encoding = asset is null ? null : Compressed.Choose(context.Request);
        await Compressed.WriteAsync(context, asset?.In(encoding) ?? logo!, encoding);
    }

    internal static PageWish WishOf(HttpRequest request, OrderPicture? picture)
    {
        var query = request.Query;
        return new PageWish(TextsFor(request, picture))
        {
            Language = query["lang"].FirstOrDefault(),
            Way = query["way"].FirstOrDefault(),
            Choosing = query.ContainsKey("choose"),
            Refused = query.ContainsKey("refused"),
            Asks = query["asks"].FirstOrDefault(),
            OtherNumber = query.ContainsKey("number"),
            Receipt = query.ContainsKey("receipt"),
            ReceiptTaken = query.ContainsKey("taken"),
            SimulatorRefused = query.ContainsKey("simulator"),
        };
    }

    public static PageTexts TextsFor(HttpRequest request, OrderPicture? picture) =>
        Languages.Choose(picture?.Order.Country, request.Query["lang"].FirstOrDefault(), request.GetTypedHeaders().AcceptLanguage);

    /// <summary>A payer reads a sentence, and above all not to pay twice, where a program would read 503.</summary>
    internal static async Task<IResult> AnswerOrBusyAsync(HttpRequest request, PageRequests requests, Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception fault) when (fault is StaleSnapshotException or WriterBusyException or WriteFailedException or WriteInDoubtException or NoNumberException)
        {
            var texts = TextsFor(request, null);
            return requests.Tell(texts, texts.Busy, StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>What came of a form of the page: a redirect back to the page, or to what is below it, with this query, or a page at once.</summary>
internal sealed record Submitted(string Query = "", IResult? Page = null, string Below = "")
{
    public static implicit operator Submitted(string query) => new(query);
}
