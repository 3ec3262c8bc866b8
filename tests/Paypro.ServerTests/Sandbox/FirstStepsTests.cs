using System.Net;
using Paypro.Protocol.Countries;
using Paypro.Server;
using Paypro.Server.Sandbox;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Sandbox;

/// <summary>What is printed at the start and stands on the first page, followed as a newcomer does.</summary>
public sealed class FirstStepsTests(ApiHosts hosts)
{
    [Fact]
    public async Task EveryAddressInTheAnnouncementAnswersAndItsLineIsAccepted()
    {
        await using var host = await ApiHost.StartAsync(Engine.Sqlite);
        var text = await host.The<Announcement>().TextAsync([host.Http.BaseAddress!.ToString()], CancellationToken.None);
        var lines = text.Split('\n');
        var addresses = lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1].Trim()).Where(word => word.StartsWith("http", StringComparison.Ordinal)).ToList();

        Assert.Equal(4, addresses.Count);
        foreach (var address in addresses)
        {
            using var answer = await host.Http.GetAsync(new Uri(address));
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
        }

        Assert.All(SandboxMerchants.Public, merchant => Assert.Contains($"merchantNo {merchant.No}   key {merchant.Secret}", text, StringComparison.Ordinal));
        var run = await ToolRun.RunAsync("bash", ["-c", lines.Single(line => line.StartsWith("curl", StringComparison.Ordinal))]);
        Assert.Contains("\"code\":\"0000\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("Begin anew:", text, StringComparison.Ordinal);

        // The payment page is made on an empty database alone: a start leaves no order behind.
        Assert.DoesNotContain("/pay/", await host.The<Announcement>().TextAsync([host.Http.BaseAddress!.ToString()], CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstPageLeadsToAPaymentPageInEveryCountry()
    {
        var host = await hosts.SandboxAsync(Engine.Sqlite);
        var page = await host.Http.GetStringAsync(new Uri("/", UriKind.Relative));
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            Assert.Contains($"formaction=\"/sandbox/pages/{country.Segment}\"", page, StringComparison.Ordinal);
            using var answer = await host.Http.PostAsync(new Uri($"/sandbox/pages/{country.Segment}", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.StartsWith("/pay/", answer.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        }

        using var nowhere = await host.Http.PostAsync(new Uri("/sandbox/pages/nowhere", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    [Fact]
    public async Task ALiveInstallationLeadsToItsReferenceAndTellsNoKey()
    {
        var host = await hosts.LiveAsync(Engine.Sqlite);
        using var answer = await host.Http.GetAsync(new Uri("/", UriKind.Relative));
        var text = await host.The<Announcement>().TextAsync([host.Http.BaseAddress!.ToString()], CancellationToken.None);

        Assert.Equal("/docs", answer.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.DoesNotContain("key", text, StringComparison.Ordinal);
    }
}
