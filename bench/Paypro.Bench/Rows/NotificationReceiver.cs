namespace Paypro.Bench.Rows;

/// <summary>A merchant's server: answers OK and counts, or under <c>/dead</c> never answers.</summary>
internal static class NotificationReceiver
{
    public static void Run(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var app = builder.Build();
        var ok = "OK"u8.ToArray();
        var count = 0;
        app.MapPost("/notify", async context =>
        {
            Interlocked.Increment(ref count);
            context.Response.ContentLength = ok.Length;
            await context.Response.Body.WriteAsync(ok);
        });
        app.MapPost("/dead", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.MapGet("/count", () => Volatile.Read(ref count));
        app.Run();
    }
}
