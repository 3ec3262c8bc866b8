using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Platform;

namespace Paypro.Server.Notifications;

/// <summary>How a receiver kept up.</summary>
internal enum Pace : byte
{
    /// <summary>It answered, whatever it said.</summary>
    Prompt = 1,

    /// <summary>It answered after more than a second.</summary>
    Slow = 2,

    /// <summary>It did not answer.</summary>
    Absent = 3,
}

/// <summary>What came back for one notification.</summary>
/// <param name="Taken">200 and <c>OK</c>.</param>
/// <param name="HttpStatus">0 when there was no answer.</param>
/// <param name="Answer">The first 2 kB of the answer, or why there was none; safe to store and to show.</param>
/// <param name="Pace">How the receiver kept up.</param>
internal sealed record SendResult(bool Taken, short HttpStatus, string Answer, Pace Pace);

/// <summary>Posts one notification to a merchant and reads what it says. Never throws for what a receiver does.</summary>
internal sealed class NotificationSender : IDisposable
{
    /// <summary>Bytes of an answer that are read and kept.</summary>
    public const int AnswerBytes = 2048;

    /// <summary>From here on an answer is slow.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>The header that names a result: the same over all its tries, another one for the next result of the order and for what an operator sends again.</summary>
    public const string IdHeader = "Paypro-Notification-Id";

    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private static readonly ProductInfoHeaderValue Agent = new("Paypro", typeof(NotificationSender).Assembly.GetName().Version!.ToString(3));
    private static readonly StringWithQualityHeaderValue Unpacked = new("identity");
    private static readonly MediaTypeWithQualityHeaderValue Anything = new("*/*");
    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public NotificationSender(ResolveHost resolve, Receivers receivers, TimeSpan timeout, TimeProvider time)
        : this(new GuardedConnections(resolve, receivers, timeout, time).Handler(), timeout, time)
    {
    }

    /// <param name="handler">What carries the requests; without <see cref="GuardedConnections"/> only where nothing leaves the process.</param>
    /// <param name="timeout">How long a merchant may take to answer.</param>
    /// <param name="time">The clock.</param>
    public NotificationSender(HttpMessageHandler handler, TimeSpan timeout, TimeProvider time)
    {
        (_timeout, _time) = (timeout, time);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(Agent);
        _http.DefaultRequestHeaders.Accept.Add(Anything);
        _http.DefaultRequestHeaders.AcceptEncoding.Add(Unpacked);
    }

    /// <summary>Reads a stored <c>notifyUrl</c>.</summary>
    /// <returns>Null when nothing may be sent there.</returns>
    public static Uri? Target(string notifyUrl) =>
        Uri.TryCreate(notifyUrl, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Host.Length: > 0 } && WebAddress.HostOf(url) is not null ? url : null;

    /// <param name="url">From <see cref="Target"/>.</param>
    /// <param name="id">Of the result, for <see cref="IdHeader"/>.</param>
    /// <param name="notification">Made for this attempt.</param>
    /// <param name="cancellation">Gives up; then it throws, since nobody knows whether it was taken.</param>
    public async Task<SendResult> SendAsync(Uri url, string id, Notification notification, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(notification.Body) };
            request.Content.Headers.ContentType = Json;
            request.Headers.Add(IdHeader, id);
            if (notification.SignatureHeader is { } signature)
            {
                request.Headers.TryAddWithoutValidation(HmacSignature.HeaderName, signature);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var (answer, whole) = await ReadAsync(response, either.Token);
            var taken = response.StatusCode == HttpStatusCode.OK && whole && IsOk(answer);
            return new(taken, (short)response.StatusCode, answer, _time.GetElapsedTime(started) < SlowAfter ? Pace.Prompt : Pace.Slow);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(false, 0, $"No answer within {_timeout.TotalSeconds:0} seconds.", Pace.Absent);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return error.InnerException is AddressRefusedException refused
                ? new(false, 0, $"Not sent: the address is {refused.Why}.", Pace.Prompt)
                : new(false, 0, Reason(error), Pace.Absent);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Blanks around it, letter case and a byte order mark are forgiven; a JSON string is not, nor is another status than 200 (spec, notifications).</summary>
    public static bool IsOk(string answer) => answer.AsSpan().Trim('\uFEFF').Trim().Equals("OK", StringComparison.OrdinalIgnoreCase);

    /// <summary>An answer as text that both databases can store (<see cref="OutsideText"/>): what is no UTF-8 becomes U+FFFD as well.</summary>
    public static string Clean(ReadOnlySpan<byte> answer) => OutsideText.Lines(Encoding.UTF8.GetString(answer), AnswerBytes);

    private static async Task<(string Answer, bool Whole)> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var read = new byte[AnswerBytes + 1];
        var length = await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancellation);
        return (Clean(read.AsSpan(0, Math.Min(length, AnswerBytes))), length <= AnswerBytes);
    }

    /// <summary>Fixed sentences: messages of the network stack name hosts and paths, which do not belong in a stored answer.</summary>
    private static string Reason(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "The host name could not be resolved.",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
            "The host name could not be resolved.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "The TLS connection could not be made.",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "The connection ended before the answer.",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "The answer is not HTTP.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "The answer's headers are too long.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "No connection could be made.",
        _ => "The connection failed.",
    };
}
