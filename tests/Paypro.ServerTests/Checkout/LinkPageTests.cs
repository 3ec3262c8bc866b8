using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Links;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>Payment links, from the dashboard to the money.</summary>
public sealed class LinkPageTests(CheckoutGround ground) : IClassFixture<CheckoutGround>
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatTheDashboardMakesIsPaidOnceAndShown(Engine engine)
    {
        var server = await ground.ServerAsync(engine);
        await using var context = server.The<IContexts>().Create();
        var merchant = await context.Merchants.SingleAsync(m => m.MerchantNo == 1000000001);
        using var owner = await DashboardSession.StartAsync(server.The<IServiceProvider>(), server.Http.BaseAddress!, Role.Owner, merchant.BusinessId);
        (string, string)[] wish = [("merchant", "1000000001"), ("title", "Table 7"), ("kind", "once"), ("amount", "300"), ("way", "va")];
        var refused = await owner.PostAsync("/dashboard/links", [.. wish[..3], ("amount", "-3")]);
        Assert.True(refused.Status == HttpStatusCode.BadRequest && refused.Text.Contains("Write the amount as a whole number", StringComparison.Ordinal) && refused.Text.Contains("value=\"Table 7\"", StringComparison.Ordinal), refused.Text);
        var made = await owner.PostAsync("/dashboard/links", wish);
        Assert.Equal(HttpStatusCode.Redirect, made.Status);
        var number = made.Text["/dashboard/links/".Length..][..16];
        var link = await context.PaymentLinks.SingleAsync(l => l.Number == number);
        var path = server.PathOf(link);
        var screen = (await owner.GetAsync(made.Text)).Text;
        Assert.Contains($"{server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}{path}", screen, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", screen, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/dashboard/links/{link.Number}/qr.png")).Status);

        // The address is derived: no part of its secret is in the database.
        Assert.DoesNotContain(path[^32..], link.Number + link.Title + link.MadeBy, StringComparison.Ordinal);

        var page = await server.OpenAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<bdi>Table 7</bdi>", page.Html, StringComparison.Ordinal);
        Assert.Contains("300", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Html, StringComparison.Ordinal);
        var first = await server.SendAsync(path);
        var order = await server.OrderAsync(first.Location);
        Assert.Equal((300_00, "va", "Table 7", true), (order.AmountMinor, order.Way, order.Remark, order.Hosted));
        Assert.Equal(first.Location, (await server.SendAsync(path)).Location);
        Assert.Equal(first.Location, (await server.OpenAsync(path)).Location);

        await server.PayAsync(first.Location!);
        var paid = await server.OpenAsync(path);
        Assert.True(paid.Status == HttpStatusCode.OK && paid.Html.Contains("Esto ya está pagado", StringComparison.Ordinal), paid.Html);
        Assert.Null((await server.SendAsync(path)).Location);
        Assert.Single(await server.OrdersAsync(link));

        var list = (await owner.GetAsync("/dashboard/links?merchant=1000000001")).Text;
        Assert.Contains($"/dashboard/links/{link.Number}\">Table 7</a>", list, StringComparison.Ordinal);
        Assert.Contains($"/dashboard/payins/{order.Number}", (await owner.GetAsync(made.Text)).Text, StringComparison.Ordinal);
        Assert.Contains($"/dashboard/links/{link.Number}\">Table 7</a>", (await owner.GetAsync($"/dashboard/payins/{order.Number}")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await context.Audit.CountAsync(a => a.Action == "link.make" && a.Subject == $"link:{link.Number}"));

        // Somebody of another business has never heard of it.
        using var another = await DashboardSession.StartAsync(server.The<IServiceProvider>(), server.Http.BaseAddress!, Role.Owner, 987_654);
        Assert.Equal(HttpStatusCode.NotFound, (await another.GetAsync($"/dashboard/links/{link.Number}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await another.PostAsync($"/dashboard/links/{link.Number}/close")).Status);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnExpiredTryLeavesRoomForAnotherAndLateMoneyForNone(Engine engine)
    {
        var server = await ground.ServerAsync(engine);
        var link = await server.LinkAsync("MX", l => (l.AmountMinor, l.Ways) = (200_00, "va"));
        var path = server.PathOf(link);
        var first = (await server.SendAsync(path)).Location!;
        await server.SubmitAsync($"{first}/simulator", ("act", "expire"));
        await server.UntilAsync(first, o => o.State == OrderState.Expired);
        Assert.Equal(HttpStatusCode.OK, (await server.OpenAsync(path)).Status);
        var second = (await server.SendAsync(path)).Location!;
        Assert.NotEqual(first, second);
        Assert.Equal([2L, 1L], (await server.OrdersAsync(link)).Select(o => LinkTradeNo.Read(o.TradeNo)!.Value.Use));

        // The money of the first comes late, while the second is open.
        await server.PayAsync(first);
        Assert.Contains("Esto ya está pagado", (await server.OpenAsync(path)).Html, StringComparison.Ordinal);
        Assert.Null((await server.SendAsync(path)).Location);
        Assert.Equal(2, (await server.OrdersAsync(link)).Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReusableOneMakesAnOrderForEachFormAndNoMore(Engine engine)
    {
        var server = await ground.ServerAsync(engine);
        var link = await server.LinkAsync("MX", l => (l.Reusable, l.LeastMinor, l.MostMinor) = (true, 100_00, 1_000_00));
        var path = server.PathOf(link);
        var (use, another) = (await server.UseAsync(path), await server.UseAsync(path));
        Assert.NotEqual(use, another);
        var first = await server.SendAsync(path, ("use", use), ("amount", "150"));
        var order = await server.OrderAsync(first.Location);
        Assert.Equal((150_00, false), (order.AmountMinor, order.WayGiven));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.SendAsync(path, ("use", use), ("amount", "150")))), again => Assert.Equal(first.Location, again.Location));
        var other = await server.SendAsync(path, ("use", another), ("amount", "150"));

        // Who goes back and types something else means it.
        var mended = await server.SendAsync(path, ("use", use), ("amount", "200"));
        Assert.Equal(3, new[] { first.Location, other.Location, mended.Location }.Distinct().Count());
        foreach (var wrong in (string[])["99", "1001", "150.50", "", "ten", "-5"])
        {
            var page = await server.SendAsync(path, ("use", another), ("amount", wrong));
            Assert.True(page.Location is null && page.Html.Contains("id=\"amount-wrong\"", StringComparison.Ordinal) && page.Html.Contains($"value=\"{wrong}\"", StringComparison.Ordinal), page.Html);
        }

        foreach (var foreign in (string[])["", "zz", "0000000000000001", "7fffffffffffffff"])
        {
            Assert.Null((await server.SendAsync(path, ("use", foreign), ("amount", "150"))).Location);
        }

        Assert.Equal(3, (await server.OrdersAsync(link)).Count);

        // Closed, it makes none; the form that was sent leads to its order all the same.
        await server.The<ConfigStore>().SaveAsync(context => context.PaymentLinks.Where(l => l.Id == link.Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.ClosedAtMs, 1)));
        Assert.Equal(HttpStatusCode.Gone, (await server.OpenAsync(path)).Status);
        Assert.Null((await server.SendAsync(path, ("use", another), ("amount", "300"))).Location);
        Assert.Equal(first.Location, (await server.SendAsync(path, ("use", use), ("amount", "150"))).Location);
        Assert.Equal(3, (await server.OrdersAsync(link)).Count);
    }

    [Fact]
    public async Task EveryCountrysPayerIsAskedForWhatItsCallNeeds()
    {
        var server = await ground.ServerAsync();
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            var least = country.PayInWays.Max(w => w.MinMinor);
            foreach (var way in country.PayInWays.Take(2))
            {
                var link = await server.LinkAsync(country.IsoCode, l => (l.AmountMinor, l.Ways, l.Reusable, l.SubMerchant) = (Math.Max(least, 1_000 * country.Currency.UnitMinor), way.Code, true, LinkFields.NeedsSubMerchant(country) ? SandboxMerchants.SubMerchant : ""));
                var path = server.PathOf(link);
                var fields = LinkFields.AskedOf(country).Select(f => (f.Name, f.LiveExample ?? f.Example));
                var answer = await server.SendAsync(path, [.. fields, ("use", await server.UseAsync(path))]);
                Assert.True(answer.Location is not null, $"{country.IsoCode} {way.Code}: {answer.Html}");
                var order = await server.OrderAsync(answer.Location);
                Assert.True(order.Way == way.Code || (way.Asks is not null && order.Way.Length == 0), $"{country.IsoCode} {way.Code}: {order.Way}");
            }
        }
    }

    [Fact]
    public async Task WhoDoesNotHoldTheAddressOrIsNotOurPageGetsNothing()
    {
        var server = await ground.ServerAsync();
        var link = await server.LinkAsync("BR", l => l.AmountMinor = 200_00);
        var path = server.PathOf(link);
        foreach (var wrong in (string[])[path[..^1] + (path[^1] == '0' ? '1' : '0'), path[..^1], path + "0", "/l/x", $"/l/{link.Number}"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.OpenAsync(wrong)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(wrong)).Status);
        }

        using var foreign = await server.PostAsync(path, "cross-site", []);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);

        // Brazil asks for name and tax number; a wrong one is shown again, to be mended.
        var page = await server.SendAsync(path, ("name", "A name"), ("userIdentity", "12345678900"));
        Assert.True(page.Location is null && page.Html.Contains("id=\"f-userIdentity-wrong\"", StringComparison.Ordinal) && page.Html.Contains("value=\"A name\"", StringComparison.Ordinal), page.Html);
        Assert.Empty(await server.OrdersAsync(link));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStoppedMerchantsLinkSaysSoAndTooManyUnpaidOrdersEndIt(Engine engine)
    {
        var server = await ground.ServerAsync(engine);
        var link = await server.LinkAsync("EG", l => (l.AmountMinor, l.Reusable) = (500_00, true));
        var path = server.PathOf(link);
        var fields = LinkFields.AskedOf(CountryCatalog.BuiltIn.FindCountry("EG")!).Select(f => (f.Name, f.LiveExample ?? f.Example)).ToArray();
        await SetOpenAsync(false);
        var stopped = await server.OpenAsync(path + "?lang=en");
        Assert.Contains("No payment possible now", stopped.Html, StringComparison.Ordinal);
        Assert.Null((await server.SendAsync(path, [.. fields, ("use", LinkTradeNo.UseText(server.The<Paypro.Server.Platform.IdSource>().Next()))])).Location);
        await SetOpenAsync(true);

        // As many unpaid ones as there may be, stored as others have left them.
        var template = await server.OrderAsync((await server.SendAsync(path, [.. fields, ("use", await server.UseAsync(path))])).Location);
        for (var i = 1; i < LinkRequests.MostUnpaid; i++)
        {
            var (id, order) = (server.The<Paypro.Server.Platform.IdSource>().Next(), template);
            order = order with { Id = id, TradeNo = LinkTradeNo.Of(link.Number, id), Number = Paypro.Server.Platform.OrderNumber.Make(order.Bucket, server.The<Paypro.Server.Platform.IRandomness>()), AttemptCount = 0, EventCount = 0 };
            await server.The<BatchWriter>().WriteAsync(new Dashboard.StoreOrder(order, null, hasResult: false));
        }

        var full = await server.SendAsync(path + "?lang=en", [.. fields, ("use", await server.UseAsync(path))]);
        Assert.True(full.Location is null && full.Html.Contains("There is no way to pay at the moment", StringComparison.Ordinal), full.Html);

        async Task SetOpenAsync(bool open)
        {
            await server.The<ConfigStore>().SaveAsync(context => context.Merchants.Where(m => m.MerchantNo == link.MerchantNo).ExecuteUpdateAsync(s => s.SetProperty(m => m.PayInsOpen, open)));
            await server.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        }
    }
}
