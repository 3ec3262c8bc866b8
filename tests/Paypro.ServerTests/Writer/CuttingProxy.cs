using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paypro.ServerTests.Writer;

/// <summary>What a connection is cut around.</summary>
internal enum CutAt
{
    Nothing,

    /// <summary>The COMMIT of a batch.</summary>
    Commit,

    /// <summary>The insert that asks for a batch's fate.</summary>
    Probe,

    /// <summary>The insert that claims movements.</summary>
    Claim,
}

/// <summary>Where a connection is cut.</summary>
internal enum Cut
{
    No,

    /// <summary>The server never hears of the COMMIT, or of the probe.</summary>
    BeforeCommit,

    /// <summary>The server commits, or the probe is inserted and committed; the reply is lost.</summary>
    BeforeReply,

    /// <summary>The client loses its connection at once, the server hears the COMMIT a little later, while it is being asked about.</summary>
    CommitLate,

    /// <summary>The COMMIT stands still on its way for four seconds, with all its locks, and then arrives.</summary>
    Stall,
}

/// <summary>
/// Stands between a client and PostgreSQL and understands just enough of the protocol to lose the reply to a COMMIT or to a probe for its
/// fate, which no amount of killing does reliably. It cuts only connections whose start-up message has the mark.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly IPEndPoint _server;
    private readonly byte[] _mark;
    private readonly Func<CutAt, Cut> _choose;
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentDictionary<(CutAt, Cut), int> _counts = [];

    /// <param name="serverPort">On 127.0.0.1.</param>
    /// <param name="mark">Text in the start-up message of the connections to cut.</param>
    /// <param name="choose">Asked once for every COMMIT and for every probe, by one connection at a time.</param>
    public CuttingProxy(int serverPort, string mark, Func<CutAt, Cut> choose)
    {
        (_server, _mark, _choose) = (new IPEndPoint(IPAddress.Loopback, serverPort), Encoding.ASCII.GetBytes(mark), choose);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many COMMITs or probes met this fate.</summary>
    public int Count(CutAt at, Cut cut) => _counts.GetValueOrDefault((at, cut));

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
        var statements = new Dictionary<string, CutAt>(StringComparer.Ordinal);
        var start = await ReadAsync(from, letters: 0);
        while (start is not null && !(start[4] == 0 && start[5] == 3))
        {
            // Before it starts, a client may ask for encryption.
            await to.WriteAsync(start, _closing.Token);
            start = await ReadAsync(from, letters: 0);
        }

        if (start is null)
        {
            return;
        }

        await to.WriteAsync(start, _closing.Token);
        var marked = start.AsSpan().IndexOf(_mark) >= 0;
        while (await ReadAsync(from, letters: 1) is { } message)
        {
            var at = marked ? Look(message, statements) : CutAt.Nothing;
            var cut = at == CutAt.Nothing ? Cut.No : Choose(at);
            if (cut == Cut.BeforeCommit)
            {
                client.Close();
                return;
            }

            // A prepared statement is executed by the messages behind this one, up to the synchronisation.
            var all = new List<byte[]> { message };
            while (cut != Cut.No && all[^1][0] is not ((byte)'Q' or (byte)'S') && await ReadAsync(from, letters: 1) is { } next)
            {
                all.Add(next);
            }

            if (cut is Cut.BeforeReply or Cut.CommitLate)
            {
                client.Close();
            }

            if (cut is Cut.CommitLate or Cut.Stall)
            {
                await Task.Delay(cut == Cut.Stall ? TimeSpan.FromSeconds(4) : TimeSpan.FromMilliseconds(40), TimeProvider.System, _closing.Token);
            }

            foreach (var one in all)
            {
                await to.WriteAsync(one, _closing.Token);
            }

            if (cut is Cut.BeforeReply or Cut.CommitLate)
            {
                return;
            }
        }
    }

    /// <summary>One message with its letter, if it has one, and its length; null at the end.</summary>
    private async Task<byte[]?> ReadAsync(NetworkStream from, int letters)
    {
        var head = new byte[letters + 4];
        if (await from.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, _closing.Token) < head.Length)
        {
            return null;
        }

        var message = new byte[letters + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(letters))];
        head.CopyTo(message, 0);
        await from.ReadExactlyAsync(message.AsMemory(head.Length), _closing.Token);
        return message;
    }

    private Cut Choose(CutAt at)
    {
        lock (_listener)
        {
            var cut = _choose(at);
            _counts.AddOrUpdate((at, cut), 1, (_, count) => count + 1);
            return cut;
        }
    }

    /// <summary>What a simple query says, or the binding of a statement that was parsed before.</summary>
    /// <param name="message">From the client.</param>
    /// <param name="statements">Those of this connection that are looked for, by name; kept up to date.</param>
    private static CutAt Look(byte[] message, Dictionary<string, CutAt> statements)
    {
        var (first, second) = Texts(message.AsSpan(5));
        switch (message[0])
        {
            case (byte)'Q':
                return Kind(first);
            case (byte)'P':
                statements[first] = Kind(second);
                return CutAt.Nothing;
            case (byte)'B':
                return statements.GetValueOrDefault(second);
            default:
                return CutAt.Nothing;
        }
    }

    private static CutAt Kind(string statement) => statement == "COMMIT" ? CutAt.Commit
        : statement.StartsWith("INSERT INTO batches", StringComparison.Ordinal) && statement.EndsWith("ON CONFLICT DO NOTHING", StringComparison.Ordinal) ? CutAt.Probe
        : statement.StartsWith("INSERT INTO rail_movements", StringComparison.Ordinal) ? CutAt.Claim
        : CutAt.Nothing;

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
