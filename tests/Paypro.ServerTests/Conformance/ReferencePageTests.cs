using Microsoft.Playwright;
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
}
