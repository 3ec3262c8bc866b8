using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paypro.UnitTests.Channels;

/// <summary>One way in which a rail answers nothing that can be understood.</summary>
/// <param name="Name">For the failed test.</param>
/// <param name="Status">The HTTP status; 0 where no whole answer comes.</param>
/// <param name="Bytes">What is sent.</param>
/// <param name="End">What happens then.</param>
public sealed record Nonsense(string Name, int Status, byte[] Bytes, NonsenseEnd End = NonsenseEnd.Close)
{
    private const string Html = "<html><body><h1>It works!</h1></body></html>";

    /// <summary>Every status that can be sent, each with an empty object.</summary>
    public static IEnumerable<Nonsense> Statuses { get; } = Enumerable.Range(100, 500).Select(status => new Nonsense($"{status} and an empty object", status, Http(status, "{}")));

    /// <summary>Answers of a broken or foreign server.</summary>
    public static IEnumerable<Nonsense> Oddities { get; } =
    [
        new("200 with HTML", 200, Http(200, Html, "text/html")),
        new("500 with HTML", 500, Http(500, Html, "text/html")),
        new("200 with nothing", 200, Http(200, "")),
        new("200 with a word", 200, Http(200, "OK", "text/plain")),
        new("200 with a list", 200, Http(200, "[]")),
        new("200 with null", 200, Http(200, "null")),
        new("200 with numbers for texts", 200, Http(200, """{"id":1,"status":2,"reference":3,"code":4,"success":5,"data":6}""")),
        new("200 with deep JSON", 200, Http(200, new string('[', 5_000) + new string(']', 5_000))),
        new("200 with bytes that are no text", 200, [.. Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"), 0xFF, 0xFE, 0xC0, 0x80]),
        new("a redirect", 302, Encoding.ASCII.GetBytes("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
        new("200 with truncated JSON", 0, Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"status\":\"su")),
        new("a length that is no number", 0, Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}")),
        new("200 with 10 MiB", 0, Http(200, "{\"text\":\"" + new string('x', 10 * 1024 * 1024) + "\"}")),
        new("no HTTP", 0, Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.6\r\n")),
        new("nothing, and closed", 0, []),
        new("a reset socket", 0, [], NonsenseEnd.Reset),
        new("half a status line, and reset", 0, Encoding.ASCII.GetBytes("HTTP/1.1 2"), NonsenseEnd.Reset),
        new("a slow drip", 0, Http(200, "{\"text\":\"" + new string('x', 1000) + "\"}"), NonsenseEnd.Drip),
        new("silence", 0, [], NonsenseEnd.Silence),
    ];

    /// <summary>An HTTP answer with its length.</summary>
    public static byte[] Http(int status, string body, string contentType = "application/json")
    {
        var hasBody = status >= 200 && status is not (204 or 304);
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Said\r\nConnection: close\r\n");
        var length = string.Create(CultureInfo.InvariantCulture, $"Content-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return Encoding.UTF8.GetBytes(head + (hasBody ? length + "\r\n" + body : "\r\n"));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What happens after a nonsense answer.</summary>
public enum NonsenseEnd
{
    /// <summary>The connection is closed.</summary>
    Close = 1,

    /// <summary>It is reset.</summary>
    Reset = 2,

    /// <summary>The bytes come one by one.</summary>
    Drip = 3,

    /// <summary>Nothing more comes, and nothing is closed.</summary>
    Silence = 4,
}

/// <summary>A rail on loopback that answers every call with the same nonsense.</summary>
public sealed class RailOfNonsense : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int calls;

    /// <summary>Listens on a free port.</summary>
    public RailOfNonsense()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>What it answers.</summary>
    public Nonsense Answer { get; set; } = new("nothing", 0, []);

    /// <summary>Calls that arrived whole.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await listener.AcceptSocketAsync(stop.Token)));
                open.RemoveAll(one => one.IsCompleted);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await ReadRequestAsync(socket);
                Interlocked.Increment(ref calls);
                var answer = Answer;
                if (answer.End == NonsenseEnd.Drip)
                {
                    foreach (var one in answer.Bytes)
                    {
                        await socket.SendAsync(new[] { one }, stop.Token);
                        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop.Token);
                    }
                }
                else
                {
                    for (var sent = 0; sent < answer.Bytes.Length;)
                    {
                        sent += await socket.SendAsync(answer.Bytes.AsMemory(sent), stop.Token);
                    }
                }

                switch (answer.End)
                {
                    case NonsenseEnd.Silence:
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
                        break;
                    case NonsenseEnd.Reset:
                        socket.LingerState = new LingerOption(true, 0);
                        break;
                    default:
                        socket.Shutdown(SocketShutdown.Both);
                        break;
                }
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The other side has had enough.
            }
        }
    }

    /// <summary>The head, and as much of a body as it says.</summary>
    private async Task ReadRequestAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, stop.Token);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var so = text.ToString();
            var head = so.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (head >= 0 && so.Length - head - 4 >= LengthIn(so[..head])))
            {
                return;
            }
        }
    }

    private static int LengthIn(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();
}
