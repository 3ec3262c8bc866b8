using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>What a collector of traces and metrics is sent over OTLP, and what it must never see.</summary>
public sealed class CollectorTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TracesAndMetricsReachACollectorWithoutSecrets(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var collector = await RecordingReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerStart
        {
            Database = database,
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.BaseAddress.AbsoluteUri,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            },
        });
        var merchant = SignedClient.Mexico(server.Http);
        var link = await merchant.PostAsync(
            "/mex-pay/v1/paypro/paymentLink", ("tradeNo", "seen-by-nobody"), ("amount", 300), ("payer", "canary name"), ("email", "canary@example.com"),
            ("mobile", "15745896325"), ("notifyUrl", collector.AddressOf("merchants-own-path")), ("returnUrl", "https://example.com/back"));
        Assert.Equal("0000", link.Code);
        var page = new Uri(link["paymentUrl"]!);
        using (await server.Http.GetAsync(page))
        {
            // The payer has a look.
        }

        await collector.WaitForAsync("v1/metrics");
        var traces = await collector.WaitForAsync(n => n.Path == "/v1/traces" && n.Body.Contains("/pay/…", StringComparison.Ordinal));
        Assert.Contains(collector.ReceivedAt("v1/traces"), n => n.Body.Contains("paymentLink", StringComparison.Ordinal));
        Assert.Contains(collector.ReceivedAt("v1/metrics"), n => n.Body.Contains("paypro", StringComparison.Ordinal));
        Assert.NotEmpty(traces);
        var all = string.Concat(collector.Received.Where(n => n.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(n => n.Body));
        string[] secrets = ["canary", "15745896325", "sandbox-secret-mx", page.AbsolutePath, page.Segments[^1], "merchants-own-path"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ACollectorThatIsAwayHoldsNothingUp()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        var nobody = FreePort.Take();
        await using var server = await ServerProcess.StartAsync(new ServerStart
        {
            Database = database,
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{nobody}",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            },
        });
        var answer = await SignedClient.Mexico(server.Http).PostAsync(
            "/mex-pay/v1/paypro/payInApi", ("tradeNo", "t"), ("amount", 300), ("wayCode", "va"), ("notifyUrl", "http://127.0.0.1:9/n"));
        Assert.Equal("0000", answer.Code);
        Assert.Equal(0, (await server.StopAsync()).Code);
    }
}
