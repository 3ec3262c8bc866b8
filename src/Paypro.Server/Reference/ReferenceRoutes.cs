using Paypro.Server.Platform;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Reference;

/// <summary>
/// The documents <c>/openapi/{segment}.json</c> and the pages <c>/docs</c>, on every process with the role <c>api</c>; in a sandbox also its first page
/// and its inboxes.
/// </summary>
internal static class ReferenceRoutes
{
    private const string Html = "text/html; charset=utf-8";

    /// <summary>Nothing but our own stylesheet, scripts and icon, and calls to ourselves. Nothing inline.</summary>
    private const string Policy = Sends + "form-action 'none'; " + Never;

    /// <summary>The page into which a secret is typed can send nothing at all.</summary>
    private const string SilentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; form-action 'none'; " + Never;

    /// <summary>The first page's buttons are forms.</summary>
    private const string FormPolicy = Sends + "form-action 'self'; " + Never;

    private const string Sends = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; ";

    private const string Never = "base-uri 'none'; frame-ancestors 'none'";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddReference(this IServiceCollection services)
    {
        services.AddSingleton<ReferenceAssets>();
        services.AddSingleton<ReferencePages>();
    }

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        if (!installation.Does("api"))
        {
            return;
        }

        app.MapMethods("/openapi/{segment}.json", Reading, (string segment, HttpResponse response, ReferencePages pages) =>
            AnswerAsync(response, pages.FindDocument(segment), "application/json"));
        app.MapMethods("/docs", Reading, (HttpResponse response, ReferencePages pages) => AnswerAsync(response, pages.IndexAsync(), Html));
        app.MapMethods("/docs/signing", Reading, (HttpResponse response, ReferencePages pages) => AnswerAsync(response, pages.SigningAsync(), Html, SilentPolicy));
        app.MapMethods("/docs/search.json", Reading, (HttpResponse response, ReferencePages pages) => AnswerAsync(response, pages.SearchAsync(), "application/json"));
        app.MapMethods("/docs/{segment}", Reading, (string segment, HttpResponse response, ReferencePages pages) => AnswerAsync(response, pages.FindPage(segment), Html));
        app.MapMethods(ReferenceAssets.Folder + "{file}", Reading, Asset);
        if (installation.IsSandbox)
        {
            app.MapMethods("/", Reading, async (HttpResponse response, ReferencePages pages) => Fresh(response, await pages.StartAsync(), FormPolicy));
            app.MapMethods("/sandbox/inbox/{name}", Reading, InboxAsync).AddEndpointFilter(SandboxCallers.RefuseForeignAsync);
        }
        else
        {
            app.MapMethods("/", Reading, () => Results.Redirect("/docs"));
        }
    }

    /// <summary>A page for a browser; for a program the same as JSON.</summary>
    private static async Task<IResult> InboxAsync(string name, HttpContext http, ReferencePages pages, Inboxes inboxes)
    {
        if (!Inboxes.IsName(name))
        {
            return Results.NotFound();
        }

        return http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Fresh(http.Response, await pages.InboxAsync(name), Policy)
            : Results.Json(inboxes.Read(name).Select(message => new
            {
                message.Id,
                message.AtMs,
                headers = message.Headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.First().Value),
                body = message.Text,
                signatureIsRight = message.Check().IsRight,
                verdict = message.Check().Verdict,
            }));
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
    private static async Task<IResult> AnswerAsync(HttpResponse response, Task<ReferenceFile>? making, string type, string policy = Policy)
    {
        if (making is null)
        {
            return Results.NotFound();
        }

        var file = await making;
        Guard(response, "no-cache", policy);
        return Results.Bytes(file.Content, type, entityTag: file.Tag);
    }

    /// <summary>Another one each time.</summary>
    private static IResult Fresh(HttpResponse response, byte[] page, string policy)
    {
        Guard(response, "no-store", policy);
        return Results.Bytes(page, Html);
    }

    private static void Guard(HttpResponse response, string cache, string policy)
    {
        response.Headers.CacheControl = cache;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
