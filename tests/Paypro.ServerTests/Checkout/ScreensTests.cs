using System.Net;
using Microsoft.Playwright;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Checkout;

/// <summary>Every screen in both directions of writing, checked for accessibility by axe in a real browser.</summary>
public sealed partial class ScreensTests(CheckoutGround ground) : IClassFixture<CheckoutGround>
{
    private static readonly PayInWay Wallet = CountryCatalog.BuiltIn.FindCountry("PK")!.PayInWays[0];
    private static readonly PayInWay Mpesa = CountryCatalog.BuiltIn.FindCountry("KE")!.PayInWays[0];

    [Theory]
    [MemberData(nameof(Screens.Of), Screen.Narrow, new[] { Screen.Phone, Screen.Desktop }, MemberType = typeof(Screens))]
    public async Task RunFromRightToLeft(Screen screen)
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, screen, locale: "ur-PK");
        var link = await server.LinkAsync("PK", Wallet, TradeNo());
        await payer.Page.GotoAsync(link);
        await Expect(payer.Heading).ToHaveTextAsync("ادائیگی کا طریقہ چنیں");
        await payer.PictureAsync("rtl-choose");
        await payer.Page.Locator($".ways button[value={Wallet.Code}]").ClickAsync();
        await Expect(payer.Page.Locator(".instruction")).ToBeVisibleAsync();
        await payer.PictureAsync("rtl-wallet");

        // The number of an order reads from left to right in any language.
        Assert.Equal("ltr", await payer.Page.Locator(".trade bdi").EvaluateAsync<string>("e => getComputedStyle(e).direction"));
        await payer.Page.Locator(".simulator button[value=part]").ClickAsync();
        await Expect(payer.Page.Locator(".order .rest")).ToBeVisibleAsync(Soon);
        await payer.PictureAsync("rtl-partly-paid");
        await payer.Page.Locator(".simulator button[value=more]").ClickAsync();
        await Expect(payer.Page.Locator(".state.good .excess")).ToBeVisibleAsync(Soon);
        await payer.PictureAsync("rtl-over-paid");
        await server.SayAsync(link, ObservationKind.Returned, (await server.PictureAsync(link)).Order.PaidMinor);
        await payer.Page.GotoAsync(link);
        await payer.PictureAsync("rtl-returned");

        var declined = await server.LinkAsync("PK", Wallet, TradeNo());
        await payer.Page.GotoAsync(declined);
        await payer.Page.Locator($".ways button[value={Wallet.Code}]").ClickAsync();
        await payer.Page.Locator(".simulator button[value=decline]").ClickAsync();
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync(Soon);
        await payer.PictureAsync("rtl-declined");
        await payer.Page.Locator(".simulator button[value=expire]").ClickAsync();
        await Expect(payer.Page.Locator(".state.bad")).ToBeVisibleAsync(Soon);
        await payer.PictureAsync("rtl-expired");
        await payer.Page.GotoAsync("/pay/no-such-page");
        await payer.PictureAsync("rtl-not-found");
        Assert.DoesNotContain(payer.Complaints, text => !text.Contains("404", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Screens.Of), Screen.Phone, new[] { Screen.Narrow, Screen.Desktop }, MemberType = typeof(Screens))]
    public async Task AskWhatIsMissingAndTakeAReceiptCode(Screen screen)
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, screen, locale: "en-KE");
        await payer.Page.GotoAsync(await server.LinkAsync("KE", Mpesa, TradeNo()));
        await Expect(payer.Heading).ToHaveTextAsync("One more detail");
        await payer.PictureAsync("ask");
        await payer.Page.GetByLabel("Your phone number").FillAsync("12345");
        await payer.Page.Keyboard.PressAsync("Enter");
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not look right");
        await Expect(payer.Page.GetByLabel("Your phone number")).ToHaveValueAsync("12345");
        Assert.DoesNotContain("12345", payer.Page.Url, StringComparison.Ordinal);
        await payer.PictureAsync("ask-wrong");
        await payer.Page.GetByLabel("Your phone number").FillAsync("0715 555 088");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(payer.Page.Locator(".digits")).ToHaveTextAsync("254••••••088");
        await Expect(payer.Page.Locator(".left")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[01]:[0-9][0-9]$"));
        await payer.PictureAsync("prompt");

        await payer.Page.GetByText("Paid, but nothing happens?").ClickAsync();
        await payer.Page.GetByLabel("Receipt code").FillAsync("SHL2A6WAQU");
        await payer.PictureAsync("receipt");
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Do not pay again");
        await payer.PictureAsync("receipt-asked");

        await payer.Page.GetByText("Kiswahili").ClickAsync();
        await Expect(payer.Heading).ToHaveTextAsync("Tunasubiri malipo yako");
        await payer.Page.Locator(".simulator button[value=late]").ClickAsync();
        await Expect(payer.Page.Locator("html")).ToHaveAttributeAsync("lang", "sw");
        await Expect(payer.Heading).ToHaveTextAsync("Malipo yamepokelewa", new() { Timeout = 60_000 });
        await payer.PictureAsync("paid-late");
        Assert.Empty(payer.Complaints);
    }

    /// <summary>A colour that nobody could read on white, and a logo from our own database.</summary>
    [Theory]
    [MemberData(nameof(Screens.Of), Screen.Narrow, new[] { Screen.Phone, Screen.Desktop }, MemberType = typeof(Screens))]
    public async Task WearTheMerchantsColourAndLogo(Screen screen)
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var logo = QrImage.Png("PAYPRO");
        await server.The<ConfigStore>().SaveAsync(context =>
        {
            var row = new MerchantBrandRow { MerchantNo = 1000000001 };
            Assert.Null(Brand.Set(row, "#FFE600", "help@shop.example", logo));
            context.MerchantBrands.Add(row);
            return Task.CompletedTask;
        });
        await server.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await using var payer = await ground.OpenAsync(server, screen);
        await payer.Page.GotoAsync(await server.LinkAsync(300, "va"));
        await Expect(payer.Page.Locator(".payee img")).ToBeVisibleAsync();
        Assert.True(await payer.Page.Locator(".payee img").EvaluateAsync<bool>("i => i.complete && i.naturalWidth > 0"));
        await Expect(payer.Page.GetByRole(AriaRole.Link, new() { Name = "help@shop.example" })).ToHaveAttributeAsync("href", "mailto:help@shop.example");
        await payer.PictureAsync("brand");
        Assert.Empty(payer.Complaints);
        Assert.All(payer.Asked, address => Assert.Equal(server.Http.BaseAddress!.Authority, address.Authority));
    }

    [Theory]
    [InlineData("red", "", 0, "colour")]
    [InlineData("#12345", "", 0, "colour")]
    [InlineData("", "javascript:alert(1)", 0, "support")]
    [InlineData("", "http://shop.example/help", 0, "support")]
    [InlineData("", "call us", 0, "support")]
    [InlineData("", "", 20, "logo")]
    [InlineData("", "", Brand.LogoAtMostBytes + 1, "logo")]
    public void TakeNoUnsafeLook(string colour, string support, int logoBytes, string field)
    {
        var row = new MerchantBrandRow { Colour = "#000000" };
        Assert.StartsWith(field + ": ", Brand.Set(row, colour, support, new byte[logoBytes]), StringComparison.Ordinal);
        Assert.Equal("#000000", row.Colour);
    }

    /// <summary>All that a first visit transfers, with the greatest logo, by the browser's own count and by Brotli.</summary>
    [Fact]
    public async Task WeighAtMost40Kilobytes()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        using var browserLike = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = server.Http.BaseAddress };
        browserLike.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, br");
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            foreach (var way in country.PayInWays.Where(w => w.Redirects || country.FindOperation(OperationKind.CreateHostedPayIn) is not null))
            {
                var link = await server.LinkAsync(country.IsoCode, way, TradeNo());
                if (way.Asks is null)
                {
                    using var chosen = await server.PostAsync(link, "same-origin", ("way", way.Code));
                }

                var plain = await server.Http.GetStringAsync(new Uri(link, UriKind.Relative));
                var addresses = plain.Split('"').Where(text => text.StartsWith(PageAssets.Folder, StringComparison.Ordinal)).Distinct().Prepend(link);
                var weight = Brand.LogoAtMostBytes;
                foreach (var address in addresses)
                {
                    using var file = await browserLike.GetAsync(new Uri(address, UriKind.Relative));
                    Assert.Equal(HttpStatusCode.OK, file.StatusCode);
                    Assert.Equal("br", file.Content.Headers.ContentEncoding.Single());
                    var head = file.Headers.Concat(file.Content.Headers).Sum(h => h.Key.Length + h.Value.Sum(v => v.Length) + 4);
                    weight += head + (await file.Content.ReadAsByteArrayAsync()).Length;
                }

                Assert.InRange(weight, Brand.LogoAtMostBytes + 3_000, 40_000);
                TestContext.Current.TestOutputHelper?.WriteLine($"{country.IsoCode} {way.Code}: {weight - Brand.LogoAtMostBytes} bytes without a logo");
            }
        }
    }

    private static string TradeNo() => $"S{Guid.NewGuid():N}"[..16];

    private static LocatorAssertionsToBeVisibleOptions Soon => new() { Timeout = 60_000 };
}
