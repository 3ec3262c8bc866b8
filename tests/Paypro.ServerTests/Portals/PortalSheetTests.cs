using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Portals;

/// <summary>Sets pictures that the looks' tests have kept side by side for the documentation. Only on demand, after <c>eng/full screens</c>.</summary>
public sealed class PortalSheetTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly (string Name, string Says)[] Tiles =
    [
        ("dashboard-1440-light-en", "Home"), ("dashboard-payins-1440-light-en", "Pay-ins"), ("dashboard-payins-n-1440-light-en", "A pay-in"), ("dashboard-developers-n-1440-light-en", "Calls"),
        ("operator-merchants-1440-light-en", "Merchants"), ("operator-merchants-n-1440-light-en", "A merchant"), ("operator-merchants-n-terms-1440-light-en", "Terms"), ("operator-audit-1440-light-en", "Audit log"),
        ("dashboard-payins-1024-dark-zh-CN", "Pay-ins, dark, Chinese"), ("operator-api-1440-light-en", "Operator API"), ("dashboard-390-dark-en", "Home on a phone"), ("dashboard-payins-n-390-light-zh-CN", "A pay-in on a phone"),
    ];

    [Fact(Explicit = true)]
    public async Task ShowsTheScreens()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "portals");
        var missing = Tiles.Where(t => !File.Exists(Path.Combine(folder, t.Name + ".png"))).Select(t => t.Name).ToList();
        Assert.True(missing.Count == 0, $"Run eng/full screens first; there is no {string.Join(", ", missing)}.");
        var html = string.Concat(Tiles.Select(t => $"<figure class='{(t.Name.Contains("390", StringComparison.Ordinal) ? "narrow" : "")}'><figcaption>{t.Says}</figcaption><div><img src='data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, t.Name + ".png")))}'></div></figure>"));
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 2040, Height = 900 } });
        await page.SetContentAsync(
            $"<style>body{{margin:20px;background:#c9d1d8;display:grid;grid-template-columns:repeat(3,1fr);gap:20px;font:600 17px system-ui,sans-serif;color:#16202a}}figure{{margin:0}}figcaption{{margin-bottom:8px}}div{{height:440px;overflow:hidden;border-radius:8px;background:#888}}img{{width:100%;display:block}}.narrow img{{width:50%;margin:0 auto}}</style>{html}");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "docs", "operating", "screens.jpg"), FullPage = true, Type = ScreenshotType.Jpeg, Quality = 70 });
    }
}
