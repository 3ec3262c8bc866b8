namespace Paypro.Server.Platform;

/// <summary>
/// Whether a form was sent by a page of ours. No cookie helps anybody else, so this is a second fence: it stops other pages from submitting ours.
/// A program that is no browser sends neither header and passes.
/// </summary>
internal static class SameOrigin
{
    /// <param name="headers">The submission's.</param>
    /// <param name="own">Where it was sent to: scheme, host and port.</param>
    /// <param name="publicUrl">Where payers reach us, when a proxy in front changes the host.</param>
    public static bool Holds(IHeaderDictionary headers, string own, string? publicUrl)
    {
        var site = headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin";
        }

        // Older browsers. "null" is a page that hides where it is from, such as one in a frame of somebody else's; ours gives its origin to itself.
        var origin = headers.Origin.ToString();
        return origin.Length == 0
            || origin == own
            || (publicUrl is not null && origin == publicUrl.TrimEnd('/'));
    }
}
