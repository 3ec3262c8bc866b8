using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Paypro.Server.Platform;

/// <summary>
/// Who calls, as a number to count by: an IPv4 address by itself, an IPv6 address by its first 64 bits, since one customer has
/// all that share them. It is the address of the connection; what a header says counts only from a proxy that the operator
/// named (<see cref="PayproOptions.KnownProxies"/>).
/// </summary>
internal readonly record struct CallerAddress(UInt128 Value)
{
    public static CallerAddress Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return default;
        }

        if (length == 4)
        {
            return new(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        // A dual-mode socket shows IPv4 addresses in their IPv6 form.
        return address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true }
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new(new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes), 0));
    }
}
