using System.Net;
using OpenTelemetry.Metrics;

namespace Paypro.Server.Platform;

/// <summary>Serves <c>/metrics</c>, and nothing else, where nobody else is served.</summary>
internal sealed class MetricsPort(IPEndPoint at, MeterProvider meters) : IHostedService, IAsyncDisposable
{
    /// <summary>Whoever collects needs one or two.</summary>
    private const int Connections = 16;

    private WebApplication? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = Connections;
            kestrel.Listen(at);
        });
        _server = builder.Build();
        _server.UseOpenTelemetryPrometheusScrapingEndpoint(meters, static call => call.Request.Path == "/metrics", null, null, null);
        _server.Run(static call =>
        {
            call.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        try
        {
            await _server.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            throw new BadSettingException($"Paypro__Metrics: {error.Message}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
