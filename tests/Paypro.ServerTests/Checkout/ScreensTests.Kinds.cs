using Microsoft.Playwright;
using Paypro.Protocol.Countries;
using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Checkout;

/// <summary>Every kind of instruction as the browser paints it, in both colours and at both widths: measured, not compared with a stored picture.</summary>
public sealed partial class ScreensTests
{
    /// <summary>What a camera needs: black on white, and two pixels for the narrowest bar or module.</summary>
    private const double LeastCodeContrast = 15, LeastTextContrast = 4.5, LeastPixelsPerModule = 2;

    private const string Measure =
        """
        () => {
          const parts = colour => colour.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const contrast = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
          const code = document.querySelector('.modules svg, .bars svg');
          const box = code?.getBoundingClientRect(), modules = code ? code.viewBox.baseVal.width : 1;
          const words = [...document.querySelectorAll('.instruction .digits, .instruction .primary, .instruction .copy, .instruction .label, .instruction dt, .instruction li')]
            .filter(e => e.getClientRects().length);
          return {
            codeContrast: code ? contrast(parts(getComputedStyle(code.querySelector('path')).fill), ground(code)) : 21,
            codeWidth: box?.width ?? 0, codeHeight: box?.height ?? 0, pixels: code ? box.width / modules : 9,
            words: words.length,
            textContrast: Math.min(...words.map(e => contrast(parts(getComputedStyle(e).color), ground(e)))),
            sticksOut: [...document.querySelectorAll('main *')].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 0.5 || r.left < -0.5); }).length
              + [...document.querySelectorAll('.digits, .number, .modules, .bars')].filter(e => e.scrollWidth > e.clientWidth + 1).length,
          };
        }
        """;

    [Fact]
    public async Task ShowEveryKindOfInstructionSoThatItCanBePaid()
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, locale: "en");
        foreach (var (kind, link) in await EveryKindAsync(server))
        {
            foreach (var (width, scheme) in ((int, ColorScheme)[])[(360, ColorScheme.Light), (360, ColorScheme.Dark), (1280, ColorScheme.Light), (1280, ColorScheme.Dark)])
            {
                var name = $"kind-{kind}-{width}-{scheme}";
                await payer.Page.SetViewportSizeAsync(width, 800);
                await payer.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                await payer.Page.GotoAsync(link + (link.Contains('?', StringComparison.Ordinal) ? "&lang=en" : "?lang=en"));
                await Expect(payer.Page.Locator($".instruction.for-{kind}")).ToBeVisibleAsync();
                var seen = await payer.Page.EvaluateAsync<Seen>(Measure);
                Assert.True(seen.CodeContrast >= LeastCodeContrast, $"{name}: a code of {seen.CodeContrast}:1");
                Assert.True(seen.TextContrast >= LeastTextContrast && seen.Words > 2, $"{name}: text of {seen.TextContrast}:1");
                Assert.True(seen.Pixels >= LeastPixelsPerModule, $"{name}: {seen.Pixels} pixels for a module");
                Assert.True(seen.SticksOut == 0, $"{name}: {seen.SticksOut} elements stick out.");
                if (kind == InstructionKinds.Qr)
                {
                    Assert.InRange(seen.CodeWidth, 300, 400);
                    Assert.InRange(seen.CodeHeight / seen.CodeWidth, 0.99, 1.01);
                }

                // On a phone what opens the app or copies is in sight at once.
                if (width == 360 && kind != InstructionKinds.Barcode && kind != InstructionKinds.Prompt)
                {
                    var first = await payer.Page.Locator(".instruction .primary:visible, .instruction .copy:visible").First.BoundingBoxAsync();
                    Assert.InRange(first!.Y + first.Height, 1, 640);
                }

                await payer.PictureAsync(name, look: Screens.All || (width == 360 && scheme == ColorScheme.Dark));
            }
        }

        Assert.Empty(payer.Complaints);
    }

    /// <summary>A prompt has its own minutes. After them it is sent again, or to another phone, and not before.</summary>
    [Fact]
    public async Task SendAnotherPromptWhenTheFirstHasEnded()
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, locale: "en-KE");
        var link = await server.LinkAsync("KE", Mpesa, TradeNo());
        await server.SubmitAsync(link, ("way", "mpesa"), ("told", "0715 555 088"));
        await payer.Page.GotoAsync(link);
        await Expect(payer.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" })).ToHaveCountAsync(0);
        await Expect(payer.Page.Locator(".order .due")).ToHaveCountAsync(0);

        // The page finds out by itself that the time is over.
        await server.PretendAsync(link, a => a with { SentAtMs = a.SentAtMs - 120_000 });
        await Expect(payer.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" })).ToBeVisibleAsync(Soon);
        await payer.PictureAsync("prompt-over");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(payer.Page.Locator(".left")).ToBeVisibleAsync();
        Assert.Equal(2, (await server.PictureAsync(link)).Attempts.Count);

        await server.PretendAsync(link, a => a with { SentAtMs = a.SentAtMs - 120_000 });
        await payer.Page.GetByRole(AriaRole.Link, new() { Name = "Use another number" }).ClickAsync(new() { Timeout = 20_000 });
        await Expect(payer.Page.GetByRole(AriaRole.Link, new() { Name = "Back" })).ToBeVisibleAsync();
        await payer.Page.GetByLabel("Your phone number").FillAsync("0115 555 099");
        await payer.PictureAsync("other-number");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(payer.Page.Locator(".digits")).ToHaveTextAsync("254••••••099");

        // Money on the first prompt, however late, is the order's.
        var picture = await server.PictureAsync(link);
        Assert.Equal(3, picture.Attempts.Count);
        await payer.Page.Locator(".simulator button[value=pay]").ClickAsync();
        await Expect(payer.Page.Locator(".state.good")).ToBeVisibleAsync(Soon);
        Assert.Empty(payer.Complaints);
    }

    [Fact]
    public async Task LeadThroughTheSandboxsWallet()
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, locale: "en-PK");
        var link = await server.LinkAsync("PK", Wallet, TradeNo());
        await server.SubmitAsync(link, ("way", Wallet.Code));
        await payer.Page.GotoAsync(link);
        await payer.Page.GetByRole(AriaRole.Link, new() { Name = "Continue to easypaisa" }).ClickAsync();
        await payer.PictureAsync("wallet-enter");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(payer.Page.Locator(".sum")).ToHaveTextAsync("Rs 300");
        await payer.PictureAsync("wallet-approve");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("did not go through", new() { Timeout = 20_000 });

        await payer.Page.Locator($".ways button[value={Wallet.Code}]").ClickAsync();
        await payer.Page.GetByRole(AriaRole.Link, new() { Name = "Continue to easypaisa" }).ClickAsync();
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Lose the connection" }).ClickAsync();
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("connection was lost");
        await payer.PictureAsync("wallet-lost");
        await server.UntilAsync(link, order => order.PaidMinor > 0);

        // Pressed once more, in the tab that was left: nothing is paid twice.
        await server.SubmitAsync(link + "/wallet", ("act", "approve"));
        await payer.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the payment page" }).ClickAsync();
        await Expect(payer.Page.Locator(".state.good")).ToBeVisibleAsync(Soon);
        var order = (await server.PictureAsync(link)).Order;
        Assert.Equal(order.AmountMinor, order.PaidMinor);
        Assert.Empty(payer.Complaints);
    }

    /// <summary>One page of each kind, chosen and waiting.</summary>
    private static async Task<IReadOnlyList<(string Kind, string Link)>> EveryKindAsync(CheckoutServer server)
    {
        var kinds = new List<(string Kind, string Link)>();
        foreach (var kind in typeof(InstructionKinds).GetFields().Select(field => (string)field.GetValue(null)!))
        {
            var (country, way) = CountryCatalog.BuiltIn.Countries.Where(c => c.FindOperation(OperationKind.CreateHostedPayIn) is not null)
                .SelectMany(c => c.PayInWays.Select(w => (c, w))).First(pair => pair.w.Instruction.Kind == kind);
            var link = await server.LinkAsync(country.IsoCode, way, TradeNo());
            if ((await server.PictureAsync(link)).Attempts.Count == 0)
            {
                await server.SubmitAsync(link, way.Asks is null ? [("way", way.Code)] : [("way", way.Code), ("told", "0715 555 088")]);
            }

            kinds.Add((kind, link));
        }

        return kinds;
    }

    private sealed record Seen
    {
        public double CodeContrast { get; set; }
        public double CodeWidth { get; set; }
        public double CodeHeight { get; set; }
        public double Pixels { get; set; }
        public int Words { get; set; }
        public double TextContrast { get; set; }
        public int SticksOut { get; set; }
    }
}
