using System.Net;

namespace Paypro.Server.Demo;

/// <summary>The merchants' servers while a history is made: they answer within this process, so that nothing leaves it.</summary>
/// <param name="time">The clock of the history.</param>
/// <param name="failingFromMs">From when on one of them is in trouble.</param>
internal sealed class DemoReceivers(TimeProvider time, long failingFromMs) : HttpMessageHandler
{
    /// <summary>Where the merchant's server is that takes nothing in the end; nothing listens there.</summary>
    public const string FailingUrl = "http://127.0.0.1:9/notify";

    private long _taken;
    private long _failed;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Port != 9 || time.GetUtcNow().ToUnixTimeMilliseconds() < failingFromMs)
        {
            // One in thirty is taken at the second try only.
            return Task.FromResult(Interlocked.Increment(ref _taken) % 30 == 0 ? Answer(HttpStatusCode.BadGateway, "Bad gateway") : Answer(HttpStatusCode.OK, "OK"));
        }

        // In turn, so that each of its troubles is there.
        return (Interlocked.Increment(ref _failed) % 3) switch
        {
            0 => throw new HttpRequestException(HttpRequestError.ConnectionError, "Nothing listens there."),
            1 => Task.FromResult(Answer(HttpStatusCode.InternalServerError, "The order table is locked.")),
            _ => Task.FromResult(Answer(HttpStatusCode.OK, "{\"result\":\"received\"}")),
        };
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text) };
}
