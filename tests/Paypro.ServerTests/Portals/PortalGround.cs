using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Paypro.Server;
using Paypro.Server.Demo;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Portals;

/// <summary>A small demo that listens, and a browser.</summary>
public sealed class PortalGround : IAsyncLifetime
{
    private static readonly DemoPlan Small = new(3,
    [
        new("Market A", "MX", 60, 1, 1, 0.4, DemoTraits.NewTerms | DemoTraits.FailingReceiver),
        new("Courier B", "KE", 60, 1, 1, 0.4, DemoTraits.Limited | DemoTraits.Stopped),
        new("School C", "VN", 30, 1, 1, 0.4),
    ]);

    private readonly string folder = Directory.CreateTempSubdirectory("paypro-portals-").FullName;
    private WebApplication? app;
    private Task<PortalRows>? rows;

    internal Browser Browser { get; } = new();

    internal string Address => app!.Urls.First();

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var settings = await DemoStart.PrepareAsync(
            ["--demo", "--urls=http://127.0.0.1:0", "--Paypro:Sandbox=true", "--Paypro:Metrics=off", $"--ConnectionStrings:Paypro=Data Source={Path.Combine(folder, "paypro.db")}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None"], Small);
        app = Application.Build([.. settings]);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        await Browser.InitializeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Rows beside the demo's history, made when somebody first asks for them.</summary>
    internal Task<PortalRows> RowsAsync()
    {
        return rows ??= MakeAsync();

        async Task<PortalRows> MakeAsync()
        {
            var made = new PortalRows(app!.Services, Small.Merchants[0].Name, Small.Merchants[2].Name);
            await made.AddAsync();
            return made;
        }
    }

    /// <summary>A window of somebody who has signed in with a button of the demo.</summary>
    internal async Task<IPage> SignedInAsync(string root, string role, Look look)
    {
        var page = await Browser.OpenPageAsync(new BrowserNewContextOptions
        {
            BaseURL = Address, ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height }, ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light, Locale = look.Language,
            ReducedMotion = ReducedMotion.Reduce,
        });
        await page.GotoAsync($"{root}/sign-in");
        await page.Locator($"button[name=role][value={role}]").ClickAsync();
        await page.ArriveAsync("^((?!sign-in).)*$");
        return page;
    }

    /// <summary>Opens what a page keeps folded, beside its menu.</summary>
    internal static Task OpenFormsAsync(IPage page) => page.EvaluateAsync("document.querySelectorAll('main details').forEach(d => d.open = true)");
}

/// <summary>How somebody looks at a portal.</summary>
/// <param name="Width">CSS pixels.</param>
/// <param name="Height">CSS pixels.</param>
/// <param name="IsDark">In dark colours.</param>
/// <param name="Language">BCP 47.</param>
public sealed record Look(int Width, int Height, bool IsDark, string Language)
{
    /// <inheritdoc />
    public override string ToString() => $"{Width}-{(IsDark ? "dark" : "light")}-{Language}";
}
