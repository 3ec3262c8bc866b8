using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paypro.ServerTests.Writer;

/// <summary>Where a connection is cut.</summary>
internal enum Cut
{
    No,

    /// <summary>The server never hears of the COMMIT.</summary>
    BeforeCommit,

    /// <summary>The server commits, its reply is lost.</summary>
    BeforeReply,

    /// <summary>The client loses its connection at once, the server hears the COMMIT a little later, while it is being asked about.</summary>
    CommitLate,

    /// <summary>The COMMIT stands still on its way for four seconds, with all its locks, and then arrives.</summary>
    Stall,
}

/// <summary>
/// Stands between a client and PostgreSQL and understands just enough of the protocol to lose the reply to a COMMIT, which no
/// amount of killing does reliably. It cuts only connections whose start-up message has the mark.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly IPEndPoint _server;
    private readonly byte[] _mark;
    private readonly Func<Cut> _choose;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentDictionary<Cut, int> _counts = [];

    /// <param name="serverPort">On 127.0.0.1.</param>
    /// <param name="mark">Text in the start-up message of the connections to cut.</param>
    /// <param name="choose">Asked once for every COMMIT, by one connection at a time.</param>
    public CuttingProxy(int serverPort, string mark, Func<Cut> choose)
    {
        (_server, _mark, _choose) = (new IPEndPoint(IPAddress.Loopback, serverPort), Encoding.ASCII.GetBytes(mark), choose);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many COMMITs met this fate.</summary>
    public int Count(Cut cut) => _counts.GetValueOrDefault(cut);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closing.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server, _closing.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                var (fromClient, fromServer) = (client.GetStream(), server.GetStream());
                var replies = ReturnAsync(fromServer, client);
                await ForwardAsync(client, fromClient, fromServer);
                server.Client.Shutdown(SocketShutdown.Send);
                await replies;
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side is gone, and so is the other with the end of this method.
            }
        }
    }

    /// <summary>A server that has gone takes its client's connection with it, as it does without anybody between.</summary>
    private async Task ReturnAsync(NetworkStream fromServer, TcpClient client)
    {
        try
        {
            await fromServer.CopyToAsync(client.GetStream(), _closing.Token);
        }
        finally
        {
            client.Close();
        }
    }

    private async Task ForwardAsync(TcpClient client, NetworkStream from, NetworkStream to)
    {
        var marked = false;
        var commits = new HashSet<string>(StringComparer.Ordinal);
        var head = new byte[5];
        for (var started = false; ;)
        {
            // Before it has started, a client's messages have no letter.
            var letters = started ? 1 : 0;
            if (await from.ReadAtLeastAsync(head.AsMemory(0, letters + 4), letters + 4, throwOnEndOfStream: false, _closing.Token) < letters + 4)
            {
                return;
            }

            var message = new byte[letters + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(letters))];
            head.AsSpan(0, letters + 4).CopyTo(message);
            await from.ReadExactlyAsync(message.AsMemory(letters + 4), _closing.Token);
            if (!started && message[4] == 0 && message[5] == 3)
            {
                (started, marked) = (true, message.AsSpan().IndexOf(_mark) >= 0);
            }

            var cut = marked && IsCommit(message, commits) ? Choose() : Cut.No;
            switch (cut)
            {
                case Cut.No:
                    await to.WriteAsync(message, _closing.Token);
                    break;
                case Cut.BeforeCommit:
                    client.Close();
                    return;
                case Cut.BeforeReply:
                    client.Close();
                    await to.WriteAsync(message, _closing.Token);
                    return;
                case Cut.Stall:
                    await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, _closing.Token);
                    await to.WriteAsync(message, _closing.Token);
                    break;
                case Cut.CommitLate:
                    client.Close();
                    await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, _closing.Token);
                    await to.WriteAsync(message, _closing.Token);
                    return;
            }
        }
    }

    private Cut Choose()
    {
        lock (_listener)
        {
            var cut = _choose();
            _counts.AddOrUpdate(cut, 1, (_, count) => count + 1);
            return cut;
        }
    }

    /// <summary>A simple query that says COMMIT, or the binding of a statement that was parsed from it.</summary>
    /// <param name="message">From the client.</param>
    /// <param name="commits">The names of such statements on this connection, which is kept up to date.</param>
    private static bool IsCommit(byte[] message, HashSet<string> commits)
    {
        var (first, second) = Texts(message.AsSpan(5));
        switch (message[0])
        {
            case (byte)'Q':
                return first == "COMMIT";
            case (byte)'P' when second == "COMMIT":
                commits.Add(first);
                return false;
            case (byte)'P':
                commits.Remove(first);
                return false;
            case (byte)'B':
                return commits.Contains(second);
            default:
                return false;
        }
    }

    /// <summary>The two texts that a message begins with: those of a parsing are the statement's name and text, those of a binding portal and statement.</summary>
    private static (string First, string Second) Texts(ReadOnlySpan<byte> body)
    {
        var first = body.IndexOf((byte)0);
        if (first < 0)
        {
            return ("", "");
        }

        var rest = body[(first + 1)..];
        return (Encoding.UTF8.GetString(body[..first]), Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)0))]));
    }
}
