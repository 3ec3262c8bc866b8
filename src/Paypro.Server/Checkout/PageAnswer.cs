using System.Security.Cryptography;
using System.Text;

namespace Paypro.Server.Checkout;

/// <summary>A rendered page with the headers that keep it to itself.</summary>
internal sealed class PageAnswer(PageView view, int status) : IResult
{
    /// <summary>
    /// Nothing but our own style, script, icon and state; no frames around it, no base, forms only to ourselves. Scripts are files. What styles stand
    /// inside the page are named by their hash, so that no other one is taken.
    /// </summary>
    private string PolicyFor(string hashes) =>
        $"default-src 'none'; script-src 'self'; style-src 'self'{hashes}; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {(MayBeFramed ? "'self'" : "'none'")}";

    /// <summary>Whether a screen of ours may show it in a frame; a payer's page never.</summary>
    public bool MayBeFramed { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await httpContext.RequestServices.GetRequiredService<PageRenderer>().RenderAsync(view);
        var body = Encoding.UTF8.GetBytes(html);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = view.Texts.Language;
        response.Headers.Vary = "Accept-Language";
        response.Headers.ContentSecurityPolicy = PolicyFor(HashOf(httpContext.RequestServices.GetRequiredService<PageAssets>().Style) + HashOf(view.BrandStyle));
        Guard(response);
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "5";
        }

        await Compressed.WriteAsync(httpContext, body);
    }

    private static string HashOf(string? style) =>
        style is null ? "" : $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'";

    /// <summary>The headers of everything below a page's address: the address is a secret, and the answer is of this moment.</summary>
    public static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";

        // To ourselves alone: with "no-referrer" a browser hides the origin of our own forms too, and they would look like a foreign page's.
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
