using System.Globalization;
using System.Net;
using Paypro.Server.Platform;

namespace Paypro.Server.Notifications;

/// <summary>Where notifications of this installation may go, beyond what <see cref="AddressGuard"/> refuses everywhere.</summary>
/// <param name="AllowsLoopback">Whether this machine itself may be called; asked at every connection.</param>
/// <param name="Denied">The operator's own networks, which may have public addresses.</param>
/// <param name="Ports">Ranges of ports that are allowed, first and last.</param>
internal sealed record Receivers(Func<bool> AllowsLoopback, IReadOnlyList<IPNetwork> Denied, IReadOnlyList<(int First, int Last)> Ports)
{
    /// <summary>What HTTP is served on, and what no privilege is needed for: below 1024 are the services of machines, mail and logins among them.</summary>
    public const string LivePorts = "80,443,1024-65535";

    /// <summary>A sandbox sends to any port.</summary>
    public const string SandboxPorts = "1-65535";

    /// <summary>Reads the settings; this machine may be called only where they say so.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="isSandbox">Decides which ports are allowed where none are set.</param>
    /// <exception cref="BadSettingException">No networks or no ports.</exception>
    public static Receivers From(NotificationOptions options, bool isSandbox) => new(
        () => options.AllowLoopback ?? false,
        [.. options.DeniedNetworks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Network)],
        [.. (options.Ports ?? (isSandbox ? SandboxPorts : LivePorts)).Split(',', StringSplitOptions.TrimEntries).Select(Range)]);

    /// <summary>Why nothing may be sent there.</summary>
    /// <param name="to">Where a connection would go; as resolved, never as written in a URL.</param>
    /// <returns>Ends "the address is …"; null when it is allowed.</returns>
    public string? Refusal(IPEndPoint to)
    {
        var address = to.Address.IsIPv4MappedToIPv6 ? to.Address.MapToIPv4() : to.Address;
        return AddressGuard.Refusal(address, AllowsLoopback())
            ?? (Denied.Any(network => network.Contains(address)) ? "in a network that the operator closed" : null)
            ?? (Ports.Any(range => to.Port >= range.First && to.Port <= range.Last) ? null : "on a port that is closed for notifications");
    }

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new BadSettingException($"Paypro__Notifications__DeniedNetworks: '{text}' is no IP address or network such as 10.0.0.0/8.");

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && Port(ends[0]) is { } first && Port(ends[^1]) is { } last && first <= last
            ? (first, last)
            : throw new BadSettingException($"Paypro__Notifications__Ports: '{text}' is no port or range of ports such as 1024-65535.");
    }

    private static int? Port(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;
}
