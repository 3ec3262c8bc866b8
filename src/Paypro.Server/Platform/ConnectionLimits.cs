using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Paypro.Server.Platform;

/// <summary>
/// How many connections callers may hold. All together: what the process can have open. One address: half of that, since many payers can share one;
/// a proxy that is named brings everybody and is not counted.
/// </summary>
internal sealed class ConnectionLimits(Descriptors descriptors, PayproOptions options)
{
    /// <summary>How long a connection may rest between two requests: longer than load balancers keep one, so that they do not send into a closed one.</summary>
    private static readonly TimeSpan RestsAtMost = TimeSpan.FromSeconds(75);

    private readonly Places<CallerAddress> _places = new(descriptors.Connections, descriptors.ConnectionsOfAddress);
    private readonly Microsoft.AspNetCore.Builder.ForwardedHeadersOptions? _forwarding = RateLimits.Forwarding(options);

    public static void Configure(KestrelServerOptions kestrel)
    {
        var limits = kestrel.ApplicationServices.GetRequiredService<ConnectionLimits>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = RestsAtMost;
        kestrel.Limits.MaxConcurrentConnections = kestrel.ApplicationServices.GetRequiredService<Descriptors>().Connections;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => limits.RunAsync(connection, next)));
    }

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || IsProxy(address))
        {
            await next(connection);
            return;
        }

        var from = CallerAddress.Of(address);
        if (!_places.Enter(from))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            _places.Leave(from);
        }
    }

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _forwarding is not null && (_forwarding.KnownProxies.Contains(plain) || _forwarding.KnownIPNetworks.Any(n => n.Contains(plain)));
    }
}
