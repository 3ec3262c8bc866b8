using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Portals;

public sealed partial class PortalLooksTests
{
    public static TheoryData<Look> LinkLooks => All
        ? [new Look(1280, 800, false, "en"), new Look(390, 844, true, "en"), new Look(1280, 800, true, "en"), new Look(390, 844, false, "zh-CN")]
        : [new Look(390, 844, true, "en")];

    /// <summary>A payment link is made on the dashboard, opened by a payer without script, and leads to the page of an order.</summary>
    [Theory]
    [MemberData(nameof(LinkLooks))]
    public async Task ALinkIsMadeAndOpened(Look look)
    {
        var page = await ground.SignedInAsync("/dashboard", "owner", look);
        await page.GotoAsync("/dashboard/links");
        if (!await page.Locator("#title").IsVisibleAsync())
        {
            await page.Locator("details.sheet summary").ClickAsync();
        }

        await page.Locator("#title").FillAsync("Lunch at table 7");
        await page.Locator("input[name=kind][value=reusable]").CheckAsync();
        await page.Locator("#least").FillAsync("100");
        await page.Locator("#most").FillAsync("5000");
        await LookAsync(page, "/dashboard/links/form", look);
        await page.Locator("form[action^='/dashboard/links'] button.primary").ClickAsync();
        await page.ArriveAsync("done=saved");
        await LookAsync(page, "/dashboard/links/made", look);
        var address = await page.Locator("code", new() { HasText = "/l/" }).InnerTextAsync();

        var payer = await ground.Browser.OpenPageAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height }, ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light, Locale = look.Language, JavaScriptEnabled = false,
        });
        await payer.GotoAsync(address);
        await payer.Locator("#amount").FillAsync("20");
        await payer.Locator("button.primary").ClickAsync();
        Assert.True(await payer.Locator("#amount-wrong").IsVisibleAsync());
        await KeepAsync(payer, "/l/wrong", look);
        await payer.Locator("#amount").FillAsync("150");
        await payer.Locator("button.primary").ClickAsync();
        await payer.ArriveAsync("/pay/");
        await payer.Context.DisposeAsync();

        await page.GotoAsync(address);
        await LookAsync(page, "/l/open", look);

        // Of the demo's pay-ins, one that was paid.
        await page.GotoAsync("/dashboard/payins?state=paid");
        await page.Locator("tbody a.code").First.ClickAsync();
        await page.Locator("a.button[href$='/refund']").ClickAsync();
        await page.ArriveAsync("/refund$");
        await LookAsync(page, "/dashboard/payins/refund", look);
        await page.GotoAsync("/dashboard/refunds");
        await page.Locator("main details summary").First.ClickAsync();
        await LookAsync(page, "/dashboard/refunds", look);
        await page.Context.DisposeAsync();
    }

    private static async Task LookAsync(IPage page, string name, Look look)
    {
        await KeepAsync(page, name, look);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name}: is wider than the window");
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, $"{name}: " + string.Join("; ", found.Violations.Select(v => $"{v.Id} at {v.Nodes[0].Html}")));
    }
}
