using Paypro.Server.Platform;

namespace Paypro.Server.Screens;

/// <summary>The address of a link that is shown and not mailed.</summary>
internal sealed class AccessAddress(PayproOptions options)
{
    public string OfLink(HttpRequest request, Portal portal, string secret) => $"{options.PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}{portal.Root}/welcome/{secret}";
}
