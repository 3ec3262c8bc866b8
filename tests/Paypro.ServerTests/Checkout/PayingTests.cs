using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Paypro.Channels;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Checkout;

/// <summary>Payers at the hosted page, with a real browser.</summary>
public sealed partial class PayingTests(CheckoutGround ground) : IClassFixture<CheckoutGround>
{
    [Theory]
    [InlineData(Engine.Sqlite, Screen.Narrow)]
    [InlineData(Engine.Postgres, Screen.Desktop)]
    public async Task ChoosesAWayAndSeesHowToPay(Engine engine, Screen screen)
    {
        var server = await ground.ServerAsync(engine);
        var link = await server.LinkAsync(1300, returnUrl: "https://shop.example/thanks");
        await using var payer = await ground.OpenAsync(server, screen);
        await payer.Page.GotoAsync(link);
        await Expect(payer.Heading).ToHaveTextAsync("Elige cómo pagar");
        await Expect(payer.Page.Locator(".order .amount strong")).ToHaveTextAsync("$1,300.00 MXN");
        await payer.PictureAsync("choose");

        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Efectivo en tienda" }).ClickAsync();
        await Expect(payer.Heading).ToHaveTextAsync("Esperando tu pago");
        var reference = (await server.AttemptAsync(link, "store")).InstructionValue;
        Assert.Equal(reference, await payer.Page.Locator(".digits").TextContentAsync());
        var bars = payer.Page.Locator(".bars svg");
        var width = int.Parse((await bars.GetAttributeAsync("viewBox"))!.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.Equal(reference, BarcodeReader.Read((await bars.Locator("path").GetAttributeAsync("d"))!, width));
        await payer.PictureAsync("store");

        await payer.Page.GetByText("Cambiar forma de pago").ClickAsync();
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Transferencia SPEI (CLABE)" }).ClickAsync();
        await Expect(payer.Page.GetByText("CLABE interbancaria")).ToBeVisibleAsync();
        var clabe = (await server.AttemptAsync(link, "va")).InstructionValue;
        Assert.Equal(18, clabe.Length);
        Assert.Equal(clabe, await payer.Page.Locator(".digits").TextContentAsync());
        await payer.PictureAsync("transfer");

        // Choosing the first way again gives the reference that the payer may have printed.
        await payer.Page.GetByText("Cambiar forma de pago").ClickAsync();
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Efectivo en tienda" }).ClickAsync();
        await Expect(payer.Page.Locator(".digits")).ToHaveTextAsync(reference);
        Assert.DoesNotContain("Name of the payer", await payer.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("5512345678", await payer.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(payer.Complaints);
        Assert.All(payer.Asked, address => Assert.Equal(server.Http.BaseAddress!.Authority, address.Authority));
    }

    [Theory]
    [InlineData(Engine.Sqlite, Screen.Phone)]
    [InlineData(Engine.Postgres, Screen.Desktop)]
    public async Task ChangesByItselfWhenMoneyArrives(Engine engine, Screen screen)
    {
        var server = await ground.ServerAsync(engine);
        var link = await server.LinkAsync(300, "va");
        await using var payer = await ground.OpenAsync(server, screen);
        await payer.Page.GotoAsync(link);
        await Expect(payer.Heading).ToHaveTextAsync("Esperando tu pago");
        await Expect(payer.Page.GetByText("Cambiar forma de pago")).ToHaveCountAsync(0);

        await server.SayAsync(link, ObservationKind.Paid, 100_00);
        await Expect(payer.Heading).ToHaveTextAsync("Falta una parte", Soon);
        await Expect(payer.Page.Locator(".order .rest")).ToHaveTextAsync("$200.00 MXN");
        await Expect(payer.Page.Locator(".order .paid")).ToHaveTextAsync("$100.00 MXN");
        await Expect(payer.Page.Locator(".amount .copy")).ToHaveAttributeAsync("data-copy", "200");
        await payer.PictureAsync("partly-paid");

        await server.SayAsync(link, ObservationKind.Paid, 200_00);
        await Expect(payer.Heading).ToHaveTextAsync("Pago recibido", Soon);
        await Expect(payer.Page.Locator(".digits")).ToHaveCountAsync(0);
        await payer.PictureAsync("paid");
        Assert.Empty(payer.Complaints);
    }

    [Theory]
    [MemberData(nameof(Screens.Of), Screen.Phone, new[] { Screen.Narrow, Screen.Desktop }, MemberType = typeof(Screens))]
    public async Task TellsEveryOtherEnd(Screen screen)
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server, screen);

        var over = await server.LinkAsync(300, "va");
        await server.SayAsync(over, ObservationKind.Paid, 350_00);
        await payer.Page.GotoAsync(over);
        await Expect(payer.Page.Locator(".state")).ToContainTextAsync("recibimos más de lo solicitado");
        await Expect(payer.Page.Locator(".received")).ToHaveTextAsync("$350.00 MXN");
        await Expect(payer.Page.Locator(".excess")).ToHaveTextAsync("$50.00 MXN");
        await payer.PictureAsync("over-paid");

        await server.SayAsync(over, ObservationKind.Returned, 350_00);
        await payer.Page.ReloadAsync();
        await Expect(payer.Heading).ToHaveTextAsync("Pago devuelto");
        await payer.PictureAsync("returned");

        var expired = await server.LinkAsync(300, "store", "https://shop.example/");
        await server.ExpireAsync(expired);
        await payer.Page.GotoAsync(expired);
        await Expect(payer.Heading).ToHaveTextAsync("El plazo para pagar terminó");
        await Expect(payer.Page.Locator(".digits")).ToHaveCountAsync(0);
        await payer.PictureAsync("expired");

        var declined = await server.LinkAsync(300, "va");
        await server.SayAsync(declined, ObservationKind.Failed, 0);
        await payer.Page.GotoAsync(declined);
        await Expect(payer.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("no se hizo ningún cobro");
        await payer.PictureAsync("declined");

        // The merchant fixed the way: it may be tried again, and no other is offered.
        Assert.Equal(["va"], await payer.Page.Locator(".ways button").EvaluateAllAsync<string[]>("all => all.map(b => b.value)"));

        await payer.Page.GotoAsync("/pay/no-such-page");
        await Expect(payer.Heading).ToHaveTextAsync("No encontramos este pago");
        await payer.PictureAsync("not-found");
    }

    [Fact]
    public async Task WorksWithoutScript()
    {
        var server = await ground.ServerAsync();
        var link = await server.LinkAsync(300);
        await using var payer = await ground.OpenAsync(server, script: false);
        await payer.Page.GotoAsync(link);
        await payer.Page.GetByRole(AriaRole.Button, new() { Name = "Transferencia SPEI (CLABE)" }).ClickAsync();
        await Expect(payer.Page.Locator(".digits")).ToHaveTextAsync((await server.AttemptAsync(link, "va")).InstructionValue);
        await Expect(payer.Page.Locator(".copy").First).ToBeHiddenAsync();
        await Expect(payer.Page.Locator("noscript meta[http-equiv=refresh]")).ToHaveAttributeAsync("content", "10");
        await payer.PictureAsync("without-script");

        await server.SayAsync(link, ObservationKind.Paid, 300_00);
        await Expect(payer.Heading).ToHaveTextAsync("Pago recibido", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task WorksByKeyboard()
    {
        var server = await ground.ServerAsync();
        await using var payer = await ground.OpenAsync(server);
        await payer.Page.GotoAsync(await server.LinkAsync(300));
        await payer.Page.Keyboard.PressAsync("Tab");
        await payer.Page.Keyboard.PressAsync("Enter");
        await Expect(payer.Page.Locator(".digits")).ToBeVisibleAsync();
        var clabe = await payer.Page.Locator(".digits").TextContentAsync();
        await payer.Page.Keyboard.PressAsync("Tab");

        await payer.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await payer.Page.Keyboard.PressAsync("Tab");
        await payer.Page.Keyboard.PressAsync("Enter");
        await Expect(payer.Page.Locator(".copy").First).ToHaveTextAsync("Copiar");
        await Expect(payer.Page.Locator(".copy").Nth(1)).ToHaveTextAsync("Copiado");
        Assert.Equal(clabe, await payer.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task ReturnsToTheMerchantWithASignatureThatCanBeChecked()
    {
        var server = await ground.ServerAsync();
        await using var shop = await RecordingReceiver.StartAsync();
        var back = shop.AddressOf("thanks", new ReceiverAnswer(200, "Thank you"));
        var link = await server.LinkAsync(300, "va", back + "?order=7&x=%26");
        await using var payer = await ground.OpenAsync(server, stays: false);
        await payer.Page.GotoAsync(link);
        await server.SayAsync(link, ObservationKind.Paid, 300_00);
        await Expect(payer.Page.GetByText("te llevaremos de vuelta a")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await payer.PictureAsync("returning");
        await payer.Page.ArriveAsync("^" + Regex.Escape(back));

        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(payer.Page.Url).Query);
        var order = (await server.PictureAsync(link)).Order;
        Assert.Equal((string?[])["7", "&", order.TradeNo, "0000"], (string?[])[query["order"], query["x"], query["tradeNo"], query["status"]]);
        Assert.True(HmacSignature.VerifyReturn(
            order.TradeNo, "0000", long.Parse(query["time"]!, CultureInfo.InvariantCulture), query["sign"]!, "sandbox-secret-mx"u8));
    }

    private static LocatorAssertionsToHaveTextOptions Soon => new() { Timeout = 60_000 };
}
