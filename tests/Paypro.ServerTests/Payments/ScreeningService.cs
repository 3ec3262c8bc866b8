using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Paypro.Protocol.Signing;

namespace Paypro.ServerTests.Payments;

/// <summary>What the screening service answers; status 0 is a connection that fails.</summary>
internal sealed record ScreeningReply(HttpStatusCode Status, string Body);

/// <summary>A screening service that answers as a test says, and keeps what it was asked.</summary>
internal sealed class ScreeningService : HttpMessageHandler
{
    public ConcurrentQueue<(string Id, byte[] Body, string Signature)> Asked { get; } = [];

    public Func<string, ScreeningReply> Answer { get; set; } = static _ => new(HttpStatusCode.OK, """{"result":"clear"}""");

    public TimeSpan Delay { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        using var read = JsonDocument.Parse(body);
        var id = read.RootElement.GetProperty("id").GetString()!;
        Asked.Enqueue((id, body, request.Headers.GetValues(HmacSignature.HeaderName).Single()));
        await Task.Delay(Delay, TimeProvider.System, cancellationToken);
        var reply = Answer(id);
        return reply.Status == 0 ? throw new HttpRequestException("away") : new HttpResponseMessage(reply.Status) { Content = new StringContent(reply.Body, Encoding.UTF8, "application/json") };
    }
}
