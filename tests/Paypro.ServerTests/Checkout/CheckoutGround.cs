using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>How a payer looks at the page.</summary>
public enum Screen
{
    /// <summary>360 × 740.</summary>
    Phone = 1,

    /// <summary>1280 × 800.</summary>
    Desktop = 2,

    /// <summary>320 × 640, the narrowest that must work, in dark colours.</summary>
    Narrow = 3,
}

/// <summary>Which screens a test runs on: <c>./test</c> takes the first, <c>eng/full screens</c> all (<c>PAYPRO_TEST_SCREENS=all</c>).</summary>
public static class Screens
{
    /// <summary>Whether every screen and every way is looked at.</summary>
    public static bool All { get; } = Environment.GetEnvironmentVariable("PAYPRO_TEST_SCREENS") == "all";

    /// <summary>The screens of this run.</summary>
    /// <param name="always">The one that every run takes.</param>
    /// <param name="others">Those of a whole run.</param>
    public static TheoryData<Screen> Of(Screen always, params Screen[] others) => All ? [always, .. others] : [always];
}

/// <summary>One browser, and one server for each engine that a test asks for.</summary>
public sealed class CheckoutGround : IAsyncLifetime
{
    private readonly Browser browser = new();
    private readonly Dictionary<Engine, CheckoutServer> servers = [];
    private RecordingReceiver? receiver;

    internal async Task<CheckoutServer> ServerAsync(Engine engine = Engine.Sqlite)
    {
        if (!servers.TryGetValue(engine, out var server))
        {
            servers.Add(engine, server = await CheckoutServer.StartAsync(engine));
        }

        return server;
    }

    /// <summary>The merchant's notification address.</summary>
    internal async Task<RecordingReceiver> ReceiverAsync() => receiver ??= await RecordingReceiver.StartAsync();

    /// <summary>A page that keeps what the browser complained of and whom it asked.</summary>
    /// <param name="server">Whose pages.</param>
    /// <param name="screen">How wide and in which colours.</param>
    /// <param name="script">Whether the browser runs scripts.</param>
    /// <param name="locale">The browser's language.</param>
    /// <param name="stays">Whether the payer touches each page, as one does who wants to stay: a paid page goes back to the merchant by itself after six
    /// seconds, and a slow test would go with it.</param>
    internal async Task<PayerPage> OpenAsync(CheckoutServer server, Screen screen = Screen.Phone, bool script = true, string locale = "es-MX", bool stays = true)
    {
        var (width, height) = screen switch { Screen.Phone => (360, 740), Screen.Desktop => (1280, 800), _ => (320, 640) };
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions
        {
            BaseURL = server.Http.BaseAddress!.AbsoluteUri,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = screen == Screen.Narrow ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            Locale = locale,

            // Without a graphics processor the browser would paint the waiting dot sixty times a second, beside all other tests.
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (stays)
        {
            await page.AddInitScriptAsync("addEventListener('load', () => dispatchEvent(new Event('pointerdown')))");
        }

        return new PayerPage(page, screen) { Axe = script };
    }

    /// <inheritdoc />
    public ValueTask InitializeAsync()
    {
        // A machine that is busy with other tests is slow, and a slow page is no fault of the page.
        Assertions.SetDefaultExpectTimeout(60_000);
        return browser.InitializeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        foreach (var server in servers.Values)
        {
            await server.DisposeAsync();
        }

        if (receiver is not null)
        {
            await receiver.DisposeAsync();
        }
    }
}

/// <summary>A payer's browser window.</summary>
internal sealed class PayerPage : IAsyncDisposable
{
    private readonly Screen screen;
    private readonly List<string> complaints = [];
    private readonly List<Uri> asked = [];

    public PayerPage(IPage page, Screen screen)
    {
        Page = page;
        this.screen = screen;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => asked.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    /// <summary>Whether each picture is checked for accessibility too; needs script.</summary>
    public bool Axe { get; init; }

    /// <summary>What the browser refused or could not do: a breach of the content security policy shows itself here.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>Every address that was asked for.</summary>
    public IReadOnlyList<Uri> Asked => asked;

    public ILocator Heading => Page.Locator("h1");

    /// <summary>Keeps a picture beside the tests, for people to look at, and checks that nothing sticks out sideways.</summary>
    /// <param name="name">Of the picture.</param>
    /// <param name="look">Whether axe looks too.</param>
    public async Task PictureAsync(string name, bool look = true)
    {
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than the screen.");
        await Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(AppContext.BaseDirectory, "TestResults", "checkout", $"{name}-{screen}.png"),
            FullPage = true,
        });

        if (Axe && look)
        {
            // The rules of WCAG 2.2 AA and the usual good practice.
            var found = await Page.RunAxe();
            Assert.True(found.Violations.Length == 0, $"{name}: " + string.Join("; ", found.Violations.Select(v => $"{v.Id} at {v.Nodes[0].Html}")));
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
