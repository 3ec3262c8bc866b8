using System.Net;
using System.Net.Sockets;

namespace Paypro.Server.Merchants;

/// <summary>The addresses from which a merchant's calls are taken.</summary>
internal sealed class AllowList(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>The most lines that a list may have.</summary>
    public const int Most = 50;

    /// <summary>A network of fewer fixed bits is no list any more.</summary>
    private const int FewestBits4 = 8, FewestBits6 = 16;

    public bool Contains(IPAddress? address) => address is not null && Plain(address) is var plain && networks.Any(network => network.Contains(plain));

    /// <summary>Reads a merchant's lines. One that cannot be read lets nobody in, and does not open the list.</summary>
    /// <returns>Null where there are none.</returns>
    public static AllowList? Read(long merchantNo, IEnumerable<string> lines, List<ConfigurationProblem> problems)
    {
        List<IPNetwork>? read = null;
        foreach (var line in lines)
        {
            read ??= [];
            if (Parse(line) is { } network)
            {
                read.Add(network);
            }
            else
            {
                problems.Add(new("allow-list", $"{merchantNo}/{line}", $"'{line}' of merchant {merchantNo}'s allow-list is no address or network; nobody is let in by it."));
            }
        }

        return read is null ? null : new AllowList(read);
    }

    /// <summary>A line as it is stored.</summary>
    /// <returns>The normal form, or a sentence that says what to mend.</returns>
    public static (string? Network, string? Problem) Normal(string typed) =>
        Parse(typed) is not { } network ? (null, "Give an address such as 203.0.113.7, or a network such as 203.0.113.0/24 that begins with its first address.")
        : network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? FewestBits4 : FewestBits6)
            ? (null, "This network is too large to limit anything.")
            : (network.ToString(), null);

    /// <summary>Only what is written in full: "10" and "010.0.0.1" are addresses to some programs, and others than one thinks.</summary>
    private static IPNetwork? Parse(string text)
    {
        text = text.Trim();
        if (IPAddress.TryParse(text, out var address))
        {
            address = Plain(address);
            return !text.Contains('%', StringComparison.Ordinal) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text)
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : null;
        }

        return IPNetwork.TryParse(text, out var network) && !network.BaseAddress.IsIPv4MappedToIPv6
            && (network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 || network.ToString() == text) ? network : null;
    }

    /// <summary>A dual-mode socket shows IPv4 addresses in their IPv6 form.</summary>
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
