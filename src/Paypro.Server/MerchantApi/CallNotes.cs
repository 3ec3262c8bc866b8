using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Calls;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Route = Paypro.Protocol.Countries.Route;

namespace Paypro.Server.MerchantApi;

/// <summary>Hands a call that was answered to the log of its merchant, where the log takes it.</summary>
internal sealed class CallNotes(CallLog log, SnapshotStore snapshots, IdSource ids, TimeProvider time)
{
    private const int LongestHeader = 256;

    /// <param name="http">The call.</param>
    /// <param name="answer">What it was answered.</param>
    /// <param name="proved">Whose key had signed it; null for nobody's.</param>
    /// <param name="route">What its path means; null for nothing.</param>
    /// <param name="operation">The merchant's; null where nobody had signed it.</param>
    /// <param name="raw">Its body, as far as it was read.</param>
    /// <param name="began">When it came, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    public void Note(HttpContext http, ApiAnswer answer, Merchant? proved, Route? route, Operation? operation, ReadOnlySpan<byte> raw, long began)
    {
        var accepted = answer is ApiAnswer.Order or ApiAnswer.Balance or ApiAnswer.Facts or ApiAnswer.Done;
        if (proved is not null && !(accepted ? log.TakesAccepted(proved.No, operation!.Kind) : log.TakesFault(proved.No)))
        {
            return;
        }

        var named = http.Request.Headers["merchantNo"];
        var merchant = proved ?? (named.Count > 0 ? snapshots.Newest?.MerchantsByNo.GetValueOrDefault(named[0] ?? "") : null);
        if (merchant is null || (proved is null && !log.TakesUnproved(CallerAddress.Of(http.Connection.RemoteIpAddress), merchant.No)))
        {
            return;
        }

        log.Add(new CallEntry(ids.Next(), merchant, Outcome(http, answer))
        {
            Operation = operation ?? route?.For(merchant.Country),
            HasRoute = route is not null,
            Path = http.Request.Path.Value ?? "",
            Address = Plain(http.Connection.RemoteIpAddress),
            Headers = new CallHeaders(named.Count == 1, Cut(http.Request.Headers["sign"].ToString()), Cut(http.Request.Headers[HmacSignature.HeaderName].ToString())),
            Body = raw.Length <= FlatBody.MaxBytes ? raw.ToArray() : [],
            Proved = proved is not null,
            AtMs = time.NowMs(),
            TookMs = (int)Math.Min(int.MaxValue, time.GetElapsedTime(began).TotalMilliseconds),
        });
    }

    private static CallOutcome Outcome(HttpContext http, ApiAnswer answer) => answer switch
    {
        ApiAnswer.Refused refused => new(ResponseCode.Refused, 200, refused.Sentence, CallFault.Refused),
        ApiAnswer.Failed failed => new(ResponseCode.Failed, 200, failed.Sentence, CallFault.Failed),
        ApiAnswer.InDoubt => new("", StatusCodes.Status504GatewayTimeout, "", CallFault.InDoubt),
        ApiAnswer.Http other => new(other.Code, (short)other.Status, other.Sentence, FaultOf(other)),
        _ => new(ResponseCode.Accepted, (short)http.Response.StatusCode, "", CallFault.None),
    };

    private static CallFault FaultOf(ApiAnswer.Http answer) => answer.Status switch
    {
        StatusCodes.Status403Forbidden => answer.Sentence.StartsWith("address:", StringComparison.Ordinal) ? CallFault.Address : CallFault.Time,
        StatusCodes.Status404NotFound => CallFault.Path,
        StatusCodes.Status405MethodNotAllowed => CallFault.Method,
        StatusCodes.Status413PayloadTooLarge => CallFault.TooLong,
        StatusCodes.Status415UnsupportedMediaType => CallFault.ContentType,
        StatusCodes.Status429TooManyRequests => CallFault.TooOften,
        StatusCodes.Status503ServiceUnavailable => CallFault.Busy,
        _ => CallFault.Refused,
    };

    private static string Plain(System.Net.IPAddress? address) => address is null ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static string Cut(string text) => text.Length <= LongestHeader ? text : text[..LongestHeader];
}
