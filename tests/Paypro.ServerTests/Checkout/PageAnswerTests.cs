using System.Net;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>What the page's addresses answer, without a browser.</summary>
public sealed class PageAnswerTests
{
    [Fact]
    public async Task GivesNothingAwayToWhoDoesNotHoldTheAddress()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        var wrongToken = link[..^1] + (link[^1] == '0' ? '1' : '0');
        var answers = new List<string>();
        foreach (var address in (string[])[wrongToken, "/pay/" + new string('a', 16) + link[21..], "/pay/nothing", link + "0", link[..21] + "-"])
        {
            using var page = await server.Http.GetAsync(new Uri(address, UriKind.Relative));
            using var state = await server.Http.GetAsync(new Uri(address + "/state", UriKind.Relative));
            using var choice = await PostAsync(server, address, "same-origin");
            Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound], [page.StatusCode, state.StatusCode, choice.StatusCode]);
            answers.Add(await page.Content.ReadAsStringAsync());
            answers.Add(await choice.Content.ReadAsStringAsync());
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task KeepsToItself()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        using var page = await server.Http.GetAsync(new Uri(await server.LinkAsync(300, "store"), UriKind.Relative));
        Assert.Equal("no-store", page.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("same-origin", page.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.All(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"], part => Assert.Contains(part, policy, StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TakesAChoiceFromItsOwnPageAlone(Engine engine)
    {
        await using var server = await CheckoutServer.StartAsync(engine);
        var link = await server.LinkAsync(300);
        using (var foreign = await PostAsync(server, link, "cross-site"))
        {
            Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        }

        using (var unknown = await PostAsync(server, link, "same-origin", "cheque"))
        {
            Assert.Contains("refused", unknown.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Empty((await server.PictureAsync(link)).Attempts);
        using var own = await PostAsync(server, link, "same-origin");
        Assert.Equal(HttpStatusCode.Redirect, own.StatusCode);
        Assert.Equal(link + "?way=va", own.Headers.Location!.OriginalString);
        Assert.Single((await server.PictureAsync(link)).Attempts);
    }

    /// <summary>Browsers that do not say the site say the origin.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("https://elsewhere.example")]
    [InlineData("")]
    public async Task TakesAChoiceFromItsOwnOriginAlone(string origin)
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(link, UriKind.Relative)) { Content = new FormUrlEncodedContent([new("way", "va")]) };
        request.Headers.Add("Origin", origin.Length > 0 ? origin : server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(origin.Length > 0 ? HttpStatusCode.BadRequest : HttpStatusCode.Redirect, answer.StatusCode);
    }

    /// <summary>Until the payer chooses, nobody knows how long the way takes and what it costs.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task GivesAChosenWayItsOwnTimeAndPrice(Engine engine)
    {
        await using var server = await CheckoutServer.StartAsync(engine);
        await server.The<ConfigStore>().SaveAsync(context =>
        {
            context.Terms.Add(new TermsRow { Id = 77, Country = "MX", Direction = Direction.PayIn, Way = "store", BasisPoints = 250, FixedMinor = 300 });
            return Task.CompletedTask;
        });
        await server.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var link = await server.LinkAsync(300);
        using var va = await PostAsync(server, link, "same-origin", "va");
        var before = (await server.PictureAsync(link)).Order;
        using var store = await PostAsync(server, link, "same-origin", "store");
        var chosen = (await server.PictureAsync(link)).Order;
        Assert.Equal(TimeSpan.FromHours(24), TimeSpan.FromMilliseconds(before.ExpiresAtMs - before.CreatedAtMs));
        Assert.Equal(TimeSpan.FromHours(72), TimeSpan.FromMilliseconds(chosen.ExpiresAtMs - chosen.CreatedAtMs));
        Assert.Equal(chosen.ExpiresAtMs, chosen.TimerDueMs);

        await server.SayAsync(link, ObservationKind.Paid, 300_00);
        Assert.Equal(7_50 + 3_00, (await server.PictureAsync(link)).Order.FeeMinor);
    }

    [Fact]
    public async Task LeavesTheMerchantsChoiceAlone()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        using var answer = await PostAsync(server, link, "same-origin", "store");

        Assert.Contains("refused", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("va", Assert.Single((await server.PictureAsync(link)).Attempts).Way);
    }

    [Fact]
    public async Task AnswersAnUnchangedStateWithNothing()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        var address = new Uri(link + "/state", UriKind.Relative);
        using var first = await server.Http.GetAsync(address);
        async Task<HttpStatusCode> AgainAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var answer = await server.Http.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Contains("Waiting", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, await AgainAsync());
        await server.ExpireAsync(link);
        Assert.Equal(HttpStatusCode.OK, await AgainAsync());
    }

    [Fact]
    public async Task IsServedByTheCheckoutRoleAlone()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite, "--Paypro:Roles=api,worker");
        using var answer = await server.Http.GetAsync(new Uri(await server.LinkAsync(300, "va"), UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<html", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(CheckoutServer server, string link, string site, string way = "va")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(link, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent([new("way", way)]),
        };
        request.Headers.Add("Sec-Fetch-Site", site);
        return await server.Http.SendAsync(request);
    }
}
