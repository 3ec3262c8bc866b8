using System.Diagnostics;
using Npgsql;
using Paypro.Server.Platform;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>Secrets and personal data that are pushed through everything must be in no output, however loud the log is.</summary>
public sealed class LeakTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoCanaryIsInAnyOutputEvenAtTheLoudestLevel(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, DatabaseTemplate.Empty);
        using var key = new MasterKeyFile();
        var environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path };
        foreach (var category in (string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "System", "System.Net.Http", "Paypro", "Npgsql"])
        {
            environment["Logging__LogLevel__" + category] = "Trace";
        }

        await using var server = await ServerProcess.StartAsync(new ServerStart { Database = database, Environment = environment });
        var merchant = SignedClient.Mexico(server.Http);
        const string Notify = "http://127.0.0.1:9/n?key=canary-notify";
        var payIn = await merchant.PostAsync(
            "/v1/paypro/payInApi", ("tradeNo", "leak-1"), ("amount", "300"), ("wayCode", "va"), ("payer", "canary payer"), ("mobile", "5500000001"),
            ("email", "canary@payer.example"), ("notifyUrl", Notify), ("remark", "canary-remark"));
        var link = await merchant.PostAsync(
            "/v1/paypro/paymentLink", ("tradeNo", "leak-2"), ("amount", "300"), ("payer", "canary payer"), ("notifyUrl", Notify));
        var payout = await merchant.PostAsync(
            "/v1/paypro/payOut", ("tradeNo", "leak-3"), ("amount", "302"), ("wayCode", "BANXICO"), ("customerName", "canary recipient"),
            ("customerAccountType", "DebitCard"), ("customerAccount", "4929000000006"), ("identity", "CANARY-ID-77"), ("notifyUrl", Notify));
        await merchant.PostAsync("/v1/paypro/payInApi", ("tradeNo", "leak-4"), ("amount", "nothing"), ("payer", "canary payer"), ("notifyUrl", Notify));
        await merchant.PostRawAsync("/v1/paypro/payOut", """{"customerName":"canary recipient","sign":"canary-sign"}""");
        await merchant.PostRawAsync("/v1/paypro/payOut", "canary broken");
        await merchant.PostRawAsync($"/callbacks/{await CallbackKeys.OfAsync(database, 101)}", """{"reference":"canary-callback"}""");
        await merchant.PostRawAsync($"/sandbox/payins/{payIn["platFormTradeNo"]}", """{"action":"pay","amount":"300"}""");
        Assert.Equal(["0000", "0000", "0000"], [payIn.Code, link.Code, payout.Code]);

        var page = new Uri(link["paymentUrl"]!);
        var token = page.AbsolutePath[^32..];
        using (var shown = await server.Http.GetAsync(new Uri(page.PathAndQuery + "?canary-query=1", UriKind.Relative)))
        {
            Assert.True(shown.IsSuccessStatusCode);
        }

        using var unknownPage = await server.Http.GetAsync(new Uri($"/pay/{token}-unknown", UriKind.Relative));

        // Long enough for the payout to be sent, found by a query and told of.
        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(async () =>
            (await merchant.PostAsync("/v1/paypro/queryPayOutResult", ("tradeNo", "leak-3"))).Status == "0000"));
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        foreach (var secret in (string[])["canary", "CANARY", "5500000001", "4929000000006", token, MasterKeyFile.Key])
        {
            Assert.DoesNotContain(secret, exit.Output, StringComparison.Ordinal);
        }

        if (engine == Engine.Postgres && new NpgsqlConnectionStringBuilder(database.ConnectionString).Password is { Length: > 0 } password)
        {
            Assert.DoesNotContain(password, exit.Output, StringComparison.Ordinal);
        }

        // The sandbox's own key is printed at the start, on purpose, and nowhere else.
        Assert.Equal(2, exit.Output.Split(SignedClient.MexicoSecret).Length);
    }

    [Fact]
    public void SpansLoseWhatAnAddressCanHide()
    {
        using var span = new Activity("GET");
        span.SetTag("url.path", "/pay/0123456789abcdef-secret").SetTag("url.query", "key=secret").SetTag("url.full", "https://merchant.example/notify/secret?key=secret");
        using var spans = new SpanPaths();
        spans.OnEnd(span);
        Assert.Equal("/pay/…", span.GetTagItem("url.path"));
        spans.OnEnd(span.SetTag("url.path", "/VOUCHER/0123456789abcdef-1-secret.pdf"));
        Assert.Equal("/voucher/…", span.GetTagItem("url.path"));
        Assert.Equal("https://merchant.example/…", span.GetTagItem("url.full"));
        Assert.DoesNotContain("secret", string.Join(' ', span.TagObjects.Select(t => t.Value)), StringComparison.Ordinal);
    }
}
