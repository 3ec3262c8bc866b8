using System.Text;

namespace Paypro.Server.Checkout;

/// <summary>A rendered page with the headers that keep it to itself.</summary>
internal sealed class PageAnswer(PageView view, int status) : IResult
{
    /// <summary>
    /// Nothing but our own stylesheet, script, icon and state; no frames around it, no base, forms only to ourselves. The styles
    /// and scripts are files, so nothing inline is allowed.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = await httpContext.RequestServices.GetRequiredService<PageRenderer>().RenderAsync(view);
        var body = Encoding.UTF8.GetBytes(html);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = view.Texts.Language;
        response.Headers.Vary = "Accept-Language";
        response.Headers.ContentSecurityPolicy = Policy;
        Guard(response);
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "5";
        }

        await Compressed.WriteAsync(httpContext, body);
    }

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
