using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Mpesa;

/// <summary>Makes the calls, each with the token that all nodes share: a new one ends the former. Nothing that the rail can do makes it throw.</summary>
internal sealed class MpesaHttp(MpesaAccount account, ChannelServices services) : IDisposable
{
    private const string TokenName = "access", TokenPath = "/oauth/v1/generate?grant_type=client_credentials";

    private const int LongestToken = 4_096;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static readonly MpesaReply NoToken = new MpesaReply.Silence("M-PESA gave no token in time.");

    private readonly HttpClient _http = services.Http(new ChannelHttp(account.Base) { PinnedAuthority = account.OpenAuthority() });

    private long NowMs => services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes one call; where the token is refused, which is certainly nothing done, once more with the newest.</summary>
    /// <param name="path">Behind the rail's address.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="cancellation">Gives up waiting, which is silence.</param>
    public async Task<MpesaReply> CallAsync(string path, byte[] body, CancellationToken cancellation)
    {
        for (var isRepeat = false; ; isRepeat = true)
        {
            RailToken? token;
            try
            {
                token = await services.Tokens.GetAsync(TokenName, async limit => (await AskTokenAsync(limit).ConfigureAwait(false)).Token, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return NoToken;
            }

            if (token is null)
            {
                return cancellation.IsCancellationRequested ? NoToken : new MpesaReply.NeverSent("M-PESA gave no token.");
            }

            var reply = await SendAsync(() =>
            {
                var message = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Base, path)) { Content = new ByteArrayContent(body) { Headers = { ContentType = Json } } };
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
                return message;
            }, cancellation).ConfigureAwait(false);
            if (isRepeat || reply is not MpesaReply.Answered { Problem.IsOfToken: true })
            {
                return reply;
            }

            await services.Tokens.ForgetAsync(TokenName, token, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for a token, which ends the one that all nodes have: only the shared store and a trial may.</summary>
    public async Task<(RailToken? Token, MpesaReply Reply)> AskTokenAsync(CancellationToken cancellation)
    {
        var askedAtMs = NowMs;
        var reply = await SendAsync(() =>
        {
            var message = new HttpRequestMessage(HttpMethod.Get, new Uri(account.Base, TokenPath));
            var credentials = $"{account.Text(MpesaAccount.ConsumerKey, NowMs)}:{account.Text(MpesaAccount.ConsumerSecret, NowMs)}";
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
            return message;
        }, cancellation).ConfigureAwait(false);
        if (reply is MpesaReply.Answered { Status: 200, Problem: null } answer && answer.Text("access_token") is { Length: > 0 } value && value.Length <= LongestToken
            && !value.AsSpan().ContainsAnyExceptInRange('!', '~') && long.TryParse(answer.Text("expires_in"), out var seconds) && seconds is > 0 and <= 86_400)
        {
            return (new RailToken(value, askedAtMs + (seconds * 1000)), reply);
        }

        services.Log.LogError("Channel account {AccountId}: no token. {Detail}", account.Account.Id, reply.Why);
        return (null, reply);
    }

    /// <summary>Lets the shared store renew the token, so that the credentials of now are tried and no node is left with a dead one.</summary>
    /// <returns>Null when there is one; else what came instead.</returns>
    public async Task<MpesaReply?> TryTokenAsync(CancellationToken cancellation)
    {
        MpesaReply? came = null;
        try
        {
            var former = await services.Tokens.GetAsync(TokenName, RenewAsync, cancellation).ConfigureAwait(false);
            if (former is null || came is not null)
            {
                return former is null ? came ?? NoToken : null;
            }

            await services.Tokens.ForgetAsync(TokenName, former, cancellation).ConfigureAwait(false);
            return await services.Tokens.GetAsync(TokenName, RenewAsync, cancellation).ConfigureAwait(false) is null ? came ?? NoToken : null;
        }
        catch (OperationCanceledException)
        {
            return NoToken;
        }

        async Task<RailToken?> RenewAsync(CancellationToken limit)
        {
            (var token, came) = await AskTokenAsync(limit).ConfigureAwait(false);
            return token;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<MpesaReply> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        try
        {
            using var message = make();
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
            return new MpesaReply.Answered((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new MpesaReply.NeverSent($"M-PESA could not be connected to ({error.HttpRequestError}).");
        }
        catch (OperationCanceledException)
        {
            return new MpesaReply.Silence("M-PESA did not answer in time.");
        }
#pragma warning disable CA1031 // Whatever else happens, the request may have left: that is an outcome that is not known.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new MpesaReply.Silence($"M-PESA's answer was cut ({error.GetType().Name}).");
        }
    }
}
