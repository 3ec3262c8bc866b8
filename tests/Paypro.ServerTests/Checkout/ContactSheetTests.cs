using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>
/// Sets the pictures that the other tests of the page have kept side by side for the documentation. Only on demand, after those tests:
/// <c>dotnet tests/Paypro.ServerTests/bin/Debug/net10.0/Paypro.ServerTests.dll --filter-class '*ContactSheetTests' --explicit only</c>.
/// </summary>
public sealed class ContactSheetTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Names =
    [
        "choose-Phone", "brand-Phone", "store-Phone", "way-ID-QRIS-Phone", "way-ID-BNI-Desktop", "ask-Phone", "prompt-Phone", "receipt-Phone",
        "way-EG-wallet-Phone", "partly-paid-Phone", "paid-Phone", "over-paid-Narrow", "declined-Phone", "expired-Narrow", "returned-Phone", "not-found-Phone",
    ];

    [Fact(Explicit = true)]
    public async Task ShowsEveryKindOfScreen()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "TestResults", "checkout");
        var pictures = Names.Select(name => Path.Combine(folder, name + ".png")).Where(File.Exists).ToList();
        Assert.True(pictures.Count > 10, "Run the other tests of the payment page first.");
        var html = string.Concat(pictures.Select(path => $"<img src='data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(path))}'>"));
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1500, Height = 900 } });
        await page.SetContentAsync(
            $"<style>body{{margin:16px;background:#c9d1d8;display:flex;flex-wrap:wrap;gap:14px;align-items:flex-start}}img{{width:170px;max-height:420px;object-fit:cover;object-position:top;border-radius:6px}}</style>{html}");
        var sheet = Path.Combine(Repository.Root, "docs", "integrating", "payment-page.jpg");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = sheet, FullPage = true, Type = ScreenshotType.Jpeg, Quality = 72 });
        Assert.InRange(new FileInfo(sheet).Length, 20_000, 500_000);
    }
}
