using System.Net;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
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

    /// <summary>In a process of its own, where nothing has happened yet.</summary>
    [Fact]
    public async Task WhatSomebodyWatchesIsCountedFromZero()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        await using var server = await ServerProcess.StartAsync(new ServerStart { Database = database });
        var lines = (await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        (string Name, string Tags)[] watched =
        [
            ("paypro_cases_raised_total", "kind=\"ledger\""), ("paypro_cases_raised_total", "kind=\"settlement\""), ("paypro_cases_open", "severity=\"now\""), ("paypro_cases_open", "severity=\"week\""),
            ("paypro_rate_limits_refused_total", "limit=\"wrong-signature\""), ("paypro_api_calls_total", "answer=\"InDoubt\""), ("paypro_api_calls_total", "answer=\"Failed\""),
            ("paypro_callbacks_total", "outcome=\"refused\""), ("paypro_callbacks_total", "outcome=\"failed\""), ("paypro_notifications_attempts_total", "result=\"unanswered\""),
            ("paypro_writer_doubts_total", ""), ("paypro_writer_repeats_total", ""), ("paypro_writer_failed_alone_total", ""), ("paypro_writer_refused_total", ""),
        ];
        foreach (var (name, tags) in watched)
        {
            var line = lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal) && l.Contains(tags, StringComparison.Ordinal));
            Assert.True(line is not null, $"{name} {tags} is not there.");
            Assert.Equal("0", line.Split(' ')[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task OpenCasesAreCountedBySeverity(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var cases = host.Get<RaiseCases>();
        await cases.RaiseAsync("ledger", "one", "A test.");
        await cases.RaiseAsync("ledger", "two", "A test.");
        await cases.RaiseAsync("listing", "three", "A test.", CaseSeverity.Today);
        Assert.Equal((2, 1, 0), await OpenAsync(host));
        await cases.EndAsync("ledger", "one", "Over.");
        Assert.Equal((1, 1, 0), await OpenAsync(host));
    }

    private static async Task<(int Now, int Today, int Week)> OpenAsync(SandboxHost host)
    {
        // Other hosts of this process count into the same gauge; what this one counts is asked for from it alone.
        var counts = await host.Get<OpenCases>().CountAsync(CancellationToken.None);
        return (counts[0], counts[1], counts[2]);
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
