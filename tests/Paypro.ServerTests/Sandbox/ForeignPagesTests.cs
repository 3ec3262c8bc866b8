using System.Net;
using System.Text;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Sandbox;

/// <summary>The sandbox's unsigned routes serve a developer's programs and no page that his browser happens to show.</summary>
public sealed class ForeignPagesTests(SandboxHosts hosts) : IClassFixture<SandboxHosts>
{
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Host", "rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "rebound.example:5080", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "paypro:5080", HttpStatusCode.OK)]
    [InlineData("Host", "192.0.2.7:5080", HttpStatusCode.OK)]
    [InlineData("Accept", "*/*", HttpStatusCode.OK)]
    public async Task OnlyProgramsAndOurOwnPagesMayAct(string header, string value, HttpStatusCode expected)
    {
        var host = await hosts.OnAsync(Engine.Sqlite);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/sandbox/faults", UriKind.Relative)) { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await host.Http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        if (expected != HttpStatusCode.OK)
        {
            Assert.Contains("\"error\":\"" + (header == "Host" ? "Host:" : "Origin:"), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ANamedHostIsOurs()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Sqlite, null, "--AllowedHosts=test.example;*.dev.example;127.0.0.1");
        foreach (var (name, expected) in new[] { ("test.example", 200), ("a.dev.example", 200), ("127.0.0.1", 200), ("other.example", 400) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/sandbox/steering", UriKind.Relative));
            request.Headers.Host = name;
            using var answer = await host.Http.SendAsync(request);
            Assert.Equal(expected, (int)answer.StatusCode);
        }
    }
}
