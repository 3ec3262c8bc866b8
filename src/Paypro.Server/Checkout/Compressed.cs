using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Paypro.Server.Checkout;

/// <summary>
/// Text as a browser wants it: Brotli, gzip or plain. The page's secrets are in its own address and nobody else can put text of his
/// choice beside them, so compression tells nobody anything (no BREACH).
/// </summary>
internal static class Compressed
{
    /// <summary>Writes a body in the best encoding that the request accepts.</summary>
    /// <param name="context">The request and its answer, whose other headers are set already.</param>
    /// <param name="body">Plain.</param>
    public static async Task WriteAsync(HttpContext context, byte[] body)
    {
        var encoding = Choose(context.Request);
        var bytes = encoding is null ? body : Encode(body, encoding, CompressionLevel.Fastest);
        await WriteAsync(context, bytes, encoding);
    }

    /// <summary>Writes a body that was encoded before.</summary>
    public static async Task WriteAsync(HttpContext context, byte[] bytes, string? encoding)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (encoding is not null)
        {
            context.Response.Headers.ContentEncoding = encoding;
        }

        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary><c>br</c>, <c>gzip</c> or null.</summary>
    public static string? Choose(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Takes("br") ? "br" : Takes("gzip") ? "gzip" : null;

        bool Takes(string name) => accepted.Any(a => a.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && a.Quality != 0);
    }

    public static byte[] Encode(byte[] body, string encoding, CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = encoding == "br" ? new BrotliStream(bytes, level) : new GZipStream(bytes, level))
        {
            stream.Write(body);
        }

        return bytes.ToArray();
    }
}
