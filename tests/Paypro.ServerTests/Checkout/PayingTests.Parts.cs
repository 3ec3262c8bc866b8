using System.Net;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Qr;
using Paypro.Server.Checkout;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>What the page asks for when a part has come: never more than what is owed.</summary>
public sealed partial class PayingTests
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task APartPaidOrdersCodeAsksForTheRestInPictureTextAndLink(Engine engine)
    {
        var server = await ground.ServerAsync(engine);
        foreach (var (iso, code) in ((string, string)[])[("IN", "UPI"), ("ID", "QRIS"), ("PH", "QRPH")])
        {
            var (link, order) = await CodeAsync(server, iso, code);
            await AsksForAsync(server, link, code, order.AmountMinor);
            var partMinor = Currency.Get(order.Currency).UnitMinor * 100;
            await server.SayAsync(link, ObservationKind.Paid, partMinor);
            await AsksForAsync(server, link, code, order.AmountMinor - partMinor);
            await server.SayAsync(link, ObservationKind.Paid, partMinor);
            await AsksForAsync(server, link, code, order.AmountMinor - (2 * partMinor));

            // What went back before all was there is owed again.
            await server.SayAsync(link, ObservationKind.Returned, partMinor);
            await AsksForAsync(server, link, code, order.AmountMinor - partMinor);
            await server.SayAsync(link, ObservationKind.Paid, order.AmountMinor - partMinor);
            Assert.Equal(OrderState.Paid, (await server.PictureAsync(link)).Order.State);
            await AsksForNothingAsync(server, link, code, "state good");

            // Once it was complete, nothing is owed, whatever goes back; it is paid until all did.
            await server.SayAsync(link, ObservationKind.Returned, partMinor);
            await AsksForNothingAsync(server, link, code, "state good");
            await server.SayAsync(link, ObservationKind.Returned, order.AmountMinor - partMinor);
            await AsksForNothingAsync(server, link, code, "state bad");
        }
    }

    /// <summary>The rail made the code: it asks for all again, and nobody but the rail could make another.</summary>
    [Fact]
    public async Task ACodeOfTheRailIsNotShownForTheRest()
    {
        var server = await ground.ServerAsync();
        var (link, order) = await CodeAsync(server, "IN", "UPI");
        await server.PretendAsync(link, a => a with { InstructionValue = a.InstructionValue.Replace("sandbox@paypro", "rail@bank", StringComparison.Ordinal) });
        Assert.Contains("rail@bank", await PageAsync(server, link), StringComparison.Ordinal);
        await server.SayAsync(link, ObservationKind.Paid, 100_00);
        var page = await PageAsync(server, link);
        Assert.DoesNotContain("rail@bank", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg viewBox", page, StringComparison.Ordinal);
        Assert.Contains("do not use it a second time", page, StringComparison.Ordinal);
        using (var picture = await server.Http.GetAsync(new Uri($"{link}/qr.png?way=UPI", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.NotFound, picture.StatusCode);
        }

        // One that leaves the amount to the payer serves for the rest too.
        await server.PretendAsync(link, a => a with { InstructionValue = "upi://pay?pa=rail@bank&cu=INR" });
        Assert.Contains("rail@bank", await PageAsync(server, link), StringComparison.Ordinal);
        Assert.Equal(order.AmountMinor - 100_00, PageStates.OwedMinor((await server.PictureAsync(link)).Order));
    }

    /// <summary>The simulated wallet knows what is owed; a real one was opened for the whole.</summary>
    [Fact]
    public async Task AWalletThatWasOpenedForTheWholeIsNotOfferedForTheRest()
    {
        var server = await ground.ServerAsync();
        var link = await server.LinkAsync("PK", CountryCatalog.BuiltIn.FindCountry("PK")!.PayInWays[0], $"P{Guid.NewGuid():N}"[..16]);
        await server.SubmitAsync(link, ("way", "easypaisa"));
        await server.SayAsync(link, ObservationKind.Paid, 100_00);
        Assert.Contains($"href=\"{link}/wallet", await PageAsync(server, link), StringComparison.Ordinal);
        await server.PretendAsync(link, a => a with { InstructionValue = "https://wallet.example/pay/1" });
        var page = await PageAsync(server, link);
        Assert.DoesNotContain("wallet.example", page, StringComparison.Ordinal);
        Assert.Contains("do not use it a second time", page, StringComparison.Ordinal);
        using var wallet = await server.Http.GetAsync(new Uri(link + "/wallet?in=1", UriKind.Relative));
        Assert.DoesNotContain("value=\"approve\"", await wallet.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<(string Link, OrderRow Order)> CodeAsync(CheckoutServer server, string iso, string code)
    {
        var link = await server.LinkAsync(iso, CountryCatalog.BuiltIn.FindCountry(iso)!.FindWay(code)!, $"P{Guid.NewGuid():N}"[..16]);
        if ((await server.PictureAsync(link)).Attempts.Count == 0)
        {
            await server.SubmitAsync(link, ("way", code));
        }

        return (link, (await server.PictureAsync(link)).Order);
    }

    private static async Task AsksForAsync(CheckoutServer server, string link, string way, long owedMinor)
    {
        var order = (await server.PictureAsync(link)).Order;
        Assert.Equal(owedMinor, PageStates.OwedMinor(order));
        var page = await PageAsync(server, link);
        var told = WebUtility.HtmlDecode(Payload().Match(page).Groups["code"].Value);
        Assert.True(QrAmount.TryRead(told, Currency.Get(order.Currency), out var asked), told);
        Assert.Equal(owedMinor, asked);
        Assert.Contains(QrImage.Svg(told, "x").Split('"')[^2], page, StringComparison.Ordinal);
        Assert.All(Copied().Matches(page), copied => Assert.Equal(told, WebUtility.HtmlDecode(copied.Groups["code"].Value)));
        Assert.Equal(way == "UPI", WebUtility.HtmlDecode(page).Contains($"href=\"{told}\"", StringComparison.Ordinal));
        Assert.Equal(QrImage.Png(told), await server.Http.GetByteArrayAsync(new Uri($"{link}/qr.png?way={way}", UriKind.Relative)));
    }

    private static async Task AsksForNothingAsync(CheckoutServer server, string link, string way, string state)
    {
        var page = await PageAsync(server, link);
        Assert.Contains(state, page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"instruction", page, StringComparison.Ordinal);
        using var picture = await server.Http.GetAsync(new Uri($"{link}/qr.png?way={way}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, picture.StatusCode);
    }

    private static Task<string> PageAsync(CheckoutServer server, string link) => server.Http.GetStringAsync(new Uri(link + "?lang=en", UriKind.Relative));

    [GeneratedRegex("class=\"payload\" id=\"number\">(?<code>[^<]+)<")]
    private static partial Regex Payload();

    [GeneratedRegex("data-copy=\"(?<code>[^\"]+)\"")]
    private static partial Regex Copied();
}
