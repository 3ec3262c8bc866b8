using Paypro.Server.Platform;

namespace Paypro.Server.Reference;

/// <summary>The documents <c>/openapi/{segment}.json</c> and the pages <c>/docs</c>, on every process with the role <c>api</c>.</summary>
internal static class ReferenceRoutes
{
    /// <summary>Nothing but our own stylesheet, script and icon, and calls to ourselves. Nothing inline.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddReference(this IServiceCollection services)
    {
        services.AddSingleton<ReferenceAssets>();
        services.AddSingleton<ReferencePages>();
    }

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<Installation>().Does("api"))
        {
            return;
        }

        app.MapMethods("/openapi/{segment}.json", Reading, (string segment, HttpResponse response, ReferencePages pages) =>
            AnswerAsync(response, pages.FindDocument(segment), "application/json"));
        app.MapMethods("/docs", Reading, (HttpResponse response, ReferencePages pages) => AnswerAsync(response, pages.IndexAsync(), "text/html; charset=utf-8"));
        app.MapMethods("/docs/{segment}", Reading, (string segment, HttpResponse response, ReferencePages pages) =>
            AnswerAsync(response, pages.FindPage(segment), "text/html; charset=utf-8"));
        app.MapMethods(ReferenceAssets.Folder + "{file}", Reading, Asset);
    }

    private static IResult Asset(string file, HttpResponse response, ReferenceAssets assets)
    {
        if (assets.Find(file) is not { } asset)
        {
            return Results.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(asset.Content, asset.Type);
    }

    /// <summary>A browser may keep it, and asks each time whether it is still the same.</summary>
    private static async Task<IResult> AnswerAsync(HttpResponse response, Task<ReferenceFile>? making, string type)
    {
        if (making is null)
        {
            return Results.NotFound();
        }

        var file = await making;
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Bytes(file.Content, type, entityTag: file.Tag);
    }
}
