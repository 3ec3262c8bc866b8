using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;

namespace Paypro.Server.Statements;

/// <summary>
/// The addresses that rails call: each account's begins with a key that nobody can guess, and what follows is the channel's. Callbacks are bounded by the bytes
/// that are held at once and never by their number: some rails do not repeat. An address whose callbacks were refused often is read one at a time. A call to an
/// address that no account has is read and answered like a forged one, so that the answer does not tell which accounts exist.
/// </summary>
internal static class ChannelCallbackRoute
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put];

    public static void MapChannelCallbacks(this WebApplication app)
    {
        app.MapMethods("/callbacks/{key}", Methods, (string key, HttpContext http, ChannelCallbacks callbacks, CallbackLimits limits, TimeProvider time) =>
            TakeAsync(key, http, callbacks, limits, time));
        app.MapMethods("/callbacks/{key}/{**rest}", Methods, (string key, HttpContext http, ChannelCallbacks callbacks, CallbackLimits limits, TimeProvider time) =>
            TakeAsync(key, http, callbacks, limits, time));
    }

    private static async Task TakeAsync(string key, HttpContext http, ChannelCallbacks callbacks, CallbackLimits limits, TimeProvider time)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ChannelCallbacks.BodyAtMostBytes;
        }

        long? account;
        try
        {
            account = callbacks.AccountOf(key);
        }
        catch (StaleSnapshotException)
        {
            await AnswerAsync(http, new ChannelAnswer(503));
            return;
        }

        using var held = limits.Hold(account is not null);
        if (held is null)
        {
            await AnswerAsync(http, new ChannelAnswer(503));
            return;
        }

        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            http.Response.StatusCode = bad.StatusCode;
            return;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The caller went away before it had said what it wants.
            return;
        }

        var request = RequestOf(key, http.Request, body.ToArray(), time.NowMs());
        var answer = await limits.ReadAsync(CallerAddress.Of(http.Connection.RemoteIpAddress), () => callbacks.TakeAsync(account, request));
        await AnswerAsync(http, answer);
    }

    private static CallbackRequest RequestOf(string key, HttpRequest http, byte[] body, long nowMs)
    {
        var path = http.Path.Value ?? "";
        var prefix = $"/callbacks/{key}";
        var certificate = http.HttpContext.Connection.ClientCertificate;
        return new CallbackRequest
        {
            Method = http.Method.ToUpperInvariant(),
            Path = path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? path[prefix.Length..] : "",
            FullPath = (http.PathBase + http.Path).Value ?? "",
            Query = http.QueryString.Value ?? "",
            Headers = http.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body,
            RemoteAddress = http.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "",
            ClientCertificate = certificate is null
                ? null
                : new CallerCertificate(certificate.Subject, certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLower(CultureInfo.InvariantCulture)),
            ReceivedAtMs = nowMs,
        };
    }

    private static async Task AnswerAsync(HttpContext http, ChannelAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Status == 503)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        if (answer.Body.Length > 0)
        {
            http.Response.ContentType = answer.ContentType;
            await http.Response.WriteAsync(answer.Body, CancellationToken.None);
        }
    }
}
