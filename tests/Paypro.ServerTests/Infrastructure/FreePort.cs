using System.Net;
using System.Net.Sockets;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// Ports for servers that must keep theirs over a restart. They lie below the range from which outgoing connections get
/// theirs, and none is given out twice, so that only a foreign program can take one in between.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int Count = 10_000;
    private static int next = Environment.ProcessId * 37 % Count;

    /// <summary>A TCP port on 127.0.0.1 where nothing listens.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref next) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException("No free port is left on 127.0.0.1.");
    }
}
