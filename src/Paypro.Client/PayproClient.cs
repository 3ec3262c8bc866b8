using System.Text;

namespace Paypro.Client;

/// <summary>
/// Signs calls of the merchant API, sends them and repeats those whose outcome is unknown. Safe for use by several threads. Each country has a
/// client of its own with its calls by name, such as <see cref="Mexico.MexicoClient"/>; this one is beneath them all.
/// </summary>
public sealed class PayproClient
{
    private const int MaxResponseBytes = 256 * 1024;

    private readonly HttpClient http;
    private readonly PayproOptions options;
    private readonly string address;
    private readonly byte[] secret;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends the calls. Its own timeout counts for each attempt, beside <see cref="RetryPolicy.AttemptTimeout"/>.</param>
    /// <param name="options">Whose calls, and where.</param>
    public PayproClient(HttpClient http, PayproOptions options)
    {
        this.http = http;
        this.options = options;
        address = options.Address.AbsoluteUri.TrimEnd('/');
        secret = Encoding.UTF8.GetBytes(options.Secret);
    }

    /// <summary>Makes one call. <c>timestamp</c> is added when it is missing, and the signature always.</summary>
    /// <param name="path">The path with the country's segment: <c>/mex-pay/v1/paypro/payInApi</c>.</param>
    /// <param name="members">The documented members; null and empty ones are not sent.</param>
    /// <param name="cancellation">Gives up waiting. What was sent may still be stored: its outcome is then unknown.</param>
    /// <returns>The answer, whatever its <see cref="PayproResponse.Outcome"/>.</returns>
    /// <exception cref="PayproUnknownOutcomeException">
    /// No attempt had an answer that is certain: a creation may or may not have been stored. Make the same call again with the same
    /// <c>tradeNo</c>, or query it; never book it as failed and never send it with a new <c>tradeNo</c>.
    /// </exception>
    public Task<PayproResponse> CallAsync(string path, IEnumerable<KeyValuePair<string, string?>> members, CancellationToken cancellation = default) =>
        CallAsync(path, members, _ => true, cancellation);

    /// <summary>Makes one call and reads its answer.</summary>
    internal async Task<PayproAnswer<T>> CallAsync<T>(
        string path, IEnumerable<KeyValuePair<string, string?>> members, Func<MemberTexts, T> read, CancellationToken cancellation)
        where T : class
    {
        T? data = null;
        var response = await CallAsync(
            path,
            members,
            accepted =>
            {
                var texts = new MemberTexts(name => accepted[name]);
                data = read(texts);
                return texts.IsComplete;
            },
            cancellation).ConfigureAwait(false);
        return new PayproAnswer<T>(response, response.IsAccepted ? data : null);
    }

    private async Task<PayproResponse> CallAsync(
        string path, IEnumerable<KeyValuePair<string, string?>> members, Func<PayproResponse, bool> isReadable, CancellationToken cancellation)
    {
        var call = new SignedCall(new Uri(address + path), members, options, secret);
        var started = options.Time.GetTimestamp();
        PayproUnknownOutcomeException? unknown = null;
        for (var attempt = 1; ; attempt++)
        {
            var (response, retryAfter, error) = await SendAsync(call, cancellation).ConfigureAwait(false);
            var verdict = Verdicts.Of(response);
            if (verdict == Verdict.Accepted && !isReadable(response!))
            {
                (verdict, error) = (Verdict.Unknown, new PayproUnknownOutcomeException("The gateway accepted the call with an answer that cannot be read."));
            }

            // That one attempt stored nothing says nothing of an attempt before it.
            if (verdict is Verdict.Accepted or Verdict.Refused || (verdict == Verdict.Failed && unknown is null))
            {
                return response!;
            }

            unknown = verdict == Verdict.Unknown ? error : unknown;
            var delay = options.Retry.DelayAfter(attempt, retryAfter);
            if (attempt == options.Retry.MaxAttempts || options.Time.GetElapsedTime(started) + delay > options.Retry.Within)
            {
                return unknown is null ? response! : throw unknown;
            }

            await Task.Delay(delay, options.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(PayproResponse? Response, TimeSpan? RetryAfter, PayproUnknownOutcomeException? Error)> SendAsync(
        SignedCall call, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Retry.AttemptTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = call.ToMessage();
            using var message = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var retryAfter = message.Headers.RetryAfter?.Delta ?? message.Headers.RetryAfter?.Date - options.Time.GetUtcNow();
            await message.Content.LoadIntoBufferAsync(MaxResponseBytes, either.Token).ConfigureAwait(false);
            var body = await message.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            var response = PayproResponse.Read(message.StatusCode, body);
            return Verdicts.Of(response) == Verdict.Unknown
                ? (response, retryAfter, new PayproUnknownOutcomeException($"The gateway answered {(int)message.StatusCode} without an answer that can be read."))
                : (response, retryAfter, null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (null, null, new PayproUnknownOutcomeException("The gateway could not be reached, or its answer was cut.", error));
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            return (null, null, new PayproUnknownOutcomeException("The gateway did not answer in time.", error));
        }
    }
}
