using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>The hosted payment page: <c>/pay/{number}-{token}</c>.</summary>
internal static class CheckoutRoutes
{
    /// <summary>A choice is a few bytes; nobody sends more to this page.</summary>
    private const int LongestForm = 1024;

    public static void AddCheckout(this IServiceCollection services)
    {
        services.AddSingleton<PageAssets>();
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<PageDesk>();
    }

    /// <summary>Maps the page where this process has the role <c>checkout</c>.</summary>
    public static void MapCheckout(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Does("checkout"))
        {
            return;
        }

        app.MapGet(PageAssets.Folder + "{file}", Asset);
        app.MapGet("/pay/{page}", ShowAsync);
        app.MapPost("/pay/{page}", ChooseAsync);
        app.MapGet("/pay/{page}/state", StateAsync);
    }

    private static Task<IResult> ShowAsync(string page, HttpRequest request, PageDesk desk, CancellationToken cancellation) => CalmlyAsync(desk, async () =>
    {
        var query = request.Query;
        var wish = new PageWish(query["way"].FirstOrDefault(), query.ContainsKey("choose"), query.ContainsKey("refused"));
        return desk.Show(await desk.FindAsync(page, cancellation), page, wish);
    });

    /// <summary>The payer's choice. It answers with a redirect, so that a reload repeats nothing.</summary>
    private static Task<IResult> ChooseAsync(
        string page, HttpRequest request, PageDesk desk, PayproOptions options, CancellationToken cancellation) => CalmlyAsync(desk, async () =>
    {
        if (await desk.FindAsync(page, cancellation) is not { } picture)
        {
            return desk.Show(null, page, new PageWish());
        }

        if (!SameOrigin.Holds(request, options.PublicUrl) || !request.HasFormContentType || request.ContentLength is null or > LongestForm)
        {
            return desk.Tell(Languages.Of(picture.Order.Country).Busy, StatusCodes.Status400BadRequest);
        }

        var way = (await request.ReadFormAsync(cancellation))["way"].ToString();
        var taken = await desk.ChooseAsync(picture, way, cancellation);
        return Results.Redirect(taken ? $"/pay/{page}?way={Uri.EscapeDataString(way)}" : $"/pay/{page}?choose=1&refused=1", permanent: false, preserveMethod: false);
    });

    /// <summary>A few bytes that change when the page should; 304 while they have not.</summary>
    private static async Task<IResult> StateAsync(string page, HttpRequest request, HttpResponse response, PageDesk desk, CancellationToken cancellation)
    {
        PageAnswer.Guard(response);
        if (await desk.FindAsync(page, cancellation) is not { } picture)
        {
            return Results.NotFound();
        }

        var (version, state) = desk.Status(picture);
        var tag = $"\"{version}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache, private";
        return request.Headers.IfNoneMatch.ToString() == tag
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(new { version, state = state.ToString() });
    }

    private static IResult Asset(string file, HttpResponse response, PageAssets assets)
    {
        if (assets.Find(file) is not { } asset)
        {
            return Results.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(asset.Content, asset.Type);
    }

    /// <summary>A payer reads a sentence, and above all not to pay twice, where a program would read 503.</summary>
    private static async Task<IResult> CalmlyAsync(PageDesk desk, Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception fault) when (fault is StaleSnapshotException or WriterBusyException or WriteFailedException or WriteInDoubtException or NoNumberException)
        {
            return desk.Tell(Languages.Default.Busy, StatusCodes.Status503ServiceUnavailable);
        }
    }
}
