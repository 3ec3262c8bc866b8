using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Paypro.Server.Platform;

/// <summary>Where this process listens. Known only once it does, and nothing before.</summary>
internal sealed class ListenAddresses(IServer server)
{
    /// <summary>Whether nobody can call but this machine; false while it does not listen yet.</summary>
    public bool AreLoopbackAlone =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses && addresses.All(IsLoopback);

    /// <summary>A star, a plus and every other name may be any address.</summary>
    internal static bool IsLoopback(string address)
    {
        var host = BindingAddress.Parse(address).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
