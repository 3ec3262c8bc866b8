using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Paypro.RailDoubles;

/// <summary>By what a double calls us. Over https it looks at our certificate: it must be of the authority that the test names.</summary>
internal sealed class Callers : IDisposable
{
    private readonly HttpClient _http;

    public Callers() => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown && Authority?.HasIssued(shown, TimeProvider.System.GetUtcNow()) == true,
        },
    });

    /// <summary>Whose certificates count; null where we are called over http.</summary>
    public TestCertificates? Authority { get; set; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message) => _http.SendAsync(message);

    public Task<HttpResponseMessage> PostAsync(Uri to, HttpContent content) => _http.PostAsync(to, content);

    public void Dispose() => _http.Dispose();
}
