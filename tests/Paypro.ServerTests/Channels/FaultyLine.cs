using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Channels;

/// <summary>What a line does to one call.</summary>
internal enum LineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The call arrives, and its answer does not.</summary>
    LosesAnswer,

    /// <summary>The call does not arrive.</summary>
    LosesCall,

    /// <summary>The call arrives twice at once.</summary>
    Doubles,
}

/// <summary>A line between two installations, on a port of its own, that loses what it is told to lose.</summary>
/// <param name="certificate">What it shows over https; null for a line over http.</param>
internal sealed class FaultyLine(X509Certificate2? certificate = null) : IAsyncDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly int port = FreePort.Take();
    private WebApplication? app;
    private int held;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Address => $"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}";

    /// <summary>To whom it leads.</summary>
    public Uri? Target { get; set; }

    /// <summary>What it does to a call, by path and body.</summary>
    public Func<string, string, LineFault> Plan { get; set; } = (_, _) => LineFault.None;

    /// <summary>Until when it holds an answer back, by path; null holds none.</summary>
    public Func<string, Task?> Holds { get; set; } = _ => null;

    /// <summary>Answers that it holds back now.</summary>
    public int Held => Volatile.Read(ref held);

    /// <summary>Nobody can connect to it while it is cut.</summary>
    public async Task CutAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
            app = null;
        }
    }

    /// <summary>Listens, again.</summary>
    public async Task MendAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        app = builder.Build();
        app.Run(CarryAsync);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        http.Dispose();
    }

    private async Task CarryAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value ?? "";
        var fault = Plan(path, body);
        if (fault == LineFault.LosesCall)
        {
            context.Abort();
            return;
        }

        var second = fault == LineFault.Doubles ? SendAsync(context.Request, body) : null;
        using var answer = await SendAsync(context.Request, body);
        using var other = second is null ? null : await second;
        var text = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (Holds(path) is { } until)
        {
            Interlocked.Increment(ref held);
            await until;
            Interlocked.Decrement(ref held);
        }

        if (fault == LineFault.LosesAnswer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(text, CancellationToken.None);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, string body)
    {
        using var call = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(Target!, request.Path + request.QueryString));
        call.Content = new StringContent(body);
        call.Content.Headers.Clear();
        foreach (var (name, value) in request.Headers.Where(h => h.Key is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Connection")))
        {
            if (!call.Headers.TryAddWithoutValidation(name, value.ToString()))
            {
                call.Content.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        return await http.SendAsync(call, CancellationToken.None);
    }
}
