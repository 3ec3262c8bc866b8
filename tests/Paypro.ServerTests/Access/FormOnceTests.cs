using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>A form of a page changes something once, whoever is sent it how often.</summary>
public sealed class FormOnceTests
{
    private static readonly (string, string)[] Shop = [("business", ""), ("businessName", "A business"), ("country", "MX"), ("name", "A shop")];

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheSameFormIsCarriedOutOnce(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        var page = (await admin.GetAsync("/operator/merchants")).HiddenField(SentForms.PageField)!;

        Assert.Equal("/operator/merchants/2000000001?done=saved", (await SendAsync(page, Shop)).Path);
        var again = await SendAsync(page, Shop);
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("Nothing was done a second time", again.Html, StringComparison.Ordinal);
        Assert.Equal(1, await host.ReadAsync(c => c.Merchants.CountAsync()));

        // Who goes back and types another name sends another form, and so does who loads the page again.
        Assert.Equal("/operator/merchants/2000000002?done=saved", (await SendAsync(page, [.. Shop[..3], ("name", "Another shop")])).Path);
        page = (await admin.GetAsync("/operator/merchants")).HiddenField(SentForms.PageField)!;
        Assert.Equal("/operator/merchants/2000000003?done=saved", (await SendAsync(page, Shop)).Path);

        // What was refused may be sent again.
        (string, string)[] wrong = [("business", ""), ("businessName", ""), ("country", "MX"), ("name", "A shop")];
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(page, wrong)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(page, wrong)).Status);

        // Forgotten once no session that saw the page lives.
        host.Time.Pass(TimeSpan.FromDays(3));
        await AccessSetup.ForgetAsync(host.The<IContexts>(), host.The<BatchWriter>(), host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(0, await host.ReadAsync(c => c.FormUses.CountAsync()));

        Task<PortalPage> SendAsync(string of, (string, string)[] fields) => admin.PostAsync("/operator/merchants", [.. fields, (SentForms.PageField, of)]);
    }

    [Fact]
    public async Task OfTwoNodesThatAreSentItOneDoesIt()
    {
        await using var host = await PortalHost.StartAsync(Engine.Postgres);
        await using var another = await host.AnotherNodeAsync();
        using var here = await host.SignedInAsync(Role.Admin);
        using var there = another.Browser();
        there.FormToken = here.FormToken;
        foreach (Cookie cookie in here.Cookies.GetCookies(host.Address))
        {
            there.Cookies.Add(another.Address, new Cookie(cookie.Name, cookie.Value));
        }

        for (var i = 1; i <= 5; i++)
        {
            (string, string)[] form = [.. Shop, (SentForms.PageField, $"{i}")];
            var answers = await Task.WhenAll(here.PostAsync("/operator/merchants", form), there.PostAsync("/operator/merchants", form));
            Assert.Single(answers, a => a.Status == HttpStatusCode.Conflict);
            Assert.Equal(i, await host.ReadAsync(c => c.Merchants.CountAsync()));
        }
    }
}
