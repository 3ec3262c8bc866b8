namespace Paypro.Server.Platform;

/// <summary>Whose address a call comes from when a proxy stands in front.</summary>
internal static class ForwardedCallers
{
    /// <summary>Believes the proxies that are named. Where none is and one seems to be there, it says so once: all its callers share what one address may ask.</summary>
    /// <exception cref="BadSettingException">Not addresses or networks.</exception>
    public static void UseForwardedCallers(this WebApplication app, PayproOptions options)
    {
        if (RateLimits.Forwarding(options) is { } forwarding)
        {
            app.UseForwardedHeaders(forwarding);
            return;
        }

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Paypro.ForwardedCallers");
        var told = 0;
        app.Use((http, next) =>
        {
            if (Volatile.Read(ref told) == 0 && http.Request.Headers.ContainsKey("X-Forwarded-For") && Interlocked.Exchange(ref told, 1) == 0)
            {
                log.LogWarning(
                    "A request came with X-Forwarded-For and no proxy is named, so the header is not believed: all callers behind a proxy count as one address. "
                    + "If a proxy of yours stands in front, name it in Paypro__KnownProxies; this is said once");
            }

            return next(http);
        });
    }
}
