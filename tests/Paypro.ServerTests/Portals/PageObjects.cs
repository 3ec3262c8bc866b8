using Microsoft.Playwright;
using Paypro.ServerTests.Infrastructure;
using OtpNet;

namespace Paypro.ServerTests.Portals;

/// <summary>What somebody does on a page that sets an account up.</summary>
internal sealed class WelcomePage(IPage page)
{
    public async Task AcceptAsync(string name)
    {
        var seed = Base32Encoding.ToBytes((await page.Locator("code.secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));
        await page.FillAsync("#name", name);
        await page.FillAsync("#password", "four plain words here");
        await page.FillAsync("#code", new Totp(seed).ComputeTotp());
        await page.ClickAsync("button.primary");
        await page.GetByText("recovery codes").First.WaitForAsync();
    }
}

/// <summary>A sandbox's form to begin.</summary>
internal sealed class SignUpPage(IPage page)
{
    public async Task<WelcomePage> BeginAsync(string email, string business, string country)
    {
        await page.GotoAsync("/");
        await page.ClickAsync("a[href='/dashboard/sign-up']");
        await page.FillAsync("#email", email);
        await page.FillAsync("#name", business);
        await page.CheckAsync($"input[name=country][value={country}]");
        await page.ClickAsync("button.primary");
        await page.ArriveAsync("/dashboard/welcome/");
        return new WelcomePage(page);
    }
}

/// <summary>A merchant's keys.</summary>
internal sealed class KeysPage(IPage page, string merchantNo)
{
    public Task OpenAsync() => page.GotoAsync($"/dashboard/keys/{merchantNo}");

    public Task<int> CountAsync() => page.Locator("table tbody tr").CountAsync();

    public Task MakeAsync() => page.ClickAsync("form.columns button.primary");
}

/// <summary>The people of a business.</summary>
internal sealed class PeoplePage(IPage page)
{
    public Task OpenAsync() => page.GotoAsync("/dashboard/users");

    public Task<int> CountAsync(string email) => page.Locator("table tbody tr", new PageLocatorOptions { HasText = email }).CountAsync();

    public async Task InviteAsync(string email)
    {
        await page.FillAsync("#email", email);
        await page.ClickAsync("form.columns button.primary");
    }
}

/// <summary>The operator's merchants.</summary>
internal sealed class MerchantsPage(IPage page)
{
    public Task OpenAsync() => page.GotoAsync("/operator/merchants");

    public Task<int> CountAsync(string name) => page.Locator("table tbody tr", new PageLocatorOptions { HasText = name }).CountAsync();

    public async Task AddAsync(string business, string country, string name)
    {
        if (await page.Locator("details.sheet[open]").CountAsync() == 0)
        {
            await page.ClickAsync("details.sheet > summary");
        }

        await page.FillAsync("#businessName", business);
        await page.SelectOptionAsync("form.columns #country", country);
        await page.FillAsync("form.columns #name", name);
        await page.ClickAsync("form.columns button.primary");
    }
}
