using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Client;

/// <summary>
/// Signs calls of the merchant API and reads their answers. Safe for use by several threads. For Mexico's calls by name see
/// <see cref="MexicoCalls"/>; every other documented call goes through <see cref="CallAsync"/>.
/// </summary>
public sealed class PayproClient
{
    private const int MaxResponseBytes = 256 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient http;
    private readonly string baseUrl;
    private readonly string merchantNo;
    private readonly byte[] secret;
    private readonly SigningAlgorithm algorithm;
    private readonly TimeProvider time;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends the calls; its timeout is theirs.</param>
    /// <param name="baseUrl">Address with the country's segment: <c>https://gateway.example/mex-pay</c>.</param>
    /// <param name="merchantNo">The merchant number.</param>
    /// <param name="secret">The key's secret.</param>
    /// <param name="algorithm">The kind of the key.</param>
    /// <param name="time">The clock for <c>timestamp</c>; default: the system's.</param>
    public PayproClient(
        HttpClient http, Uri baseUrl, string merchantNo, string secret, SigningAlgorithm algorithm = SigningAlgorithm.Md5, TimeProvider? time = null)
    {
        this.http = http;
        this.baseUrl = baseUrl.AbsoluteUri.TrimEnd('/');
        this.merchantNo = merchantNo;
        this.secret = Encoding.UTF8.GetBytes(secret);
        this.algorithm = algorithm;
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>Makes one call. <c>timestamp</c> is added when it is missing, and the signature always.</summary>
    /// <param name="path">The documented path without the country's segment: <c>/v1/paypro/payInApi</c>.</param>
    /// <param name="members">The documented members; null and empty ones are not sent.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The answer, accepted or refused.</returns>
    /// <exception cref="PayproUnknownOutcomeException">
    /// No answer that could be read: a creation may or may not have been stored. Send the same order again with the same
    /// <c>tradeNo</c>, or query it; never book it as failed and never send it with a new <c>tradeNo</c>.
    /// </exception>
    public async Task<PayproResponse> CallAsync(
        string path, IReadOnlyDictionary<string, string?> members, CancellationToken cancellation = default)
    {
        using var request = Sign(new Uri(baseUrl + path), members);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(MaxResponseBytes, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return PayproResponse.Read(response.StatusCode, body)
                ?? throw new PayproUnknownOutcomeException($"The gateway answered {(int)response.StatusCode} without an answer that can be read.");
        }
        catch (HttpRequestException error)
        {
            throw new PayproUnknownOutcomeException("The gateway could not be reached, or its answer was cut.", error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new PayproUnknownOutcomeException("The gateway did not answer in time.", error);
        }
    }

    private HttpRequestMessage Sign(Uri address, IReadOnlyDictionary<string, string?> members)
    {
        var now = time.GetUtcNow();
        var sent = new Dictionary<string, string?>(members.Where(member => !string.IsNullOrEmpty(member.Value)), StringComparer.Ordinal);
        sent.TryAdd("timestamp", now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        if (algorithm == SigningAlgorithm.Md5)
        {
            sent["sign"] = Md5Signature.Compute(sent, secret);
        }

        var body = Write(sent);
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("merchantNo", merchantNo);
        if (algorithm == SigningAlgorithm.HmacSha256)
        {
            request.Headers.Add(
                HmacSignature.HeaderName,
                HmacSignature.Header(HmacSignature.Request, address.AbsolutePath, merchantNo, now.ToUnixTimeSeconds(), body, secret));
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

/// <summary>We cannot know what became of a call. See <see cref="PayproClient.CallAsync"/> for what to do.</summary>
public sealed class PayproUnknownOutcomeException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An answer of the gateway.</summary>
/// <param name="HttpStatus">200 for accepted and refused calls; 404, 429, 503 … for what went wrong around them.</param>
/// <param name="Code">One of <see cref="ResponseCode"/>.</param>
/// <param name="Message"><c>success</c>, or the sentence that says what to mend.</param>
/// <param name="Data">The answer's <c>data</c>.</param>
public sealed record PayproResponse(HttpStatusCode HttpStatus, string Code, string Message, JsonElement Data)
{
    /// <summary>Whether the call was accepted. It says nothing of the order's result, which is <c>data.status</c>.</summary>
    public bool IsAccepted => HttpStatus == HttpStatusCode.OK && Code == ResponseCode.Accepted;

    /// <summary>The text of a member of <see cref="Data"/>; null when it is not there. Numbers come as they were written.</summary>
    public string? this[string name] =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    internal static PayproResponse? Read(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                ? new PayproResponse(
                    status,
                    code.GetString()!,
                    root.TryGetProperty("msg", out var message) ? message.ToString() : "",
                    root.TryGetProperty("data", out var data) ? data.Clone() : default)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
