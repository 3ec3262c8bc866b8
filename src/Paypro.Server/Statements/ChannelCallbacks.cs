using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>What a rail hears: a status and, where its own rules want one, a body. Never why something went wrong inside.</summary>
internal sealed record CallbackAnswer(int Status, string Body);

/// <summary>
/// Takes the rails' callbacks. Everything a callback says is applied, and stored, before the rail is answered; when that fails, or
/// when a return waits for its payment, the answer is 503, so that the rail comes
/// again. A refused one changes nothing and is counted; its content is never logged.
/// </summary>
internal sealed class ChannelCallbacks(SnapshotStore snapshots, RailStatements statements, MasterKeys keys, IdSource ids, ILogger<ChannelCallbacks> log)
{
    public const string MeterName = "Paypro.Callbacks";

    /// <summary>The largest body, in bytes.</summary>
    public const int BodyAtMostBytes = 64 * 1024;

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Taken = Meter.CreateCounter<long>("paypro.callbacks", "{callback}", "Callbacks from channels, by what became of them");

    public async Task<CallbackAnswer> TakeAsync(long channelAccountId, CallbackRequest request)
    {
        try
        {
            // A closed account takes no new orders, but its rail still speaks of the old ones. One that is left out for a fault of ours
            // cannot be read at present: its rail comes again.
            var snapshot = snapshots.Current;
            if (!snapshot.Accounts.TryGetValue(channelAccountId, out var offer))
            {
                return snapshot.Unusable.ContainsKey(channelAccountId)
                    ? Count(channelAccountId, "unusable-account", new(503, ""))
                    : Count(channelAccountId, "unknown-account", new(404, ""));
            }

            switch (offer.Channel.ReadCallback(offer.Account, request))
            {
                case CallbackReading.Read read:
                    // Without the caller's token: a rail that hangs up has still told us.
                    var results = await statements.ApplyAsync(offer, read.Observations, Keep(channelAccountId, request), CancellationToken.None);
                    return results.Contains(ApplyResult.Waiting) ? Count(channelAccountId, "waiting", new(503, "")) : Count(channelAccountId, "applied", new(200, read.AnswerBody));
                case CallbackReading.Refused refused:
                    log.LogWarning("A callback to channel account {AccountId} was refused with {Status}: {Reason}", channelAccountId, refused.HttpStatus, RailTexts.Reason(refused.Reason));
                    return Count(channelAccountId, "refused", new(refused.HttpStatus, ""));
                case var other:
                    throw new InvalidOperationException($"{other.GetType().Name} is no reading of a callback.");
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, the rail has to come again; it is logged here and nowhere told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "A callback to channel account {AccountId} could not be applied; the rail is asked to repeat it", channelAccountId);
            return Count(channelAccountId, "failed", new(503, ""));
        }
    }

    /// <summary>The text as it came, to be looked at when something is not clear.</summary>
    private StatementBodyRow Keep(long channelAccountId, CallbackRequest request)
    {
        var id = ids.Next();
        var (keyId, sealedBytes) = keys.Seal(request.Body.Span, $"statement-body:{channelAccountId}");
        return new StatementBodyRow { Id = id, MasterKeyId = keyId, Sealed = sealedBytes };
    }

    private static CallbackAnswer Count(long channelAccountId, string outcome, CallbackAnswer answer)
    {
        Taken.Add(1, new("account", answer.Status == 404 ? 0L : channelAccountId), new KeyValuePair<string, object?>("outcome", outcome));
        return answer;
    }
}

/// <summary>The address that rails call.</summary>
internal static class ChannelCallbackRoute
{
    public static void MapChannelCallbacks(this WebApplication app) => app.MapPost("/callbacks/{channelAccountId:long}", TakeAsync);

    private static async Task TakeAsync(long channelAccountId, HttpContext http, ChannelCallbacks callbacks, TimeProvider time)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = ChannelCallbacks.BodyAtMostBytes;
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

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var answer = await callbacks.TakeAsync(channelAccountId, new CallbackRequest(headers, body.ToArray(), time.NowMs()));
        http.Response.StatusCode = answer.Status;
        if (answer.Status == 503)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        if (answer.Body.Length > 0)
        {
            http.Response.ContentType = answer.Body[0] is '{' or '[' ? "application/json" : "text/plain";
            await http.Response.WriteAsync(answer.Body, CancellationToken.None);
        }
    }
}
