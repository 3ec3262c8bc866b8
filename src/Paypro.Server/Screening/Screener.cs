using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Paypro.Protocol.Signing;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>What the screening service said.</summary>
/// <param name="Verdict">Clear, a hit, or no answer.</param>
/// <param name="Reference">Its own reference of what it found; empty when it gave none.</param>
/// <param name="Trouble">Why there is no answer, for the log.</param>
internal readonly record struct Screened(Verdict Verdict, string Reference, string Trouble = "");

/// <summary>A question to the screening service.</summary>
internal sealed record ScreeningQuestion
{
    /// <summary>The same each time that the same is asked: <c>payout:…</c>, <c>refund:…</c>, <c>withdrawal:…</c>, <c>merchant:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>payout</c>, <c>refund</c>, <c>withdrawal</c> or <c>merchant</c>.</summary>
    public required string Kind { get; init; }
    public required long MerchantNo { get; init; }
    public required string Country { get; init; }
    public long? AmountMinor { get; init; }
    public string? Currency { get; init; }

    /// <summary>Of the recipient or holder, or of the merchant.</summary>
    public string? Name { get; init; }

    /// <summary>The business that owns the merchant.</summary>
    public string? Business { get; init; }
    public string? Account { get; init; }
    public string? BankCode { get; init; }

    /// <summary>Of a withdrawal: the bank as the merchant wrote it.</summary>
    public string? Bank { get; init; }
    public string? Mobile { get; init; }
    public string? Email { get; init; }
    public string? Identity { get; init; }
    public string? IdentityType { get; init; }
}

/// <summary>
/// Asks the operator's screening service: one signed POST, answered within the time that is set, or not at all. Never throws for what the service does. Its address is
/// the operator's own setting and may be in a private network.
/// </summary>
internal sealed class Screener : IDisposable
{
    /// <summary>The purpose in the signature.</summary>
    public const string Purpose = "screening";

    private const int AnswerBytes = 4_096, LongestReference = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly ScreeningOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public Screener(PayproOptions options, TimeProvider time)
        : this(options, time, new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null, AutomaticDecompression = DecompressionMethods.None, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16, MaxResponseDrainSize = 0,
        })
    {
    }

    public Screener(PayproOptions options, TimeProvider time, HttpMessageHandler handler) =>
        (_options, _time, _http) = (options.Screening, time, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>The time that is set begins when the question leaves.</summary>
    public async Task<Screened> AskAsync(ScreeningQuestion question, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.TimeoutMs), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var url = new Uri(_options.Url);
            var body = JsonSerializer.SerializeToUtf8Bytes(question, Json);
            var key = (await File.ReadAllTextAsync(_options.KeyFile, either.Token)).Trim();
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            request.Headers.TryAddWithoutValidation(HmacSignature.HeaderName, HmacSignature.Header(Purpose, url.AbsolutePath, "", _time.NowMs() / 1000, body, Encoding.UTF8.GetBytes(key)));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode != HttpStatusCode.OK ? No($"it answered with the status {(int)response.StatusCode}") : Read(await ReadAsync(response, either.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return No($"it did not answer within {_options.TimeoutMs} ms");
        }
        catch (Exception error) when (error is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            return No("the file with its secret cannot be read");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            // Messages of the network stack name hosts and paths.
            return No(error is HttpRequestException { HttpRequestError: var kind } ? $"no connection ({kind})" : "the connection failed");
        }
    }

    public void Dispose() => _http.Dispose();

    private static Screened No(string trouble) => new(Verdict.NoAnswer, "", trouble);

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var read = new byte[AnswerBytes + 1];
        var length = await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancellation);
        return length <= AnswerBytes ? read[..length] : null;
    }

    private static Screened Read(byte[]? answer)
    {
        try
        {
            var said = answer is null ? null : JsonSerializer.Deserialize<Said>(answer, Json);
            var reference = OutsideText.Line(said?.Reference ?? "", LongestReference);
            return said?.Result switch
            {
                "clear" => new Screened(Verdict.Clear, reference),
                "hit" => new Screened(Verdict.Hit, reference),
                _ => No("it said neither clear nor hit"),
            };
        }
        catch (JsonException)
        {
            return No("its answer cannot be read");
        }
    }

    private sealed record Said(string? Result, string? Reference);
}
