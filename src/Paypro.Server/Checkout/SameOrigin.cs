namespace Paypro.Server.Checkout;

/// <summary>
/// Whether a form was sent by our own page. The address is the only secret and no cookie helps anybody else, so this is a second
/// fence: it stops other pages from submitting ours.
/// </summary>
internal static class SameOrigin
{
    /// <param name="request">The submission.</param>
    /// <param name="publicUrl">Where payers reach us, when a proxy in front changes the host.</param>
    public static bool Holds(HttpRequest request, string? publicUrl)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin";
        }

        // Older browsers. Ours send "null" here, because the page gives no referrer away.
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin == "null"
            || origin == $"{request.Scheme}://{request.Host}"
            || (publicUrl is not null && origin == publicUrl.TrimEnd('/'));
    }
}
