using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Paypro.Server.Screens;

/// <summary>A screen, rendered once on the server; nothing of the framework reaches the browser, and it works without the one small script.</summary>
/// <typeparam name="TContent">Its content.</typeparam>
internal sealed class ScreenAnswer<TContent>(ScreenFrame frame, object? model = null, int status = StatusCodes.Status200OK) : IResult
    where TContent : IComponent
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (frame.User.Length == 0)
        {
            frame = frame with { Texts = Visits.TextsOf(httpContext, null) };
        }

        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CascadingValue<ScreenFrame>>(Parameters())).ToHtmlString());
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = frame.ShowsFrames ? $"{Policy}; frame-src 'self'" : Policy;
        Guard(response);
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(html), httpContext.RequestAborted);
    }

    /// <summary>Kept by nobody, framed by nobody, and its address told to nobody.</summary>
    public static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private ParameterView Parameters() => ParameterView.FromDictionary(new Dictionary<string, object?>
    {
        [nameof(CascadingValue<>.Value)] = frame with { Model = model },
        [nameof(CascadingValue<>.IsFixed)] = true,
        [nameof(CascadingValue<>.ChildContent)] = (RenderFragment)(outer =>
        {
            outer.OpenComponent<Shell>(0);
            outer.AddComponentParameter(1, nameof(Shell.Content), (RenderFragment)(inner =>
            {
                inner.OpenComponent<TContent>(0);
                inner.CloseComponent();
            }));
            outer.CloseComponent();
        }),
    });
}
