using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Portals;

/// <summary>What becomes of the next form that is sent.</summary>
internal enum FormLoss
{
    None,

    /// <summary>Its node is killed before it reads the form.</summary>
    BeforeItIsRead,

    /// <summary>Its node is killed when all was done, and nobody gets the answer.</summary>
    AfterItWasDone,
}

/// <summary>One address before several nodes, as a load balancer is: requests go to them in turn, and past one that is dead.</summary>
internal sealed class NodeDoor : IAsyncDisposable
{
    private readonly ServerProcess[] _nodes;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly WebApplication _app;
    private int _turn;

    /// <summary>After a loss, until the dead node is there again: Chromium sends a form a second time by itself when its connection breaks, and the test wants to do that.</summary>
    private bool _isClosed;
    private (string Path, byte[] Body, IHeaderDictionary Headers)? _lastForm;

    private NodeDoor(ServerProcess[] nodes, int port)
    {
        _nodes = nodes;
        Address = new Uri($"http://127.0.0.1:{port}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public Uri Address { get; }

    public FormLoss Next { get; set; }

    /// <summary>Nodes that were killed so far.</summary>
    public int Killed { get; private set; }

    /// <param name="start">How a node is started.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="port">Where the door is; null takes a free one.</param>
    public static async Task<NodeDoor> StartAsync(ServerStart start, int nodes, int? port = null)
    {
        var started = await Task.WhenAll(Enumerable.Range(0, nodes).Select(_ => ServerProcess.StartAsync(start)));
        var door = new NodeDoor(started, port ?? FreePort.Take());
        await door._app.StartAsync();
        return door;
    }

    /// <summary>Starts again what was killed, and lets requests through.</summary>
    public async Task ReviveAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, _nodes.Length).Where(i => !_nodes[i].IsRunning).Select(async i =>
        {
            var start = _nodes[i].Start;
            await _nodes[i].DisposeAsync();
            _nodes[i] = await ServerProcess.StartAsync(start);
        }));
        _isClosed = false;
    }

    /// <summary>Kills every node that runs, until <see cref="ReviveAsync"/>.</summary>
    public void KillAll()
    {
        _isClosed = true;
        foreach (var node in _nodes.Where(n => n.IsRunning))
        {
            node.Kill();
            Killed++;
        }
    }

    /// <summary>What the nodes have printed since each was started last.</summary>
    public string Output => string.Join('\n', _nodes.Select(n => n.Output));

    /// <summary>Ends every node in good order.</summary>
    public Task StopNodesAsync() => Task.WhenAll(_nodes.Where(n => n.IsRunning).Select(n => n.StopAsync()));

    /// <summary>Sends the last form again, byte by byte, as a browser does that is told to reload.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SendAgainAsync()
    {
        var (path, body, headers) = _lastForm!.Value;
        using var response = await SendAsync(Alive().First(), HttpMethod.Post.Method, path, body, headers, CancellationToken.None);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private IEnumerable<ServerProcess> Alive()
    {
        var first = Interlocked.Increment(ref _turn);
        return Enumerable.Range(0, _nodes.Length).Select(i => _nodes[(first + i) % _nodes.Length]).Where(n => n.IsRunning);
    }

    private async Task PassAsync(HttpContext context)
    {
        if (_isClosed)
        {
            context.Abort();
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var path = context.Request.Path + context.Request.QueryString.ToUriComponent();
        var node = Alive().First();
        if (HttpMethods.IsPost(context.Request.Method))
        {
            _lastForm = (path, body.ToArray(), new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
            if (Next != FormLoss.None)
            {
                if (Next == FormLoss.AfterItWasDone)
                {
                    using var lost = await SendAsync(node, context.Request.Method, path, body.ToArray(), context.Request.Headers, context.RequestAborted);
                    await lost.Content.ReadAsByteArrayAsync();
                }

                (Next, _isClosed) = (FormLoss.None, true);
                node.Kill();
                Killed++;
                context.Abort();
                return;
            }
        }

        using var answer = await SendAsync(node, context.Request.Method, path, body.ToArray(), context.Request.Headers, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(h => !h.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task<HttpResponseMessage> SendAsync(ServerProcess node, string method, string path, byte[] body, IHeaderDictionary headers, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(node.BaseAddress, path));
        if (!HttpMethods.IsGet(method))
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in headers.Where(h => !h.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
    }
}
