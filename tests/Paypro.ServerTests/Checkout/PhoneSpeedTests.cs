using System.Globalization;
using Microsoft.Playwright;
using Paypro.Protocol.Countries;

namespace Paypro.ServerTests.Checkout;

/// <summary>
/// How long a payer with a cheap phone and a slow network waits, by the browser's own clocks. Only on demand, since it measures the machine too:
/// <c>./test --filter-class '*PhoneSpeedTests' --explicit only --output detailed</c> prints the rows of docs/performance.md.
/// </summary>
public sealed class PhoneSpeedTests(CheckoutGround ground) : IClassFixture<CheckoutGround>
{
    private const int Visits = 5;

    /// <summary>The developer tools' "Slow 3G": 400 kbit/s both ways, two seconds for each answer. The processor is slowed to a quarter.</summary>
    private const int BytesPerSecond = 50_000, LatencyMs = 2_000, ProcessorSlowedBy = 4;

    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(600);

    private const string Watch =
        """
        addEventListener('click', e => { if (e.target.closest('a')) e.preventDefault(); }, true);
        addEventListener('submit', e => e.preventDefault(), true);
        window.seen = { paint: 0, largest: 0, shift: 0, slowest: 0 };
        new PerformanceObserver(list => { for (const e of list.getEntries()) if (e.name === 'first-contentful-paint') seen.paint = e.startTime; }).observe({ type: 'paint', buffered: true });
        new PerformanceObserver(list => { for (const e of list.getEntries()) seen.largest = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
        new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; }).observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver(list => { for (const e of list.getEntries()) seen.slowest = Math.max(seen.slowest, e.duration); }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
        """;

    private const string Read =
        """
        () => ({ ...window.seen, bytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .filter(e => !e.name.endsWith('/events')).reduce((sum, e) => sum + e.transferSize, 0) })
        """;

    [Fact(Explicit = true)]
    public async Task OpensOnASlowPhone()
    {
        var server = await ground.ServerAsync();
        foreach (var (name, country, code) in ((string, string, string)[])[("choice of ways", "MX", ""), ("QRIS code", "ID", "QRIS"), ("UPI code", "IN", "UPI"), ("transfer", "MX", "va"), ("M-PESA prompt", "KE", "mpesa")])
        {
            var way = CountryCatalog.BuiltIn.FindCountry(country)!.PayInWays.First(w => code.Length == 0 || w.Code == code);
            var link = await server.LinkAsync(country, way, $"V{Guid.NewGuid():N}"[..16]);
            if (code.Length > 0)
            {
                await server.SubmitAsync(link, way.Asks is null ? [("way", code)] : [("way", code), ("told", "0715 555 088")]);
            }

            var visits = new List<Visit>();
            for (var i = 0; i < Visits; i++)
            {
                visits.Add(await VisitAsync(server, link));
            }

            var row = string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Middle(visits, v => v.Paint):0} ms | {Middle(visits, v => v.Largest):0} ms | {Middle(visits, v => v.Slowest):0} ms | {visits.Max(v => v.Shift):0.000} | {Middle(visits, v => v.Bytes):0} |");
            TestContext.Current.TestOutputHelper?.WriteLine(row);
            Assert.All(visits, v => Assert.True(v is { Paint: > 0 and < 8_000, Bytes: > 3_000 and < 40_000, Shift: < 0.1, Slowest: <= 200 }, $"{name}: {v}"));
        }
    }

    private async Task<Visit> VisitAsync(CheckoutServer server, string link)
    {
        await using var payer = await ground.OpenAsync(server, locale: "en");
        await payer.Page.AddInitScriptAsync(Watch);
        var tools = await payer.Page.Context.NewCDPSessionAsync(payer.Page);
        await tools.SendAsync("Network.enable");
        await tools.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false, ["latency"] = LatencyMs, ["downloadThroughput"] = BytesPerSecond, ["uploadThroughput"] = BytesPerSecond,
        });
        await tools.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = ProcessorSlowedBy });
        await payer.Page.GotoAsync(link + "?lang=en", new PageGotoOptions { WaitUntil = WaitUntilState.Load, Timeout = 60_000 });

        // What moves by itself is counted until the payer does something.
        await Task.Delay(Settled, TimeProvider.System);
        var settled = await payer.Page.EvaluateAsync<Visit>(Read);

        // What a payer does first: unfold the banks, copy, or go on.
        await payer.Page.Locator(".ways button:visible, summary:visible, [data-copy]:visible, .actions a:visible").First.ClickAsync();
        await Task.Delay(Settled, TimeProvider.System);
        return settled with { Slowest = (await payer.Page.EvaluateAsync<Visit>(Read)).Slowest };
    }

    private static double Middle(List<Visit> visits, Func<Visit, double> of) => visits.Select(of).Order().ElementAt(visits.Count / 2);

    private sealed record Visit
    {
        public double Paint { get; set; }
        public double Largest { get; set; }
        public double Slowest { get; set; }
        public double Shift { get; set; }
        public double Bytes { get; set; }
    }
}
