using System.Net;
using System.Net.Sockets;

namespace Paypro.Server.Notifications;

/// <summary>
/// Says which addresses a notification may go to: public unicast ones. A merchant chooses the host name, and must not reach
/// through it what only this machine can reach. Source of the ranges: IANA's special-purpose registries for IPv4 and
/// IPv6, and the one public address behind which a cloud (Azure) answers its own machines.
/// </summary>
internal static class AddressGuard
{
    private static readonly (IPNetwork Range, string Why)[] Forbidden4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("10.0.0.0/8"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "shared by a carrier's customers"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's own service"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"),
        (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "reserved for protocols"),
        (IPNetwork.Parse("192.0.2.0/24"), "for documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "a tunnel relay"),
        (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("198.18.0.0/15"), "for benchmarks"),
        (IPNetwork.Parse("198.51.100.0/24"), "for documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "for documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved or broadcast"),
    ];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>Inside the global range and still not for us; tunnels are refused whole, since they can carry any IPv4 address.</summary>
    private static readonly (IPNetwork Range, string Why)[] Forbidden6 =
    [
        (IPNetwork.Parse("2001::/23"), "reserved for protocols and tunnels"),
        (IPNetwork.Parse("2001:db8::/32"), "for documentation"),
        (IPNetwork.Parse("2002::/16"), "a 6to4 tunnel"),
        (IPNetwork.Parse("3fff::/20"), "for documentation"),
    ];

    /// <summary>Why nothing may be sent to an address.</summary>
    /// <param name="address">Where a connection would go; as resolved, never as written in a URL.</param>
    /// <param name="allowLoopback">Whether this machine itself is allowed (<c>Paypro__Notifications__AllowLoopback</c>).</param>
    /// <returns>Null when it is allowed.</returns>
    public static string? Refusal(IPAddress address, bool allowLoopback)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (IPAddress.IsLoopback(address))
        {
            return allowLoopback ? null : "this machine";
        }

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => Why(Forbidden4, address),
            AddressFamily.InterNetworkV6 when !Global6.Contains(address) => "not a public IPv6 address",
            AddressFamily.InterNetworkV6 => Why(Forbidden6, address),
            _ => "not an internet address",
        };
    }

    private static string? Why((IPNetwork Range, string Why)[] forbidden, IPAddress address)
    {
        foreach (var (range, why) in forbidden)
        {
            if (range.Contains(address))
            {
                return why;
            }
        }

        return null;
    }
}
