using System.Net.Mime;

namespace Paypro.Server.Screens;

/// <summary>A file of somebody else's: saved, never shown as a page of ours.</summary>
internal sealed class DownloadAnswer(string name, string type, byte[] content) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ScreenAnswer<Said>.Guard(httpContext.Response);
        httpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        httpContext.Response.Headers.ContentDisposition = new ContentDisposition { DispositionType = DispositionTypeNames.Attachment, FileName = AsciiOf(name) }.ToString();
        httpContext.Response.ContentType = type;
        await httpContext.Response.Body.WriteAsync(content, httpContext.RequestAborted);
    }

    private static string AsciiOf(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
}

/// <summary>A file that a form brought.</summary>
internal sealed record UploadedFile(string Name, byte[] Content)
{
    /// <returns>The first file; null when there is none or it is empty.</returns>
    public static async Task<UploadedFile?> ReadAsync(IFormFileCollection files)
    {
        if (files.Count == 0 || files[0].Length == 0)
        {
            return null;
        }

        using var content = new MemoryStream();
        await files[0].CopyToAsync(content);
        return new UploadedFile(files[0].FileName, content.ToArray());
    }
}
