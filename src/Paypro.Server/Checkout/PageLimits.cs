using System.Globalization;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>
/// Slows down an address that asks for pages or vouchers as no payer does. The files of a page are the same for all and stay in
/// the browser, so they are not counted.
/// </summary>
internal static class PageLimits
{
    private static readonly PathString Pages = "/pay", Files = PageAssets.Folder.TrimEnd('/'), Vouchers = VoucherAddress.Folder.TrimEnd('/');

    public static void UsePageLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        if (limits.LimitsPages)
        {
            app.Use((http, next) =>
                IsCounted(http.Request.Path) && limits.Page(CallerAddress.Of(http.Connection.RemoteIpAddress)) is var waitS and > 0 ? RefuseAsync(http, waitS) : next(http));
        }
    }

    private static bool IsCounted(PathString path) =>
        (path.StartsWithSegments(Pages) && !path.StartsWithSegments(Files)) || path.StartsWithSegments(Vouchers);

    private static Task RefuseAsync(HttpContext http, int waitS)
    {
        var texts = CheckoutRoutes.TextsFor(http.Request, null);
        http.Response.Headers.RetryAfter = waitS.ToString(CultureInfo.InvariantCulture);
        return http.RequestServices.GetRequiredService<PageRequests>().Tell(texts, texts.Busy, StatusCodes.Status429TooManyRequests).ExecuteAsync(http);
    }
}
