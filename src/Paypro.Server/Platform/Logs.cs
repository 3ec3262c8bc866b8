using Microsoft.Extensions.Logging.Console;

namespace Paypro.Server.Platform;

/// <summary>
/// The log: readable lines in Development, one JSON object per line otherwise. What it must never hold (secrets, personal data, the
/// token in a payment page's address) is kept out here and not by a setting, so that turning the log up to find a fault leaks nothing.
/// </summary>
internal static class Logs
{
    /// <summary>Write whole addresses of requests, which may hold a page's token or a merchant's own key, below this level.</summary>
    private static readonly string[] TellAddresses =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing.Matching.DfaMatcher", "Microsoft.AspNetCore.Routing.EndpointRoutingMiddleware",
        "Microsoft.AspNetCore.StaticFiles.StaticFileMiddleware", "Microsoft.AspNetCore.HttpLogging", "System.Net.Http",
    ];

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        var logging = builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
        {
            logging.AddSimpleConsole();
        }
        else
        {
            logging.AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        }

        // The request's scope holds its path.
        builder.Services.PostConfigureAll<JsonConsoleFormatterOptions>(o => o.IncludeScopes = false);
        builder.Services.PostConfigureAll<SimpleConsoleFormatterOptions>(o => o.IncludeScopes = false);
        foreach (var category in (string[])["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", .. TellAddresses])
        {
            logging.AddFilter(category, LogLevel.Warning);
        }

        // A start that fails ends in one sentence, and a loop that fails logs for itself.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
