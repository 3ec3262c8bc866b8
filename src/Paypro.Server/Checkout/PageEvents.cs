using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>
/// <c>/pay/{page}/events</c>: server-sent events that carry the page's version, at once and whenever it changes. A stream ends after a
/// while and the browser opens another, so that a node which stops keeps no page waiting.
/// </summary>
internal static class PageEvents
{
    /// <summary>How long one stream lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    /// <summary>How often the database is asked without a signal: another node may have changed the order, or its time may be over.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(4);

    /// <summary>What a browser waits before it opens the next stream.</summary>
    private const int RetryAfterMs = 2000;

    public static async Task StreamAsync(
        string page, HttpContext context, PageRequests requests, PageWatch watch, RateLimits limits, TimeProvider time, IHostApplicationLifetime application)
    {
        var response = context.Response;
        PageAnswer.Guard(response);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, application.ApplicationStopping);
        if (await requests.FindAsync(page, end.Token) is not { } picture)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var seat = watch.TakeSeat(picture.Order.Key, CallerAddress.Of(context.Connection.RemoteIpAddress));
        if (seat is null)
        {
            // The page asks from time to time instead, and does not keep the connection meanwhile.
            limits.Full("seats");
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "30";
            response.Headers.Connection = "close";
            return;
        }

        response.ContentType = "text/event-stream";

        // Proxies of the nginx kind gather an answer unless told not to.
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await response.WriteAsync($"retry: {RetryAfterMs}\n", end.Token);
            await SendAsync(page, response, requests, seat, time, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The payer left or the server stops.
        }
    }

    private static async Task SendAsync(string page, HttpResponse response, PageRequests requests, PageWatch.Seat seat, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var told = "";
        while (time.GetElapsedTime(started) < Lifetime && await requests.FindAsync(page, cancellation) is { } picture)
        {
            var (version, state) = requests.Status(picture);

            // A comment keeps the connection known to everything between us and the payer.
            await response.WriteAsync(version == told ? ":\n\n" : $"data: {version}\n\n", cancellation);
            await response.Body.FlushAsync(cancellation);
            told = version;
            if (state.IsFinal())
            {
                return;
            }

            await seat.WaitAsync(Poll, time, cancellation);
        }
    }
}
