using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Paypro.Channels;
using Paypro.Server.Platform;

namespace Paypro.Server.Rails;

/// <summary>
/// Makes the clients by which sessions reach their rails. No redirect is followed, no cookie kept, an answer is cut at 256 KiB, and a server that
/// does not prove who it is gets nothing. Plain http is taken on loopback in a sandbox alone.
/// </summary>
internal sealed class ChannelHttpClients(Installation installation)
{
    /// <summary>Bytes of an answer; a longer one fails the call.</summary>
    public const int AnswerAtMostBytes = 256 * 1024;

    /// <summary>A kept connection is made anew after this, so that a rail that moved is found.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <exception cref="ArgumentException">The address is not one that may be called.</exception>
    public HttpClient Make(ChannelHttp wish)
    {
        var address = wish.BaseAddress;
        if (address.Scheme != Uri.UriSchemeHttps && !(installation.IsSandbox && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            throw new ArgumentException("A rail's address must be https.", nameof(wish));
        }

        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = wish.Proxy is not null,
            Proxy = wish.Proxy is null ? null : new WebProxy(wish.Proxy),
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = Lifetime,
            MaxResponseHeadersLength = 64,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
        };
        if (wish.ClientCertificate is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        if (wish.PinnedAuthority is { } authority)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { authority },
            };
        }

        return new HttpClient(handler)
        {
            BaseAddress = address,
            DefaultRequestVersion = wish.Version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            MaxResponseContentBufferSize = AnswerAtMostBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
