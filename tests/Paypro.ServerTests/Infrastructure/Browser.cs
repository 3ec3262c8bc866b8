using System.Diagnostics;
using Microsoft.Playwright;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>A headless Chromium, the installed one. Starting it takes a second: share it with <c>IClassFixture&lt;Browser&gt;</c>.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? chromium;

    /// <summary>A fresh page without cookies; dispose its context to close it.</summary>
    /// <param name="options">Viewport, locale, colour scheme and the like.</param>
    public async Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null)
    {
        var browser = chromium ?? throw new InvalidOperationException("The browser has not been started: use it as a fixture.");
        var context = await browser.NewContextAsync(options);
        return await context.NewPageAsync();
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = await FindAsync(),

            // Chromium's own sandbox cannot start as root, which CI is; the pages it opens here are ours alone.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("PAYPRO_TEST_CHROMIUM") is { Length: > 0 } given)
        {
            return given;
        }

        var script = Path.Combine(Repository.Root, "eng", "find-chromium.sh");
        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true });
        var path = process is null ? "" : await process.StandardOutput.ReadToEndAsync();
        return path.Length > 0 ? path.Trim() : throw new InvalidOperationException("No Chromium is installed (on Debian: apt-get install chromium).");
    }
}
