using System.Net;
using Paypro.Server.Merchants;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Platform;

/// <summary>Health, metrics and what a live installation does not have.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task MetricsAreForThisMachineAlone()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        await host.PayInAsync(300, "m1");
        var text = await host.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("paypro_writer_batch_size", text, StringComparison.Ordinal);

        using var proxied = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        proxied.Headers.Add("X-Forwarded-For", "198.51.100.7");
        using var refused = await host.Http.SendAsync(proxied);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task MetricsCanBeOff()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, "--Paypro:Metrics=off");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, "/metrics"));
    }

    [Fact]
    public async Task MetricsCanHaveAPortOfTheirOwn()
    {
        var at = $"127.0.0.1:{FreePort.Take()}";
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, $"--Paypro:Metrics={at}");
        await host.PayInAsync(300, "own-port");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, "/metrics"));
        using var collector = new HttpClient();
        Assert.Contains("paypro_writer_batch_size", await collector.GetStringAsync(new Uri($"http://{at}/metrics")), StringComparison.Ordinal);
        using var nothingElse = await collector.GetAsync(new Uri($"http://{at}/health/live"));
        Assert.Equal(HttpStatusCode.NotFound, nothingElse.StatusCode);
    }

    [Fact]
    public async Task ALiveInstallationHasNoSandboxRoutes()
    {
        using var key = new MasterKeyFile();
        await using var host = await SandboxHost.StartAsync(
            Engine.Sqlite, null, "--Paypro:Sandbox=false", $"--Paypro:MasterKeyFile={key.Path}", "--Paypro:PublicUrl=https://pay.example");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/health/ready"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(host, "/sandbox/steering"));
        var (status, _) = await host.SandboxAsync("/sandbox/payins/0000000000000000", """{"action":"fail"}""");
        Assert.Equal(404, status);
    }

    [Fact]
    public async Task AnAccountThatIsNotHereIsAnsweredLikeAForgery()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite);
        var key = host.Get<SnapshotStore>().Current.AccountsByCallbackKey.Single(a => a.Value == 101).Key;
        foreach (var (path, body, status) in new[]
        {
            ("/callbacks/7", "{}", 401), ("/callbacks/101", "{}", 401), ("/callbacks/7", new string('x', 70_000), 413), ($"/callbacks/{key}", "{}", 401), ($"/callbacks/{key}/more", "{}", 401),
            ($"/callbacks/{key}", new string('x', 70_000), 413),
        })
        {
            using var content = new StringContent(body);
            using var answer = await host.Http.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal((status, ""), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(SandboxHost host, string path)
    {
        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }
}
