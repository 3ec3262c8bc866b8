using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Pix;

/// <summary>Makes the calls: each with our client certificate and a token. Nothing that a bank can do makes it throw.</summary>
internal sealed class PixHttp(PixAccount account, ChannelServices services) : IDisposable
{
    /// <summary>Before its end a certificate is spoken of so many days.</summary>
    public const int CertificateAlarmDays = 30;

    private const string TokenName = "access";

    private const int LongestToken = 16_384;

    private const long OneDayMs = 86_400_000, LongestWaitMs = 300_000;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Lock _gate = new();
    private readonly List<(ReadOnlyMemory<byte> Of, X509Certificate2? Certificate, HttpClient Http)> _clients = [];
    private long _saidAtMs, _waitUntilMs;

    private long NowMs => services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Until when the certificate that is shown now counts; null when it cannot be opened.</summary>
    public DateTimeOffset? CertificateEnds => Client().Certificate is { } certificate ? new DateTimeOffset(certificate.NotAfter.ToUniversalTime()) : null;

    /// <summary>From when it counts.</summary>
    public DateTimeOffset? CertificateBegins => Client().Certificate is { } certificate ? new DateTimeOffset(certificate.NotBefore.ToUniversalTime()) : null;

    /// <summary>Makes one call; after a 401, which is certainly nothing done, once more with a new token.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Behind the bank's address.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    /// <param name="cancellation">Gives up waiting, which is silence.</param>
    /// <param name="header">One more header.</param>
    public async Task<PixReply> CallAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation, (string Name, string Value)? header = null)
    {
        var (_, certificate, http) = Client();
        if (Hinders(certificate) is { } why)
        {
            return new PixReply.NeverSent(why);
        }

        for (var isRepeat = false; ; isRepeat = true)
        {
            RailToken? token;
            try
            {
                token = await services.Tokens.GetAsync(TokenName, async limit => (await AskTokenAsync(limit).ConfigureAwait(false)).Token, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new PixReply.Silence("The bank gave no token in time.");
            }

            if (token is null)
            {
                return cancellation.IsCancellationRequested ? new PixReply.Silence("The bank gave no token in time.") : new PixReply.NeverSent("The bank gave no token.");
            }

            var reply = await SendAsync(http, () =>
            {
                var message = new HttpRequestMessage(method, new Uri(account.Base, path)) { Content = ContentOf(body) };
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
                if (header is var (name, value))
                {
                    message.Headers.Add(name, value);
                }

                return message;
            }, cancellation).ConfigureAwait(false);
            if (isRepeat || reply is not PixReply.Answered { Status: 401 })
            {
                return reply;
            }

            await services.Tokens.ForgetAsync(TokenName, token, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for a token.</summary>
    /// <returns>The token with what it may do, or why there is none.</returns>
    public async Task<(RailToken? Token, string Scope, PixReply Reply)> AskTokenAsync(CancellationToken cancellation)
    {
        var (_, certificate, http) = Client();
        if (Hinders(certificate) is { } why)
        {
            return (null, "", new PixReply.NeverSent(why));
        }

        var askedAtMs = NowMs;
        var reply = await SendAsync(http, () =>
        {
            var message = new HttpRequestMessage(HttpMethod.Post, account.TokenAddress)
            {
                Content = account.AsksTokenByForm ? new FormUrlEncodedContent([new("grant_type", "client_credentials")])
                    : ContentOf(JsonSerializer.SerializeToUtf8Bytes(new PixTokenWish("client_credentials"), PixJson.Default.PixTokenWish)),
            };
            byte[] credentials = [.. Secret(PixAccount.ClientId), (byte)':', .. Secret(PixAccount.ClientSecret)];
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
            return message;
        }, cancellation).ConfigureAwait(false);
        if (reply is PixReply.Answered { Status: 200 or 201 } answer && answer.Read(PixJson.Default.PixToken) is { Token: { Length: > 0 and <= LongestToken } value, ExpiresIn: > 0 and <= 31_536_000 } told
            && !value.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return (new RailToken(value, askedAtMs + (told.ExpiresIn.Value * 1000)), told.Scope ?? "", reply);
        }

        services.Log.LogError("Channel account {AccountId}: no token. {Detail}", account.Account.Id, reply.Why);
        return (null, "", reply);
    }

    public void Dispose()
    {
        foreach (var (_, certificate, http) in _clients)
        {
            http.Dispose();
            certificate?.Dispose();
        }
    }

    private static ByteArrayContent? ContentOf(byte[]? body) => body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = Json } };

    private byte[] Secret(string name) => account.Account.Secrets.Current(name, NowMs).ToArray();

    /// <summary>The client of the certificate that counts now. One that another has followed stays open for the calls that are under way.</summary>
    private (ReadOnlyMemory<byte> Of, X509Certificate2? Certificate, HttpClient Http) Client()
    {
        var now = account.Account.Secrets.Current(PixAccount.Certificate, NowMs);
        lock (_gate)
        {
            if (_clients.Count == 0 || !_clients[^1].Of.Equals(now))
            {
                var certificate = account.OpenCertificate(NowMs);
                _clients.Add((now, certificate, services.Http(new ChannelHttp(account.Base) { ClientCertificate = certificate, PinnedAuthority = account.OpenAuthority() })));
            }

            return _clients[^1];
        }
    }

    /// <summary>Why nothing can be sent now. Over the newer TLS a bank's refusal of a certificate comes after the request has left, so that the dates are looked at before.</summary>
    private string? Hinders(X509Certificate2? certificate)
    {
        var now = services.Time.GetUtcNow();
        if (certificate is null || now < certificate.NotBefore.ToUniversalTime() || now >= certificate.NotAfter.ToUniversalTime())
        {
            return certificate is null ? "The client certificate cannot be opened." : $"The client certificate counts from {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd} only.";
        }

        var nowMs = now.ToUnixTimeMilliseconds();
        if (now.AddDays(CertificateAlarmDays) >= certificate.NotAfter.ToUniversalTime() && nowMs - Interlocked.Read(ref _saidAtMs) >= OneDayMs)
        {
            Interlocked.Exchange(ref _saidAtMs, nowMs);
            services.Log.LogError("Channel account {AccountId}: its client certificate ends on {Date}", account.Account.Id, certificate.NotAfter.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }

        return nowMs < Interlocked.Read(ref _waitUntilMs) ? "The bank has asked us to wait." : null;
    }

    private async Task<PixReply> SendAsync(HttpClient http, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        try
        {
            using var message = make();
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode == 429 && response.Headers.RetryAfter?.Delta is { } wait)
            {
                Interlocked.Exchange(ref _waitUntilMs, NowMs + Math.Min(LongestWaitMs, (long)wait.TotalMilliseconds));
            }

            return new PixReply.Answered((int)response.StatusCode, body);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new PixReply.NeverSent($"The bank could not be connected to ({error.HttpRequestError}).");
        }
        catch (OperationCanceledException)
        {
            return new PixReply.Silence("The bank did not answer in time.");
        }
#pragma warning disable CA1031 // Whatever else happens, the request may have left: that is an outcome that is not known.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new PixReply.Silence($"The bank's answer was cut ({error.GetType().Name}).");
        }
    }
}
