using System.Data.Common;
using Paypro.Server.Checkout;
using Paypro.Server.MerchantApi;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary>
/// Answers what no route answered itself, in one place: each caller in its own form, never with a stack trace, in Development neither. It stands before
/// everything else, so that the framework's own page for developers never sees a fault.
/// </summary>
internal sealed class RequestFaults(LogSample sample, TimeProvider time, ILogger<RequestFaults> log)
{
    /// <summary>What the status of a caller that went away is called in the metrics; nobody reads it.</summary>
    private const int GoneAway = 499;

    public async Task AnswerAsync(HttpContext http, Exception error)
    {
        if (error is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug("The caller of {Method} went away", http.Request.Method);
            http.Response.StatusCode = http.Response.HasStarted ? http.Response.StatusCode : GoneAway;
            return;
        }

        var status = StatusOf(error);
        Log(error, status);
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        await WriteAsync(http, status, Sentence(status));
    }

    /// <summary>A request that cannot be read, a service that cannot answer at present, or a fault of ours.</summary>
    private static int StatusOf(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        StaleSnapshotException or WriterBusyException or WriteFailedException or WriteInDoubtException or NoNumberException => StatusCodes.Status503ServiceUnavailable,
        DbException { IsTransient: true } or { InnerException: DbException { IsTransient: true } } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Where the fault is ours, in full; anybody may be able to cause it again and again, so only one in a while.</summary>
    private void Log(Exception error, int status)
    {
        if (status >= 500 && sample.Takes(error.GetType().Name, out var count))
        {
            if (error is NotNowException)
            {
                log.LogWarning("{Count} requests were answered with {Status} since this was last said: {Reason}", count, status, error.Message);
                return;
            }

            log.LogError(error, "{Count} requests broke off with {Status} since this was last said; this is the newest", count, status);
        }
    }

    private static string Sentence(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "body: is too long",
        StatusCodes.Status408RequestTimeout => "body: came too slowly",
        < 500 => "request: cannot be read",
        StatusCodes.Status503ServiceUnavailable => "the service cannot do this at present; try again",
        _ => "the system failed",
    };

    /// <summary>Pages for payers, JSON for programs, one line for everybody else. A merchant's call may have been stored: 504 then, which no client books as a failure.</summary>
    private Task WriteAsync(HttpContext http, int status, string sentence)
    {
        var path = http.Request.Path;
        if (path.StartsWithSegments("/pay"))
        {
            var texts = CheckoutRoutes.TextsFor(http.Request, null);
            return http.RequestServices.GetRequiredService<PageRequests>().Tell(texts, texts.Busy, status).ExecuteAsync(http);
        }

        if (path.StartsWithSegments("/callbacks"))
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        if (path.StartsWithSegments("/sandbox"))
        {
            return Results.Json(new { error = sentence }, statusCode: status).ExecuteAsync(http);
        }

        return IsReading(path)
            ? Results.Text(sentence, "text/plain", System.Text.Encoding.UTF8, status).ExecuteAsync(http)
            : AnswerWriter.WriteAsync(http, status == StatusCodes.Status500InternalServerError ? new ApiAnswer.InDoubt() : new ApiAnswer.Http(status, sentence), null, null, time.NowMs());
    }

    private static bool IsReading(PathString path) =>
        Array.Exists(Reading, folder => path.StartsWithSegments(folder));

    private static readonly PathString[] Reading = ["/voucher", "/docs", "/openapi", "/health", "/metrics"];
}

/// <summary>Puts the answer to faults in front of all that is mapped.</summary>
internal static class RequestFaultsSetup
{
    public static void UseRequestFaults(this WebApplication app)
    {
        var faults = ActivatorUtilities.CreateInstance<RequestFaults>(app.Services, new LogSample(app.Services.GetRequiredService<TimeProvider>()));
        app.Use(async (http, next) =>
        {
            try
            {
                await next(http);
            }
#pragma warning disable CA1031 // Whatever it is, it is answered and told here and nowhere else.
            catch (Exception error)
#pragma warning restore CA1031
            {
                await faults.AnswerAsync(http, error);
            }
        });

        // Without this line the framework looks for the route before the lines above.
        app.UseRouting();
    }
}
