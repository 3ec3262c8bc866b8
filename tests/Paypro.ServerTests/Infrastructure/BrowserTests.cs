using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>The browser that the tests of the hosted page use.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task ShowsAPage()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        var page = await browser.OpenPageAsync();

        await page.GotoAsync(receiver.AddressOf("page", new ReceiverAnswer(200, "A page of ours")));

        await Expect(page.Locator("body")).ToContainTextAsync("A page of ours");
        await page.Context.DisposeAsync();
    }
}
