using System.Buffers;
using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.MerchantApi;

/// <summary>Turns an answer into HTTP, in one place. Status 200 for what was accepted, refused or failed, as in the original.</summary>
internal static class AnswerWriter
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    /// <param name="http">The request to answer.</param>
    /// <param name="answer">What to say.</param>
    /// <param name="country">Shapes the data; null for refusals before the country was known.</param>
    /// <param name="operation">Shapes the data.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static Task WriteAsync(HttpContext http, ApiAnswer answer, Country? country, Operation? operation, long nowMs)
    {
        var response = http.Response;
        if (answer is ApiAnswer.InDoubt)
        {
            response.StatusCode = StatusCodes.Status504GatewayTimeout;
            return Task.CompletedTask;
        }

        var buffer = s_buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var quoted = operation?.QuotesEnvelope ?? false;
        switch (answer)
        {
            case ApiAnswer.Order order:
                ResponseWriter.WriteOrder(buffer, country!, operation!, order.View, nowMs);
                break;
            case ApiAnswer.Balance balance:
                ResponseWriter.WriteBalance(buffer, country!, operation!, balance.View, nowMs);
                break;
            case ApiAnswer.Facts facts:
                ResponseWriter.WriteFacts(buffer, operation!, facts.View, nowMs);
                break;
            case ApiAnswer.Done:
                Envelope.WriteDone(buffer, nowMs);
                break;
            case ApiAnswer.Refused refused:
                Envelope.WriteRefused(buffer, ResponseCode.Refused, refused.Sentence, nowMs, quoted);
                break;
            case ApiAnswer.Failed failed:
                Envelope.WriteRefused(buffer, ResponseCode.Failed, failed.Sentence, nowMs, quoted);
                break;
            case ApiAnswer.Http other:
                response.StatusCode = other.Status;
                if (other.RetryAfterS > 0)
                {
                    response.Headers.RetryAfter = other.RetryAfterS.ToString(CultureInfo.InvariantCulture);
                }

                Envelope.WriteRefused(buffer, other.Code, other.Sentence, nowMs, quoted);
                break;
        }

        response.ContentType = "application/json;charset=UTF-8";
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);
        return response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
    }
}
