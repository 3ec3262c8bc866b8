using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Paypro.Protocol.Signing;

namespace Paypro.Channels.Paypro;

/// <summary>What came of a call.</summary>
internal abstract record PayproReply
{
    private PayproReply() { }

    /// <summary>The connection was never made: certainly nothing was sent.</summary>
    public sealed record NeverSent(string Why) : PayproReply;

    /// <summary>It may have arrived, and nothing that can be read came back.</summary>
    public sealed record Silence(string Why) : PayproReply;

    /// <summary>The upstream answered in its own form.</summary>
    public sealed record Answered(PayproAnswer Answer) : PayproReply;
}

/// <summary>Signs calls and sends them. The bytes that are signed are the bytes that are sent. Nothing that an upstream can do makes it throw.</summary>
internal sealed class PayproHttp(PayproAccount account, ChannelServices services) : IDisposable
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient http = services.Http(new ChannelHttp(account.Base));

    private readonly string address = account.Base.AbsoluteUri.TrimEnd('/');

    /// <summary>Makes one call.</summary>
    /// <param name="request">What to send; time and signature are added.</param>
    /// <param name="cancellation">Gives up waiting, which is silence.</param>
    public async Task<PayproReply> CallAsync(PayproRequest request, CancellationToken cancellation)
    {
        try
        {
            using var message = Sign(request, services.Time.GetUtcNow().ToUnixTimeMilliseconds());
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return PayproAnswer.Read((int)response.StatusCode, body) is { } answer
                ? new PayproReply.Answered(answer)
                : new PayproReply.Silence($"The upstream answered {(int)response.StatusCode} without an answer that can be read.");
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new PayproReply.NeverSent($"The upstream could not be connected to ({error.HttpRequestError}).");
        }
        catch (OperationCanceledException)
        {
            return new PayproReply.Silence("The upstream did not answer in time.");
        }
#pragma warning disable CA1031 // Whatever else happens, the request may have left: that is an outcome that is not known.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new PayproReply.Silence($"The upstream's answer was cut ({error.GetType().Name}).");
        }
    }

    /// <summary>The body of a request, as every byte is sent and signed.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> members)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        foreach (var (name, text) in members)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Sign(PayproRequest request, long nowMs)
    {
        var key = account.Account.Secrets.Current(PayproAccount.Key, nowMs).Span;
        List<KeyValuePair<string, string>> members = [.. request.Members];
        if (request.HasTime)
        {
            members.Add(new("timestamp", nowMs.ToString(CultureInfo.InvariantCulture)));
        }

        var isMd5 = account.Signing == SigningAlgorithm.Md5;
        var sign = isMd5 ? Md5Signature.Compute(members.Select(member => KeyValuePair.Create<string, string?>(member.Key, member.Value)), key) : null;
        var inHeader = isMd5 && account.SignsInHeader && request.SignMayBeHeader;
        if (isMd5 && !inHeader)
        {
            members.Add(new("sign", sign!));
        }

        var body = Write(members);
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address + request.Path)) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("merchantNo", account.MerchantNo);
        if (inHeader)
        {
            message.Headers.Add("sign", sign);
        }

        if (!isMd5)
        {
            message.Headers.Add(
                HmacSignature.HeaderName,
                HmacSignature.Header(HmacSignature.Request, message.RequestUri!.AbsolutePath, account.MerchantNo, nowMs / 1000, body, key));
        }

        return message;
    }
}
