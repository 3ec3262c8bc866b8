using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;
using Paypro.Protocol;

namespace Paypro.Server.MerchantApi;

/// <summary>What a call must be as HTTP before its body is looked at.</summary>
internal static class CallShape
{
    public static ApiAnswer.Http TooLong => new(StatusCodes.Status413PayloadTooLarge, "body: must be at most 16 KiB");

    /// <returns>Null for a call that may be read.</returns>
    public static ApiAnswer.Http? Unfit(HttpContext http)
    {
        var request = http.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            http.Response.Headers.Allow = "POST";
            return new(StatusCodes.Status405MethodNotAllowed, "method: must be POST");
        }

        // Clients of the original may leave the type out; another type than JSON is a mistake.
        if (request.ContentType is { Length: > 0 } type && !IsJson(type))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "Content-Type: must be application/json");
        }

        // Nothing is unpacked here: a packed body could grow beyond every limit, and the signature is over what was sent.
        if (request.Headers.ContentEncoding is { Count: > 0 } coding && coding.Any(c => !"identity".Equals(c, StringComparison.OrdinalIgnoreCase)))
        {
            return new(StatusCodes.Status415UnsupportedMediaType, "Content-Encoding: must be left out; bodies are taken unpacked");
        }

        return request.ContentLength > FlatBody.MaxBytes ? TooLong : null;
    }

    /// <summary>The names that the WHATWG's encoding standard and IANA give UTF-8.</summary>
    private static readonly FrozenSet<string> Utf8Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "utf-8", "utf8", "csUTF8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8");

    /// <summary><c>application/json</c>, with UTF-8 if it names a character set: in another one the signature would be over other bytes.</summary>
    private static bool IsJson(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var media)
        && media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (media.Charset.Length == 0 || Utf8Names.Contains(HeaderUtilities.RemoveQuotes(media.Charset).ToString()));

    /// <summary>Reads a body, and one byte more than allowed of one that is too long.</summary>
    public static async ValueTask<int> ReadAsync(HttpContext http, byte[] buffer)
    {
        var length = 0;
        while (length <= FlatBody.MaxBytes)
        {
            var read = await http.Request.Body.ReadAsync(buffer.AsMemory(length, FlatBody.MaxBytes + 1 - length), http.RequestAborted);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }
}
