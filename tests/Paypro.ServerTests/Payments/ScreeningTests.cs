using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screening;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>The screening service: asked before a payout is sent, and nothing is sent without its answer.</summary>
public sealed class ScreeningTests : IDisposable
{
    private const string Secret = "a-secret-of-the-screening-of-a-test-0123";
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"paypro-screening-{Guid.NewGuid():N}.key");

    public ScreeningTests() => File.WriteAllText(_keyFile, Secret + "\n");

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    public void Dispose() => File.Delete(_keyFile);

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnlyWhatIsClearIsSentWhateverTheServiceDoes(Engine engine)
    {
        var service = new ScreeningService();
        await using var pots = await StartAsync(engine, service);
        var sent = BlockListTests.Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);

        // One that was accepted before anybody was asked is asked about, too.
        pots.Ground.The<PayproOptions>().Screening.Url = "";
        var before = await pots.PayOutAsync(shop, "before");
        Use(pots);
        service.Answer = id => new(HttpStatusCode.OK, $$"""{"result":"{{(id == $"payout:{before.Number}" ? "clear" : "hit")}}","reference":"LIST-7"}""");
        var hit = await pots.PayOutAsync(shop, "hit");
        await TurnsAsync(pots);
        Assert.Equal([before.Number], sent);
        Assert.Equal(AttemptState.Held, await pots.StateAsync(hit));
        Assert.Equal(1, await BlockListTests.OpenAsync(pots, CaseKind.HeldPayout));
        var asked = service.Asked.Single(a => a.Id == $"payout:{hit.Number}");
        Assert.True(HmacSignature.Verify(asked.Signature, Screener.Purpose, "/screen", "", asked.Body, Encoding.UTF8.GetBytes(Secret), out _));
        using var question = JsonDocument.Parse(asked.Body);
        Assert.Equal(("payout", "4111111111111111", "ana", 100_00L), (Text("kind"), Text("account"), Text("name"), question.RootElement.GetProperty("amountMinor").GetInt64()));

        // Nothing that can be called an answer: each holds, and what clears it later sends it.
        var silent = new List<OrderRow>();
        foreach (var (status, body) in ((HttpStatusCode, string)[])
            [(HttpStatusCode.InternalServerError, ""), (HttpStatusCode.OK, ""), (HttpStatusCode.OK, "[]"), (HttpStatusCode.OK, """{"result":"maybe"}"""), (HttpStatusCode.OK, $"{{\"result\":\"clear\",\"x\":\"{new string('x', 5000)}\"}}"), (0, "")])
        {
            service.Answer = _ => new(status, body);
            silent.Add(await pots.PayOutAsync(shop, $"silent-{silent.Count}"));
            await TurnsAsync(pots);
        }

        Assert.Single(sent);
        Assert.Equal(silent.Count, await BlockListTests.OpenAsync(pots, CaseKind.UnscreenedPayout));
        Assert.Equal((silent.Count + 2) * 100_00, (await shop.HoldingsAsync()).Frozen);
        service.Answer = _ => new(HttpStatusCode.OK, """{"result":"clear"}""");
        var last = await pots.PayOutAsync(shop, "last");
        await TurnsAsync(pots);
        Assert.Contains(last.Number, sent);
        Assert.Equal(1, service.Asked.Count(a => a.Id == $"payout:{last.Number}"));

        string? Text(string name) => question.RootElement.GetProperty(name).GetString();
    }

    /// <summary>A node that dies between the right to ask and the answer: whoever comes next asks again, and an answer that comes too late changes nothing.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ANodeThatDiesWhileItAsksLeavesItToTheNext(Engine engine)
    {
        var service = new ScreeningService();
        await using var pots = await StartAsync(engine, service);
        var sent = BlockListTests.Sends(pots);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        var order = await pots.PayOutAsync(shop, "killed");
        var picture = await pots.FindAsync(order);
        var facts = await AttemptRefs.OfAsync(pots.Ground.The<Paypro.Server.Merchants.SnapshotStore>().Current, picture.Order, picture.Attempts[^1]);
        var right = await pots.Ground.Writer.WriteAsync(new Paypro.Server.Payouts.TakeScreening(facts, picture.Order.TimerDueMs));
        Assert.True(right > picture.Order.TimerDueMs);

        // While it may still come nobody else asks; the timer brings it back after that.
        await TurnsAsync(pots);
        Assert.Empty(service.Asked);
        service.Answer = _ => new(HttpStatusCode.OK, """{"result":"clear"}""");
        var kept = pots.Ground.The<KeptPayouts>();
        await using var node = await pots.OtherAsync(engine, s => Put(s, service));
        Use(node);
        await node.RefreshAsync();
        await Task.WhenAll(kept.TakeAsync(await pots.FindAsync(order), right, CancellationToken.None), node.Ground.The<KeptPayouts>().TakeAsync(await pots.FindAsync(order), right, CancellationToken.None));
        Assert.Single(service.Asked);
        Assert.False(await pots.Ground.Writer.WriteAsync(new Paypro.Server.Payouts.RecordScreening(facts, right, Verdict.Hit, "", 1, 1, 1)));
        await TurnsAsync(pots);
        Assert.Equal([order.Number], sent);
    }

    [Fact]
    public async Task TheTimeThatIsSetIsKept()
    {
        var options = new PayproOptions { Screening = new ScreeningOptions { Url = "http://127.0.0.1:9/screen", KeyFile = _keyFile, TimeoutMs = 100 } };
        using var screener = new Screener(options, TimeProvider.System, new ScreeningService { Delay = TimeSpan.FromSeconds(20) });
        var started = TimeProvider.System.GetTimestamp();
        var said = await screener.AskAsync(Question("x"), TestContext.Current.CancellationToken);
        Assert.Equal((Verdict.NoAnswer, "it did not answer within 100 ms"), (said.Verdict, said.Trouble));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    /// <summary>The sample of the documentation, against the true signature.</summary>
    [Fact]
    public async Task TheSampleReceiverAnswersOursAndNobodyElse()
    {
        Assert.SkipUnless(ToolRun.Has("node"), "Node.js is not here.");
        var list = _keyFile + ".list";
        await File.WriteAllTextAsync(list, "Ana Example\n6461 8015 7000 0000 04\n", TestContext.Current.CancellationToken);
        using var process = new System.Diagnostics.Process
        {
            StartInfo = new("node", [Path.Combine(Repository.Root, "docs/operating/screening/receiver.mjs")]) { RedirectStandardOutput = true, Environment = { ["SECRET_FILE"] = _keyFile, ["LIST"] = list, ["PORT"] = "0" } },
        };
        process.Start();
        try
        {
            var port = (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[^1];
            var options = new PayproOptions { Screening = new ScreeningOptions { Url = $"http://127.0.0.1:{port}/screen", KeyFile = _keyFile, TimeoutMs = 10_000 } };
            using var screener = new Screener(options, TimeProvider.System);
            Assert.Equal((Verdict.Clear, "clear"), await SaidAsync(Question("clear") with { Name = "Somebody else" }));
            Assert.Equal((Verdict.Hit, "name"), await SaidAsync(Question("name") with { Name = "ANA  EXAMPLE" }));
            Assert.Equal((Verdict.Hit, "account"), await SaidAsync(Question("account") with { Account = "646180157000000004" }));
            await File.WriteAllTextAsync(_keyFile, "another-secret-of-somebody-else-01234567", TestContext.Current.CancellationToken);
            Assert.Equal("it answered with the status 401", (await screener.AskAsync(Question("forged"), TestContext.Current.CancellationToken)).Trouble);

            async Task<(Verdict, string)> SaidAsync(ScreeningQuestion question)
            {
                var said = await screener.AskAsync(question, TestContext.Current.CancellationToken);
                return (said.Verdict, said.Reference);
            }
        }
        finally
        {
            process.Kill();
            File.Delete(list);
        }
    }

    [Theory]
    [InlineData("ftp://x/", 3000, "Url")]
    [InlineData("http://screening.example/", 3000, "Url")]
    [InlineData("https://screening.example/", 3000, "KeyFile")]
    [InlineData("", 99, "TimeoutMs")]
    public void WhatCannotBeIsSaidAtTheStart(string url, int timeoutMs, string setting) =>
        Assert.Contains($"Paypro__Screening__{setting}:", Assert.Throws<BadSettingException>(() => ScreeningSetup.Check(new ScreeningOptions { Url = url, TimeoutMs = timeoutMs }, isSandbox: false)).Message, StringComparison.Ordinal);

    private static ScreeningQuestion Question(string id) => new() { Id = id, Kind = "payout", MerchantNo = 1, Country = "MX" };

    private async Task<PotGround> StartAsync(Engine engine, ScreeningService service)
    {
        var pots = await PotGround.StartAsync(engine, services => Put(services, service));
        Use(pots);
        return pots;
    }

    private static void Put(IServiceCollection services, ScreeningService service)
    {
        ScriptedChannel.Put(services);
        services.AddSingleton(s => new Screener(s.GetRequiredService<PayproOptions>(), TimeProvider.System, service));
    }

    private void Use(PotGround pots) => (pots.Ground.The<PayproOptions>().Screening.Url, pots.Ground.The<PayproOptions>().Screening.KeyFile) = ("http://screening.local/screen", _keyFile);

    /// <summary>Asked, answered, sent.</summary>
    private static async Task TurnsAsync(PotGround pots)
    {
        for (var i = 0; i < 3; i++)
        {
            await pots.TurnAsync();
            await pots.Ground.The<OrderClock>().WhenIdleAsync();
        }
    }
}
