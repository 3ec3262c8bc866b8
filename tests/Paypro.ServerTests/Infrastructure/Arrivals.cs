using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Paypro.ServerTests.Infrastructure;

internal static class Arrivals
{
    private static readonly PageAssertionsToHaveURLOptions Long = new() { Timeout = 30_000 };

    /// <summary>Waits until a page stands at an address and is loaded. Playwright's <c>WaitForURLAsync</c> ends in a timeout where the page is loaded between its look and its listening.</summary>
    /// <param name="page">The page.</param>
    /// <param name="address">A pattern that the address has to match.</param>
    public static async Task ArriveAsync(this IPage page, [StringSyntax(StringSyntaxAttribute.Regex)] string address)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(address), Long);
        for (var i = 0; await page.EvaluateAsync<string>("document.readyState") != "complete"; i++)
        {
            Assert.True(i < 600, $"{page.Url} was not loaded.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
