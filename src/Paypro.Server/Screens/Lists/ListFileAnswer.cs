using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens.Lists;

/// <summary>A file from its parts, one after the other. One that is removed meanwhile ends in the middle, and the browser says so.</summary>
internal sealed class ListFileAnswer(IContexts contexts, ListFileRow file) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, gone) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = file.Name.EndsWith(".xlsx", StringComparison.Ordinal) ? XlsxFile.MediaType : CsvFile.MediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        ScreenAnswer<Said>.Guard(response);
        var written = 0L;
        for (var no = 0; written < file.Bytes; no++)
        {
            var part = no;
            await using var context = contexts.Create();
            if (await context.ListFileParts.AsNoTracking().Where(p => p.FileId == file.Id && p.Run == file.Run && p.No == part).Select(p => p.Content).SingleOrDefaultAsync(gone) is not { } content)
            {
                httpContext.Abort();
                return;
            }

            using var packed = new MemoryStream(content);
            await using var open = new GZipStream(packed, CompressionMode.Decompress);
            await open.CopyToAsync(response.Body, gone);
            written += content.Length;
        }
    }
}
