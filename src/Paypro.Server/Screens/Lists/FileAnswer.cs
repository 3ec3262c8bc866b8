using Microsoft.AspNetCore.Http.Features;

namespace Paypro.Server.Screens.Lists;

/// <summary>A list as a file to keep, written while it is read. A reader who goes away ends it.</summary>
/// <param name="file">Its form; disposed here.</param>
/// <param name="name">Of the file.</param>
/// <param name="parts">The columns alone, then the rows in parts.</param>
/// <param name="ended">Called once, whatever happened.</param>
internal sealed class FileAnswer(ListFile file, string name, IAsyncEnumerable<ShownList> parts, Action ended) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await using (file)
            {
                await WriteAsync(httpContext);
            }
        }
        finally
        {
            ended();
        }
    }

    private async Task WriteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = file.ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        ScreenAnswer<Said>.Guard(response);

        // The writer of workbooks ends its file with a few bytes that it does not write asynchronously.
        httpContext.Features.Get<IHttpBodyControlFeature>()?.AllowSynchronousIO = true;
        var (begun, rows) = (false, 0);
        await foreach (var part in parts.WithCancellation(httpContext.RequestAborted))
        {
            if (!begun)
            {
                await file.BeginAsync(part, response.Body, httpContext.RequestAborted);
                begun = true;
                continue;
            }

            var room = ListFile.MostRows - rows;
            await file.AddAsync(part.Rows.Count <= room ? part : part with { Rows = [.. part.Rows.Take(room)] }, httpContext.RequestAborted);
            rows += part.Rows.Count;
            if (rows >= ListFile.MostRows)
            {
                break;
            }
        }

        await file.EndAsync(httpContext.RequestAborted);
    }
}
