using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Paypro.Protocol.Signing;

namespace Paypro.Client;

/// <summary>A signed call, to be sent as often as it takes: every attempt carries the same bytes and the same signature.</summary>
internal sealed class SignedCall
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Uri address;
    private readonly string merchantNo;
    private readonly byte[] body;
    private readonly string? signatureHeader;

    /// <param name="address">Where it goes.</param>
    /// <param name="members">The members; null and empty ones are not sent.</param>
    /// <param name="options">Who signs.</param>
    /// <param name="secret">The secret, UTF-8.</param>
    public SignedCall(Uri address, IEnumerable<KeyValuePair<string, string?>> members, PayproOptions options, byte[] secret)
    {
        this.address = address;
        merchantNo = options.MerchantNo;
        var now = options.Time.GetUtcNow();
        var sent = new Dictionary<string, string?>(members.Where(member => !string.IsNullOrEmpty(member.Value)), StringComparer.Ordinal);
        sent.TryAdd("timestamp", now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        if (options.Algorithm == SigningAlgorithm.Md5)
        {
            sent["sign"] = Md5Signature.Compute(sent, secret);
        }

        body = Write(sent);
        signatureHeader = options.Algorithm == SigningAlgorithm.HmacSha256
            ? HmacSignature.Header(HmacSignature.Request, address.AbsolutePath, merchantNo, now.ToUnixTimeSeconds(), body, secret)
            : null;
    }

    /// <summary>A message of one attempt.</summary>
    public HttpRequestMessage ToMessage()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("merchantNo", merchantNo);
        if (signatureHeader is not null)
        {
            request.Headers.Add(HmacSignature.HeaderName, signatureHeader);
        }

        return request;
    }

    private static byte[] Write(Dictionary<string, string?> members)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
