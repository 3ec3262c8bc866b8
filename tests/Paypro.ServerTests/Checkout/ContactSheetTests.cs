using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>
/// Sets the pictures that the other tests of the page have kept side by side for the documentation. Only on demand, after those tests:
/// <c>dotnet tests/Paypro.ServerTests/bin/Debug/net10.0/Paypro.ServerTests.dll --filter-class '*ContactSheetTests' --explicit only</c>.
/// </summary>
public sealed class ContactSheetTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Each with what it shows.</summary>
    private static readonly (string Name, string Says)[] Tiles =
    [
        ("choose-Narrow", "Choosing, dark"), ("brand-Narrow", "A merchant’s own look"), ("kind-qr-360-Light-Phone", "Code: open, copy, or scan"), ("kind-qr-1280-Dark-Phone", "The same on a desktop, dark"),
        ("kind-clabe-360-Light-Phone", "Transfer"), ("kind-barcode-360-Dark-Phone", "Cash at a store"), ("ask-wrong-Phone", "A number to mend"), ("kind-prompt-360-Light-Phone", "Prompt, with its own minutes"),
        ("prompt-over-Phone", "Prompt ended"), ("kind-redirect-360-Light-Phone", "Wallet"), ("wallet-approve-Phone", "The sandbox’s wallet"), ("rtl-choose-Narrow", "From right to left"),
        ("partly-paid-Phone", "A part is missing"), ("paid-Phone", "Paid"), ("over-paid-Phone", "Paid too much"), ("declined-Phone", "Declined"), ("expired-Phone", "Time over"),
    ];

    [Fact(Explicit = true)]
    public async Task ShowsEveryKindOfScreen()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "checkout");
        var tiles = Tiles.Where(tile => File.Exists(Path.Combine(folder, tile.Name + ".png"))).ToList();
        Assert.True(tiles.Count == Tiles.Length, "Run the other tests of the payment page first.");
        var html = string.Concat(tiles.Select(tile =>
            $"<figure class='{(tile.Name.Contains("1280", StringComparison.Ordinal) ? "wide" : "")}'><figcaption>{tile.Says}</figcaption><div><img src='data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, tile.Name + ".png")))}'></div></figure>"));
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 2040, Height = 900 } });
        await page.SetContentAsync(
            $"<style>body{{margin:20px;background:#c9d1d8;display:grid;grid-template-columns:repeat(6,320px);gap:20px;font:600 17px system-ui,sans-serif;color:#16202a}}figure{{margin:0}}figcaption{{margin-bottom:8px}}div{{height:600px;overflow:hidden;border-radius:8px}}img{{width:100%;display:block}}.wide{{grid-column:span 2}}.wide img{{width:170%;margin-left:-35%}}</style>{html}");
        var sheet = Path.Combine(Repository.Root, "docs", "integrating", "payment-page.jpg");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = sheet, FullPage = true, Type = ScreenshotType.Jpeg, Quality = 70 });
        Assert.InRange(new FileInfo(sheet).Length, 100_000, 900_000);
    }
}
