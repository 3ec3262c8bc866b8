using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Paypro.Server.Platform;

/// <summary>
/// How many connections callers may hold. All together: what the process can have open. One address: half of that, since many payers can share one;
/// a proxy that is named brings everybody and is bounded by the whole alone.
/// </summary>
internal sealed class ConnectionLimits(Descriptors descriptors, PayproOptions options)
{
    /// <summary>How long a connection may rest between two requests: longer than load balancers keep one, so that they do not send into a closed one.</summary>
    private static readonly TimeSpan RestsAtMost = TimeSpan.FromSeconds(75);

    private readonly Places<CallerAddress> _places = new(descriptors.Connections, descriptors.ConnectionsOfAddress);
    private readonly Microsoft.AspNetCore.Builder.ForwardedHeadersOptions? _forwarding = RateLimits.Forwarding(options);

    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = RestsAtMost;
    }

    /// <summary>Takes a place for a connection.</summary>
    /// <param name="caller">Its other end.</param>
    /// <returns>Gives the place back; null when there is none.</returns>
    public Action? Enter(EndPoint? caller)
    {
        var address = (caller as IPEndPoint)?.Address;
        var from = CallerAddress.Of(address);
        return _places.Enter(from, forMany: address is null || IsProxy(address)) ? () => _places.Leave(from) : null;
    }

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _forwarding is not null && (_forwarding.KnownProxies.Contains(plain) || _forwarding.KnownIPNetworks.Any(n => n.Contains(plain)));
    }
}
