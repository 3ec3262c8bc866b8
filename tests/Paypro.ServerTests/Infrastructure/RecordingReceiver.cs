using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>
/// A merchant's notification address on 127.0.0.1 that remembers all it is sent. Each path is an address of its own with its
/// own script, so that tests can share a receiver: <c>var url = receiver.AddressOf("late", n =&gt; …)</c>.
/// </summary>
public sealed class RecordingReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, Func<ReceivedNotification, ReceiverAnswer>> scripts = new();
    private readonly List<ReceivedNotification> received = [];
    private readonly TimeProvider clock = TimeProvider.System;
    private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RecordingReceiver(int port)
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        app = builder.Build();
        app.Run(ReceiveAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Everything so far, in order of arrival.</summary>
    public IReadOnlyList<ReceivedNotification> Received
    {
        get
        {
            lock (received)
            {
                return [.. received];
            }
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="port">A port to come back on after being away; null takes a free one.</param>
    public static async Task<RecordingReceiver> StartAsync(int? port = null)
    {
        var receiver = new RecordingReceiver(port ?? FreePort.Take());
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>The absolute URL of a path, answered by the script, or always with OK. A later call replaces the script.</summary>
    /// <param name="path">Without a leading slash.</param>
    /// <param name="script">Called for each notification; its <see cref="ReceivedNotification.Number"/> says which one it is.</param>
    public string AddressOf(string path, Func<ReceivedNotification, ReceiverAnswer>? script = null)
    {
        scripts["/" + path] = script ?? (_ => ReceiverAnswer.Ok);
        return new Uri(BaseAddress, path).AbsoluteUri;
    }

    /// <summary>As <see cref="AddressOf(string, Func{ReceivedNotification, ReceiverAnswer}?)"/>: one answer after the other, the last one for ever.</summary>
    public string AddressOf(string path, params ReceiverAnswer[] answers) =>
        AddressOf(path, notification => answers[Math.Min(notification.Number, answers.Length) - 1]);

    /// <summary>What came to one path so far.</summary>
    public IReadOnlyList<ReceivedNotification> ReceivedAt(string path) => [.. Received.Where(notification => notification.Path == "/" + path)];

    /// <summary>Waits until at least <paramref name="count"/> notifications fit, and returns all that do.</summary>
    /// <param name="fits">Which ones count.</param>
    /// <param name="count">How many there must be.</param>
    /// <param name="within">Default 60 s.</param>
    /// <exception cref="TimeoutException">Fewer came; the message says what did come.</exception>
    public async Task<IReadOnlyList<ReceivedNotification>> WaitForAsync(Func<ReceivedNotification, bool> fits, int count = 1, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(60);
        var started = clock.GetTimestamp();
        while (true)
        {
            // Taken before looking, so that an arrival between the look and the wait ends the wait at once.
            var next = Volatile.Read(ref arrival).Task;
            var found = Received.Where(fits).ToList();
            if (found.Count >= count)
            {
                return found;
            }

            try
            {
                var left = limit - clock.GetElapsedTime(started);
                await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
            }
            catch (TimeoutException)
            {
                var all = string.Join('\n', Received.Select(notification => $"{notification.Path} {notification.Body}"));
                throw new TimeoutException($"{found.Count} of {count} notifications came within {limit}. All that came:\n{all}");
            }
        }
    }

    /// <summary>Waits for <paramref name="count"/> notifications at a path.</summary>
    public Task<IReadOnlyList<ReceivedNotification>> WaitForAsync(string path, int count = 1, TimeSpan? within = null) =>
        WaitForAsync(notification => notification.Path == "/" + path, count, within);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value ?? "/";
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        ReceivedNotification notification;
        lock (received)
        {
            var number = received.Count(earlier => earlier.Path == path) + 1;
            notification = new ReceivedNotification(number, path, body, headers, clock.GetUtcNow());
            received.Add(notification);
            var waiting = arrival;
            Volatile.Write(ref arrival, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            waiting.SetResult();
        }

        var answer = scripts.TryGetValue(path, out var script) ? script(notification) : ReceiverAnswer.Ok;
        if (answer.Delay != TimeSpan.Zero)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token);
            try
            {
                await Task.Delay(answer.Delay, clock, end.Token);
            }
            catch (OperationCanceledException)
            {
                context.Abort();
                return;
            }
        }

        context.Response.StatusCode = answer.Status;
        if (answer.Location is not null)
        {
            context.Response.Headers.Location = answer.Location;
        }

        await context.Response.WriteAsync(answer.Body);
    }
}
