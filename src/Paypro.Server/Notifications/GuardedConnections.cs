using System.Net;
using System.Net.Sockets;

namespace Paypro.Server.Notifications;

/// <summary>Resolves a host name; a literal address is its own answer. Injected, because names lie and tests must make them.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellation);

/// <summary>All addresses of a host are forbidden.</summary>
internal sealed class AddressRefusedException(string why) : Exception($"The address is {why}.")
{
    public string Why => why;
}

/// <summary>
/// Makes the connections that notifications travel on. The name is resolved here and the connection goes to exactly the address
/// that was checked, so that a name cannot change its answer between the check and the call.
/// </summary>
/// <param name="resolve">Finds a name's addresses.</param>
/// <param name="allowsLoopback">Whether this machine itself may be called; asked at every connection.</param>
/// <param name="timeout">How long a connection may take.</param>
/// <param name="time">The clock.</param>
internal sealed class GuardedConnections(ResolveHost resolve, Func<bool> allowsLoopback, TimeSpan timeout, TimeProvider time)
{
    /// <summary>A kept connection keeps its checked address; after this long it is checked anew.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Addresses of one host that are tried.</summary>
    public const int AddressesTried = 3;

    /// <summary>The system's resolver, which refuses some literal addresses itself; here each is its own answer, to be judged like any other.</summary>
    public static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var literal) ? Task.FromResult<IPAddress[]>([literal]) : Dns.GetHostAddressesAsync(host, cancellation);

    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PreAuthenticate = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = ConnectAsync,
        ConnectTimeout = timeout,
        PooledConnectionLifetime = Lifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        MaxResponseHeadersLength = 16,

        // What is longer than we read ends the connection instead of being read for nothing.
        MaxResponseDrainSize = 0,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var allowLoopback = allowsLoopback();
        var addresses = await resolve(context.DnsEndPoint.Host, cancellation);
        var allowed = Array.FindAll(addresses, a => AddressGuard.Refusal(a, allowLoopback) is null);
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new AddressRefusedException(AddressGuard.Refusal(addresses[0], allowLoopback)!);
        }

        var tried = Math.Min(allowed.Length, AddressesTried);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(allowed[i], context.DnsEndPoint.Port), timeout / tried, cancellation);
            }
            catch (Exception error) when (i + 1 < tried && error is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                // The next address of the same host.
            }
        }
    }

    private async Task<Stream> ConnectAsync(IPEndPoint end, TimeSpan within, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(end, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
