using System.Globalization;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>
/// Slows down an address that asks for pages or vouchers as no payer does, and one that asks without end for what is the same for all: the files of a
/// page, logos, the reference. Whether the process is well is not limited by address, since a load balancer asks from where everybody comes; its answer is
/// kept for a moment instead.
/// </summary>
internal static class PageLimits
{
    private static readonly PathString Pages = "/pay", PageFiles = PageAssets.Folder.TrimEnd('/'), Vouchers = VoucherAddress.Folder.TrimEnd('/'), Links = LinkAddress.Folder.TrimEnd('/');

    private static readonly PathString[] Files = [PageFiles, "/screens", "/docs", "/openapi"];

    public static void UsePageLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((http, next) =>
        {
            var (path, from) = (http.Request.Path, CallerAddress.Of(http.Connection.RemoteIpAddress));
            return Array.Exists(Files, folder => path.StartsWithSegments(folder))
                ? limits.File(from) is var fileWaitS and > 0 ? RefuseFile(http, fileWaitS) : next(http)
                : (path.StartsWithSegments(Pages) || path.StartsWithSegments(Vouchers) || path.StartsWithSegments(Links)) && limits.Page(from) is var pageWaitS and > 0 ? RefuseAsync(http, pageWaitS)
                : next(http);
        });
    }

    private static Task RefuseFile(HttpContext http, int waitS)
    {
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = waitS.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext http, int waitS)
    {
        var texts = CheckoutRoutes.TextsFor(http.Request, null);
        http.Response.Headers.RetryAfter = waitS.ToString(CultureInfo.InvariantCulture);
        return http.RequestServices.GetRequiredService<PageRequests>().Tell(texts, texts.Busy, StatusCodes.Status429TooManyRequests).ExecuteAsync(http);
    }
}
