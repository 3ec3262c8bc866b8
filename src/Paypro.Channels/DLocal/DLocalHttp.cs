using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Paypro.Channels.DLocal;

/// <summary>Makes the calls: pay-ins and refunds signed, payouts with a token. Nothing that the rail can do makes it throw.</summary>
internal sealed class DLocalHttp(DLocalAccount account, ChannelServices services) : IDisposable
{
    private const string TokenName = "payouts", ApiVersion = "2.1";

    private const int LongestToken = 16_384;

    private const long LongestWaitMs = 300_000, UsualWaitMs = 5_000;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Lazy<HttpClient> _payments = new(() => services.Http(new ChannelHttp(account.Base) { PinnedAuthority = account.OpenAuthority() }));
    private readonly Lazy<HttpClient> _payouts = new(() => services.Http(new ChannelHttp(account.PayoutBase) { PinnedAuthority = account.OpenAuthority() }));
    private long _waitUntilMs;

    private long NowMs => services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes one signed call. The bytes that are signed are the bytes that are sent.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Behind the address.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    /// <param name="cancellation">Gives up waiting, which is silence.</param>
    /// <param name="reference">What a creation is called by; null for a question.</param>
    public Task<DLocalReply> CallAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation, string? reference = null)
    {
        if (NowMs < Interlocked.Read(ref _waitUntilMs))
        {
            return Task.FromResult<DLocalReply>(new DLocalReply.NeverSent("dLocal has asked us to wait."));
        }

        var (login, transKey, date) = (account.Text(DLocalAccount.Login, NowMs), account.Text(DLocalAccount.TransKey, NowMs), DLocalSignature.DateOf(services.Time.GetUtcNow()));
        return SendAsync(_payments.Value, () =>
        {
            // A question has the content type too: the rail counts it among the headers that must be there.
            var message = new HttpRequestMessage(method, new Uri(account.Base, path)) { Content = ContentOf(body ?? []) };
            message.Headers.TryAddWithoutValidation("X-Date", date);
            message.Headers.TryAddWithoutValidation("X-Login", login);
            message.Headers.TryAddWithoutValidation("X-Trans-Key", transKey);
            message.Headers.TryAddWithoutValidation("X-Version", ApiVersion);
            message.Headers.TryAddWithoutValidation("User-Agent", "Paypro");
            message.Headers.TryAddWithoutValidation(
                "Authorization", DLocalSignature.Prefix + DLocalSignature.Make(account.Account.Secrets.Current(DLocalAccount.SecretKey, NowMs).Span, login, date, body ?? []));
            if (reference is not null)
            {
                message.Headers.TryAddWithoutValidation("X-Idempotency-Key", reference);
            }

            return message;
        }, cancellation);
    }

    /// <summary>Makes one call with a token; after a 401, which is certainly nothing done, once more with a new one.</summary>
    public async Task<DLocalReply> CallPayoutsAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation)
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
                return new DLocalReply.Silence("dLocal gave no token in time.");
            }

            if (token is null)
            {
                return cancellation.IsCancellationRequested ? new DLocalReply.Silence("dLocal gave no token in time.") : new DLocalReply.NeverSent("dLocal gave no token.");
            }

            var reply = await SendAsync(_payouts.Value, () =>
            {
                var message = new HttpRequestMessage(method, new Uri(account.PayoutBase, path)) { Content = body is null ? null : ContentOf(body) };
                message.Headers.TryAddWithoutValidation("User-Agent", "Paypro");
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
                return message;
            }, cancellation).ConfigureAwait(false);
            if (isRepeat || reply is not DLocalReply.Answered { Status: 401 })
            {
                return reply;
            }

            await services.Tokens.ForgetAsync(TokenName, token, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for a token of payouts.</summary>
    public async Task<(RailToken? Token, DLocalReply Reply)> AskTokenAsync(CancellationToken cancellation)
    {
        var askedAtMs = NowMs;
        var wish = new DLocalTokenWish("client_credentials", account.Text(DLocalAccount.ClientId, NowMs), account.Text(DLocalAccount.ClientSecret, NowMs));
        var reply = await SendAsync(_payouts.Value, () =>
        {
            var message = new HttpRequestMessage(HttpMethod.Post, new Uri(account.PayoutBase, "/oauth/token")) { Content = ContentOf(JsonSerializer.SerializeToUtf8Bytes(wish, DLocalJson.Default.DLocalTokenWish)) };
            message.Headers.TryAddWithoutValidation("User-Agent", "Paypro");
            return message;
        }, cancellation).ConfigureAwait(false);
        if (reply is DLocalReply.Answered { Status: 200 or 201 } answer && answer.Read(DLocalJson.Default.DLocalToken) is { Token: { Length: > 0 and <= LongestToken } value, ExpiresIn: > 0 and <= 31_536_000 and var seconds }
            && !value.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return (new RailToken(value, askedAtMs + (seconds * 1000)), reply);
        }

        services.Log.LogError("Channel account {AccountId}: no token. {Detail}", account.Account.Id, reply.Why);
        return (null, reply);
    }

    public void Dispose()
    {
        foreach (var each in new[] { _payments, _payouts }.Where(static each => each.IsValueCreated))
        {
            each.Value.Dispose();
        }
    }

    private static ByteArrayContent ContentOf(byte[] body) => new(body) { Headers = { ContentType = Json } };

    private async Task<DLocalReply> SendAsync(HttpClient http, Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        try
        {
            using var message = make();
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            var answer = new DLocalReply.Answered((int)response.StatusCode, body) { At = response.Headers.Date };
            if (answer is { Status: 429, Problem.Code: 6000 })
            {
                var waitMs = response.Headers.RetryAfter?.Delta is { } wait ? Math.Min(LongestWaitMs, (long)wait.TotalMilliseconds) : UsualWaitMs;
                Interlocked.Exchange(ref _waitUntilMs, NowMs + waitMs);
            }

            return answer;
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new DLocalReply.NeverSent($"dLocal could not be connected to ({error.HttpRequestError}).");
        }
        catch (OperationCanceledException)
        {
            return new DLocalReply.Silence("dLocal did not answer in time.");
        }
#pragma warning disable CA1031 // Whatever else happens, the request may have left: that is an outcome that is not known.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new DLocalReply.Silence($"dLocal's answer was cut ({error.GetType().Name}).");
        }
    }
}
