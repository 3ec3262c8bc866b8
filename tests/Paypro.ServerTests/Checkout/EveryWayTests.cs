using Microsoft.Playwright;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Sandbox;
using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Checkout;

/// <summary>
/// Each way of each country that has a page, from the merchant's signed call to the notification that it gets. <c>./test</c> takes each country and each
/// kind of instruction once, <c>eng/full screens</c> every way.
/// </summary>
public sealed class EveryWayTests(CheckoutGround ground) : IClassFixture<CheckoutGround>
{
    public static TheoryData<string, string> Ways
    {
        get
        {
            var data = new TheoryData<string, string>();
            var seen = new HashSet<string>();
            foreach (var country in CountryCatalog.BuiltIn.Countries)
            {
                var hosted = country.FindOperation(OperationKind.CreateHostedPayIn) is not null;
                foreach (var way in country.PayInWays.Where(way => hosted ? IsOffered(country, way) : way.Redirects))
                {
                    if (seen.Add(country.IsoCode) | seen.Add(way.Instruction.Kind) || Screens.All)
                    {
                        data.Add(country.IsoCode, way.Code);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task IsPaidOnThePageAndToldToTheMerchant(string country, string code)
    {
        var server = await ground.ServerAsync();
        var receiver = await ground.ReceiverAsync();
        var way = CountryCatalog.BuiltIn.FindCountry(country)!.FindWay(code)!;
        var tradeNo = $"W{Guid.NewGuid():N}"[..16];
        var link = await server.LinkAsync(country, way, tradeNo, receiver.AddressOf(tradeNo));
        var language = Languages.Of(country)[0];
        await using var payer = await ground.OpenAsync(server, code.Length % 2 == 0 ? Screen.Phone : Screen.Desktop, locale: language.Language);
        await payer.Page.GotoAsync(link);
        await Expect(payer.Page.Locator("html")).ToHaveAttributeAsync("dir", language.RightToLeft ? "rtl" : "ltr");
        if (await payer.Page.Locator(".ways").CountAsync() > 0)
        {
            if (await payer.Page.Locator($".ways .more button[value='{code}']").CountAsync() > 0)
            {
                await payer.Page.Locator(".ways summary").ClickAsync();
            }

            await payer.Page.Locator($".ways button[value='{code}']").ClickAsync();
        }

        if (await payer.Page.Locator(".ask").CountAsync() > 0)
        {
            await payer.Page.Locator("#told").FillAsync("0715 555 088");
            await payer.Page.Locator(".ask button").ClickAsync();
        }

        await Expect(payer.Page.Locator(".instruction")).ToBeVisibleAsync();
        var attempt = (await server.PictureAsync(link)).Current!;
        Assert.Equal((code, way.Instruction.Kind), (attempt.Way, attempt.InstructionKind));
        switch (way.Instruction.Kind)
        {
            case InstructionKinds.Clabe or InstructionKinds.VirtualAccount or InstructionKinds.Barcode:
                await Expect(payer.Page.Locator(".digits")).ToHaveTextAsync(attempt.InstructionValue);
                break;
            case InstructionKinds.Qr:
                await Expect(payer.Page.Locator(".payload")).ToHaveTextAsync(attempt.InstructionValue);
                await Expect(payer.Page.Locator(".modules svg path")).ToHaveCountAsync(1);
                break;
            case InstructionKinds.Prompt:
                Assert.EndsWith(attempt.InstructionValue[^3..], await payer.Page.Locator(".digits").InnerTextAsync(), StringComparison.Ordinal);
                break;
            default:
                await Expect(payer.Page.Locator(".digits, .payload")).ToHaveCountAsync(0);
                break;
        }

        await payer.PictureAsync($"way-{country}-{code.Replace(' ', '-')}", look: false);
        if (way.Redirects)
        {
            await ApproveInTheWalletAsync(payer.Page);
        }
        else
        {
            await payer.Page.Locator(".simulator button[value=pay]").ClickAsync();
        }

        await Expect(payer.Page.Locator(".state.good")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(payer.Page.Locator("h1")).ToHaveTextAsync(language.States["paid"].Title);
        await Expect(payer.Page.Locator(".check")).ToBeVisibleAsync();
        await Expect(payer.Page.Locator(".sums .mono")).ToHaveTextAsync((await server.PictureAsync(link)).Order.Utr);
        using (var receipt = await server.Http.GetAsync(new Uri((await payer.Page.Locator("a.save").GetAttributeAsync("href"))!, UriKind.Relative)))
        {
            Assert.Equal(("application/pdf", true), (receipt.Content.Headers.ContentType?.MediaType, receipt.IsSuccessStatusCode));
        }

        var told = (await receiver.WaitForAsync(tradeNo))[0];
        Assert.True(told.IsSignedWith(SandboxMerchants.All.Single(m => m.Country == country).Secret), told.Body);
        Assert.Equal(("0000", tradeNo), (told["status"], told["tradeNo"]));
        Assert.Empty(payer.Complaints);
        Assert.All(payer.Asked, address => Assert.Equal(server.Http.BaseAddress!.Authority, address.Authority));
    }

    /// <summary>Of several names for one code a payer is offered the first.</summary>
    private static bool IsOffered(Country country, PayInWay way) =>
        way.Instruction is not QrInstruction || country.PayInWays.First(other => other.Instruction == way.Instruction) == way;

    private static async Task ApproveInTheWalletAsync(IPage page)
    {
        await page.Locator(".instruction a.primary").ClickAsync();
        await page.Locator("input[name=pin]").FillAsync("1234");
        await page.Locator("button[value=enter]").ClickAsync();
        await page.Locator("button[value=approve]").ClickAsync();
    }
}
