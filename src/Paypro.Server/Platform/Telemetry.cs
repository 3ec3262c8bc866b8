using System.Net;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Paypro.Server.Platform;

/// <summary>
/// OpenTelemetry: metrics for Prometheus at <c>/metrics</c>, and traces and metrics to an OTLP collector when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// </summary>
internal static class Telemetry
{
    /// <summary>Every room's meters begin with this.</summary>
    private const string OurMeters = "Paypro.*";

    /// <summary>Whether a setting says where the metrics are served. What is live serves them nowhere beside its other routes.</summary>
    public static bool IsPlace(string metrics, bool isSandbox) =>
        metrics == "off" || (isSandbox && metrics is "loopback" or "all") || EndPointOf(metrics) is not null;

    /// <param name="builder">The application.</param>
    /// <param name="addDatabase">Adds the database's own spans.</param>
    public static void AddTelemetry(this WebApplicationBuilder builder, Func<TracerProviderBuilder, TracerProviderBuilder> addDatabase)
    {
        var exports = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(OurMeters, "System.Runtime", "Npgsql").AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddPrometheusExporter();
            if (exports)
            {
                metrics.AddOtlpExporter();
            }
        });

        // Spans that nobody collects would cost time on every request.
        if (exports)
        {
            telemetry.WithTracing(traces => addDatabase(traces.AddSource(Tracing.Name))
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddProcessor(new SpanPaths())
                .AddOtlpExporter());
        }
    }

    /// <summary><c>/metrics</c> on a port of its own, where the setting names one.</summary>
    public static void AddMetricsPort(this IServiceCollection services, PayproOptions options)
    {
        if (EndPointOf(options.Metrics!) is { } at)
        {
            services.AddSingleton<IHostedService>(s => new MetricsPort(at, s.GetRequiredService<MeterProvider>()));
        }
    }

    /// <summary>An address with a port; null for everything else.</summary>
    private static IPEndPoint? EndPointOf(string metrics) => IPEndPoint.TryParse(metrics, out var at) && at.Port > 0 ? at : null;

    /// <summary>
    /// <c>/metrics</c> for whom the setting allows. What a proxy on this machine forwards comes from a loopback address too, but
    /// not from this machine.
    /// </summary>
    public static void UseMetrics(this WebApplication app, PayproOptions options)
    {
        if (options.Metrics is not ("loopback" or "all"))
        {
            return;
        }

        app.UseOpenTelemetryPrometheusScrapingEndpoint(call => call.Request.Path == "/metrics"
            && (options.Metrics == "all"
                || (call.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
                    && !call.Request.Headers.ContainsKey("X-Forwarded-For") && !call.Request.Headers.ContainsKey("Forwarded"))));
    }
}
