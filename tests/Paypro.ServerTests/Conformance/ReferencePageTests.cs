using System.Text;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Checkout;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using static Microsoft.Playwright.Assertions;

namespace Paypro.ServerTests.Conformance;

/// <summary>The interactive page in a real browser: in <c>./test</c> that of three countries, in <c>eng/full screens</c> every country's.</summary>
public sealed class ReferencePageTests(ApiHosts hosts, Browser browser) : IClassFixture<Browser>
{
    public static TheoryData<string> Segments => Screens.All ? DocumentedCall.Segments : [.. DocumentedCall.Segments.Take(3)];

    /// <summary>Creates by each creation's form, then asks about what was created; the page fills the number in.</summary>
    [Theory]
    [MemberData(nameof(Segments))]
    public async Task TheExamplesRunFromThePage(string segment)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var document = await CountryDocument.OfAsync(DocumentedCall.FindCountry(segment));
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);

        await page.GotoAsync(new Uri(host.Http.BaseAddress!, $"/docs/{segment}").ToString());
        foreach (var operation in document.Reference.Operations.Where(operation => operation.Operation.Kind
            is not (Protocol.Countries.OperationKind.Proof or Protocol.Countries.OperationKind.QueryByCode or Protocol.Countries.OperationKind.SubmitReference)
            && !operation.Operation.IsOurs))
        {
            var section = page.Locator($"[id='{operation.Id}']");
            await section.GetByRole(AriaRole.Button, new() { Name = "Sign and send" }).ClickAsync();
            await Expect(section.Locator("output .said")).ToHaveTextAsync("HTTP 200, code 0000: success");
        }

        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Equal(0, overflow);
        Assert.Empty(complaints);
        await page.Context.DisposeAsync();
    }

    /// <summary>The vectors of docs/integrating and of the other kind of key; a page into which a secret is typed must not be able to send it.</summary>
    [Fact]
    public async Task ThePageAboutSigningShowsEachStepAndCanSendNothing()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var page = await browser.OpenPageAsync();
        await page.GotoAsync(new Uri(host.Http.BaseAddress!, "/docs/signing").ToString());
        const string Body = """{"tradeNo":"test_00000008","timestamp":1728613488294,"empty":""}""", Secret = "0123456789abcdef0123456789abcdef";
        await page.GetByLabel("Secret").FillAsync(Secret);
        await page.Locator("#body").FillAsync(Body);
        var steps = page.Locator("#result > li");
        await Expect(steps.Nth(0).Locator("pre")).ToHaveTextAsync("timestamp=1728613488294tradeNo=test_00000008");
        await Expect(steps.Nth(1).Locator("pre")).ToHaveTextAsync("timestamp=1728613488294tradeNo=test_00000008" + Secret);
        await Expect(steps.Nth(2).Locator("pre")).ToHaveTextAsync("fbdd711b74a90d0e337104ace22ad611");
        await page.GetByLabel("Signature to compare").FillAsync("fbdd711b74a90d0e337104ace22ad612");
        await Expect(steps.Nth(3)).ToContainTextAsync("It is not the signature given");

        await page.GetByLabel("What is signed").SelectOptionAsync("notify");
        var expected = HmacSignature.Header(HmacSignature.Notify, "/notify", "1000000101", 1728609257, Encoding.UTF8.GetBytes(Body), Encoding.UTF8.GetBytes(Secret));
        await page.GetByLabel("Path").FillAsync("/notify");
        await page.GetByLabel("merchantNo").FillAsync("1000000101");
        await page.GetByLabel("Signature to compare").FillAsync(expected);
        await Expect(steps.Nth(3)).ToContainTextAsync("It is the signature given");
        Assert.Equal("refused", await page.EvaluateAsync<string>("fetch('/docs').then(() => 'sent', () => 'refused')"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task EveryKindOfPageCanBeReadByEverybody(int width, ColorScheme scheme)
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        using var sent = await host.Http.PostAsync(new Uri("/sandbox/inbox/docs", UriKind.Relative), new StringContent("{}"));
        foreach (var path in (string[])["/", "/docs", "/docs/mex-pay", "/docs/signing", "/sandbox/inbox/docs"])
        {
            var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, ColorScheme = scheme });
            var complaints = new List<string>();
            page.Console += (_, message) => complaints.Add(message.Text);
            page.PageError += (_, error) => complaints.Add(error);
            await page.GotoAsync(new Uri(host.Http.BaseAddress!, path).ToString());

            Assert.Empty(complaints);
            Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0, $"{path}: " + string.Join("; ", found.Violations.Select(violation => $"{violation.Id} at {violation.Nodes[0].Html}")));
            await page.Context.DisposeAsync();
        }
    }

    [Fact]
    public async Task TheMenuIsFoldedOnAPhoneTheSearchFindsABankAndOneLanguageIsChosenForAll()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        await page.GotoAsync(new Uri(host.Http.BaseAddress!, "/docs/mex-pay").ToString());
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Query a payout" })).ToBeHiddenAsync();
        await page.GetByText("On this page").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Query a payout" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Query a payout" })).ToBeHiddenAsync();

        await page.Locator("#search").FillAsync("banamex");
        await Expect(page.Locator("#found a").First).ToHaveAttributeAsync("href", "/docs/mex-pay#banks");
        await page.Keyboard.PressAsync("Escape");

        await page.Locator("#createPayIn input[value=php]").CheckAsync();
        await Expect(page.Locator("#queryPayout pre[data-language=php]")).ToBeVisibleAsync();
        await Expect(page.Locator("#queryPayout pre[data-language=curl]")).ToBeHiddenAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task ThePaymentPageIsALinkAndWhatIsSentCanBeCopiedAsCurl()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var page = await browser.OpenPageAsync(new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });
        await page.GotoAsync(new Uri(host.Http.BaseAddress!, "/docs/mex-pay").ToString());
        var section = page.Locator("#createHostedPayIn");
        await section.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        await Expect(section.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        var command = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Contains("\"code\":\"0000\"", (await ToolRun.RunAsync("bash", ["-c", command])).Output, StringComparison.Ordinal);

        await section.GetByRole(AriaRole.Button, new() { Name = "New order number" }).ClickAsync();
        await section.GetByRole(AriaRole.Button, new() { Name = "Sign and send" }).ClickAsync();
        var link = section.Locator("output a").First;
        using var answer = await host.Http.GetAsync(new Uri((await link.GetAttributeAsync("href"))!));
        Assert.True(answer.IsSuccessStatusCode);
        await Expect(section.GetByRole(AriaRole.Button, new() { Name = "Pay it" })).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }
}
