using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// The servers of all merchants: they answer late, wrongly or not at all, and now and then take a notification whose answer is
/// then lost. What they are told must have been stored before.
/// </summary>
internal sealed class Receiver(VirtualClock clock, Dice dice)
{
    /// <summary>So often a result may be refused; the schedule has more tries than that, so that in the end every result is taken.</summary>
    private const int MostRefusals = 5;

    private readonly Dictionary<string, HashSet<string>> _stored = [];
    private readonly Dictionary<(string Number, int Version), HashSet<string>> _versions = [];
    private readonly Dictionary<string, HashSet<string>> _taken = [];
    private readonly Dictionary<string, int> _refused = [];

    public Weather Weather { get; set; } = Weather.Calm;

    public int Taken { get; private set; }

    /// <summary>An order's result is committed.</summary>
    public void Stored(OrderRow order)
    {
        var content = Content(order);
        Of(_stored, order.Number).Add(content);

        // A refund changes what a paid order holds, and its merchant is told of the refund alone.
        Of(_versions, (order.Number, order.ResultVersion)).Add(content);
    }

    public bool HasTaken(string number, int version) =>
        _versions.TryGetValue((number, version), out var contents) && _taken.TryGetValue(number, out var taken) && taken.Overlaps(contents);

    /// <summary>A result is told, whoever tells it.</summary>
    public void CheckTold(string number, string content)
    {
        if (!_stored.TryGetValue(number, out var stored) || !stored.Contains(content))
        {
            throw new ViolationException(Checks.Told, $"order {number} was told as {content}, which was never stored");
        }
    }

    public static string Content(OrderRow order)
    {
        var amountMinor = order.Direction == Direction.Refund ? order.AmountMinor : order.PaidMinor - order.ReturnedMinor;
        return string.Create(CultureInfo.InvariantCulture, $"{OrderViews.Status(order)}, {amountMinor / 100m:0.##}");
    }

    /// <summary>A notification arrives.</summary>
    public Task<HttpResponseMessage> TakeAsync(byte[] body, Variant variant, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        var number = root.GetProperty(root.TryGetProperty("refundNumber", out _) ? "refundNumber" : "platFormTradeNo").GetString()!;
        var amount = root.TryGetProperty("amount", out var told) ? decimal.Parse(told.ToString(), CultureInfo.InvariantCulture) : 0;
        var content = string.Create(CultureInfo.InvariantCulture, $"{root.GetProperty("status").GetString()}, {amount:0.##}");
        CheckTold(number, content);
        var key = number + content;
        var late = TimeSpan.FromMilliseconds(1 + dice.Next(dice.Next(20) == 0 ? 9000 : 300));
        if (!dice.Happens(Weather.ReceiverFails) || _refused.GetValueOrDefault(key) >= MostRefusals)
        {
            Take(number, content);
            return Answer(late, HttpStatusCode.OK, "OK");
        }

        _refused[key] = _refused.GetValueOrDefault(key) + 1;
        var fault = dice.Next(5);
        if (fault == 0)
        {
            Take(number, content);
        }

        return fault switch
        {
            // Taken or not, the answer never comes.
            0 or 1 => Answer(null, HttpStatusCode.OK, "OK"),
            2 => Answer(late, variant.AnyAnswerTakes ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, variant.AnyAnswerTakes ? "OK" : "broken"),
            3 => Answer(late, HttpStatusCode.OK, variant.AnyAnswerTakes ? "OK" : "<html>We are back soon</html>"),
            _ => Answer(late, variant.AnyAnswerTakes ? HttpStatusCode.OK : HttpStatusCode.Found, "OK"),
        };

        Task<HttpResponseMessage> Answer(TimeSpan? after, HttpStatusCode status, string text) => Later(
            after, new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) }, cancellation);
    }

    private Task<HttpResponseMessage> Later(TimeSpan? after, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<HttpResponseMessage>();
        cancellation.Register(() => done.TrySetCanceled(cancellation));
        if (after is { } time)
        {
            clock.After(time, () => done.TrySetResult(answer));
        }

        return done.Task;
    }

    private void Take(string number, string content)
    {
        Taken++;
        Of(_taken, number).Add(content);
    }

    private static HashSet<string> Of<TKey>(Dictionary<TKey, HashSet<string>> sets, TKey key)
        where TKey : notnull
    {
        if (!sets.TryGetValue(key, out var set))
        {
            sets.Add(key, set = []);
        }

        return set;
    }
}

/// <summary>Carries a node's notifications to the <see cref="Receiver"/>.</summary>
internal sealed class ReceiverHandler(Receiver receiver, Variant variant) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await receiver.TakeAsync(((MemoryStream)await Copy(request)).ToArray(), variant, cancellationToken).ConfigureAwait(false);

    private static async Task<Stream> Copy(HttpRequestMessage request)
    {
        var copy = new MemoryStream();
        await request.Content!.CopyToAsync(copy).ConfigureAwait(false);
        return copy;
    }
}
